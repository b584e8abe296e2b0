package loomchat.graph;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import loomchat.html.HtmlWriter;
import loomchat.json.JsonWriter;

/**
 * The numbers of graphs that share an axis of time, for {@code report-graphs.js}: {@code from}, {@code to} and {@code
 * at} in milliseconds, {@code bucketSeconds}, {@code time} (starts of buckets in seconds), {@code sinceStart}, {@code
 * graphs} with {@code id}, {@code unit} and {@code lines}, {@code marks}, and {@code loadTests}. A graph that has other
 * buckets has {@code bucketSeconds} and {@code time} of its own. No state.
 */
public final class GraphJson {
    private GraphJson() {}

    /** Writes further members of the object. */
    public interface More {
        void write(JsonWriter json) throws IOException;
    }

    /** Writes a data block that belongs to the page, so that its text and its graphs always agree. */
    public static void block(HtmlWriter html, String id, List<TimeGraph> graphs, More more) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 * 1024);
        JsonWriter json = new JsonWriter(bytes).object();
        more.write(json);
        members(json, graphs);
        json.endObject().flush();
        html.raw("<script type=\"application/json\" id=\"" + id + "\">")
                .raw(bytes.toString(StandardCharsets.UTF_8).replace("<", "\\u003c"))
                .raw("</script>\n");
    }

    /** Writes the members that describe the graphs into an open object. */
    public static void members(JsonWriter json, List<TimeGraph> graphs) throws IOException {
        TimeGraph.Times times = graphs.getFirst().times();
        json.member("from", times.from()).member("to", times.to()).member("sinceStart", times.sinceStart());
        buckets(json, times);
        json.array("graphs");
        for (TimeGraph graph : graphs) {
            json.object().member("id", graph.id()).member("unit", graph.unit().key);
            if (!graph.times().hasBucketsOf(times)) {
                buckets(json, graph.times());
            }
            json.array("lines");
            for (TimeGraph.Line line : graph.lines()) {
                json.object().member("label", line.label());
                doubles(json, "mean", line.mean());
                if (line.hasBand()) {
                    doubles(json, "min", line.min());
                    doubles(json, "max", line.max());
                }
                json.endObject();
            }
            json.endArray().endObject();
        }
        json.endArray().array("marks");
        for (TimeGraph.Mark mark : graphs.getFirst().marks()) {
            json.object()
                    .member("time", mark.millis())
                    .member("kind", mark.kind())
                    .member("id", mark.id())
                    .member("text", mark.text())
                    .endObject();
        }
        json.endArray().array("loadTests");
        for (TimeGraph.Span each : graphs.getFirst().loadTests()) {
            json.object()
                    .member("from", each.from())
                    .member("to", each.to())
                    .member("text", each.text())
                    .endObject();
        }
        json.endArray();
    }

    private static void buckets(JsonWriter json, TimeGraph.Times times) throws IOException {
        json.member("bucketSeconds", times.bucketMillis() / 1000.0).name("time");
        if (times.sinceStart()) {
            json.doubles(times.rows(), row -> times.starts()[row] / 1000.0);
        } else {
            json.longs(times.rows(), row -> times.starts()[row] / 1000);
        }
    }

    private static void doubles(JsonWriter json, String name, double[] values) throws IOException {
        json.name(name).doubles(values.length, row -> shortened(values[row]));
    }

    /** Four significant digits or more: as much as a graph can show. */
    private static double shortened(double value) {
        return Math.abs(value) >= 1000 ? Math.rint(value) : Numbers.significant(value, 4);
    }
}
