package loomchat.loadtest.dashboard;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import loomchat.graph.SvgGraph;
import loomchat.graph.TimeGraph;
import loomchat.graph.Unit;
import loomchat.html.HtmlWriter;
import loomchat.loadtest.measure.ServerLoad;
import loomchat.loadtest.measure.TimelineRow;

/**
 * A graph of a run as SVG, for a browser without JavaScript and for programs that show the file; the script replaces
 * it. Long runs are drawn with {@link #MOST_POINTS} points a line. One thread.
 */
final class RunPicture {
    static final int MOST_POINTS = 240;
    private static final String NUMBERS = "timeline.csv beside this file has the numbers";

    private final RunView view;
    private final RunGraph graph;

    private RunPicture(RunView view, RunGraph graph) {
        this.view = view;
        this.graph = graph;
    }

    /** Writes the picture, or why there is none. */
    static void write(HtmlWriter html, RunView view, RunGraph graph) throws IOException {
        if (graph.source() == RunGraph.Source.CURVES) {
            html.element(
                    "p",
                    "The table Latency has the percentiles; this graph needs JavaScript.",
                    "class",
                    "soft nothing");
            return;
        }
        TimeGraph drawn = new RunPicture(view, graph).graph();
        if (drawn.isEmpty()) {
            html.element("p", "Nothing was measured.", "class", "soft nothing");
        } else {
            new SvgGraph(html, drawn, NUMBERS, graph.unit == Unit.MILLIS).write();
        }
    }

    private TimeGraph graph() {
        return graph.source() == RunGraph.Source.TIMELINE ? ofTimeline() : ofServer();
    }

    private TimeGraph ofTimeline() {
        List<TimelineRow> rows = bounded(view.timeline());
        List<TimeGraph.Line> lines = new ArrayList<>();
        for (RunGraph.Line each : graph.lines) {
            lines.add(line(each.label(), rows, row -> each.column().shown(row)));
        }
        return graph(starts(rows, TimelineRow::start), lines);
    }

    private TimeGraph ofServer() {
        List<ServerLoad> loads = view.server();
        int together = Math.ceilDiv(loads.size(), MOST_POINTS);
        List<ServerLoad> some = new ArrayList<>();
        for (int i = 0; i < loads.size(); i += Math.max(1, together)) {
            some.add(loads.get(i));
        }
        boolean cpu = graph == RunGraph.SERVER_CPU;
        return graph(
                starts(some, ServerLoad::seconds),
                List.of(line(graph.lines.getFirst().label(), some, load -> cpu ? load.cpuPercent() : load.rssBytes())));
    }

    /** Each point of a long run is the worst of several rows. */
    private static List<TimelineRow> bounded(List<TimelineRow> rows) {
        int together = Math.ceilDiv(rows.size(), MOST_POINTS);
        List<TimelineRow> some = new ArrayList<>();
        for (int i = 0; i < rows.size(); i += together) {
            some.add(rows.subList(i, Math.min(rows.size(), i + together)).stream()
                    .reduce(TimelineRow::then)
                    .orElseThrow());
        }
        return some;
    }

    private static <T> long[] starts(List<T> of, ToDoubleFunction<T> seconds) {
        return of.stream()
                .mapToLong(each -> Math.round(1000 * seconds.applyAsDouble(each)))
                .toArray();
    }

    /** Nothing is measured where a time is 0, and no line is drawn there. */
    private <T> TimeGraph.Line line(String label, List<T> of, ToDoubleFunction<T> value) {
        double[] values = of.stream()
                .mapToDouble(value)
                .map(each -> graph.unit == Unit.MILLIS && each <= 0 ? Double.NaN : each)
                .toArray();
        return new TimeGraph.Line(label, values, null, null);
    }

    private TimeGraph graph(long[] starts, List<TimeGraph.Line> lines) {
        long longest = 1000;
        for (int i = 1; i < starts.length; i++) {
            longest = Math.max(longest, starts[i] - starts[i - 1]);
        }
        long end = starts.length == 0 ? longest : starts[starts.length - 1] + longest;
        return new TimeGraph(
                graph.id, graph.title, graph.unit, TimeGraph.Times.sinceStart(end, longest, starts), lines, List.of());
    }
}
