package loomchat.loadtest.dashboard;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import loomchat.json.JsonWriter;
import loomchat.loadtest.measure.ServerLoad;
import loomchat.loadtest.measure.TimelineColumn;
import loomchat.loadtest.measure.TimelineRow;

/** The numbers behind the graphs of a page, as JSON that may stand in a script element. No state. */
final class RunData {
    private RunData() {}

    /**
     * @param from the first row of the timeline that is wanted; those before are known
     * @param revision of the view, which grows
     */
    static String of(RunView view, int from, long revision) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            JsonWriter json = new JsonWriter(out);
            json.object()
                    .member("rows", generation(view))
                    .member("from", from)
                    .member("revision", revision)
                    .member("over", view.isOver());
            graphs(view, json);
            timeline(view.timeline().subList(from, view.timeline().size()), json);
            curves(view, json);
            server(view.server(), json);
            json.endObject().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8).replace("<", "\\u003c");
    }

    /** Changes when the rows that a reader knows are others now: in another run, or when each two became one. */
    static String generation(RunView view) {
        double first =
                view.timeline().isEmpty() ? 0 : view.timeline().getFirst().get(TimelineColumn.SECONDS);
        return view.run() + "/" + first;
    }

    private static void graphs(RunView view, JsonWriter json) throws IOException {
        json.array("graphs");
        for (RunGraph each : RunGraph.shownOf(view)) {
            json.object()
                    .member("id", each.id)
                    .member("unit", each.unit.key)
                    .member("source", each.source().name().toLowerCase(Locale.ROOT))
                    .array("lines");
            for (RunGraph.Line line : each.lines) {
                json.object()
                        .member("label", line.label())
                        .member("key", line.key())
                        .endObject();
            }
            json.endArray().endObject();
        }
        json.endArray();
    }

    private static void timeline(List<TimelineRow> rows, JsonWriter json) throws IOException {
        json.object("timeline");
        column(TimelineColumn.SECONDS, rows, json);
        for (RunGraph each : RunGraph.values()) {
            for (RunGraph.Line line : each.lines) {
                if (line.column() != null) {
                    column(line.column(), rows, json);
                }
            }
        }
        json.endObject();
    }

    private static void column(TimelineColumn column, List<TimelineRow> rows, JsonWriter json) throws IOException {
        json.name(column.title()).doubles(rows.size(), row -> rounded(column.shown(rows.get(row))));
    }

    private static void curves(RunView view, JsonWriter json) throws IOException {
        json.object("curves");
        for (RunGraph.Line each : RunGraph.PERCENTILES.lines) {
            List<double[]> points = view.curves().getOrDefault(each.key(), List.of());
            json.object(each.key());
            json.name("steps").doubles(points.size(), i -> rounded(points.get(i)[0]));
            json.name("values").doubles(points.size(), i -> rounded(points.get(i)[1]));
            json.endObject();
        }
        json.endObject();
    }

    private static void server(List<ServerLoad> loads, JsonWriter json) throws IOException {
        json.object("server");
        json.name("seconds").doubles(loads.size(), i -> rounded(loads.get(i).seconds()));
        json.name("cpu").doubles(loads.size(), i -> rounded(loads.get(i).cpuPercent()));
        json.name("memory").doubles(loads.size(), i -> rounded(loads.get(i).rssBytes()));
        json.endObject();
    }

    /** To a thousandth: microseconds of latency. */
    private static double rounded(double value) {
        return Math.rint(value * 1000) / 1000;
    }
}
