package loomchat.report.render;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import loomchat.html.HtmlWriter;
import loomchat.json.JsonWriter;
import loomchat.report.history.Report;
import loomchat.report.series.GraphMark;

/**
 * The numbers of the graphs for {@code report.js}, as a data block in the page: they come with the page, so that text
 * and graphs always agree. One thread.
 */
final class GraphData {
    private GraphData() {}

    static void write(HtmlWriter html, Report report) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 * 1024);
        JsonWriter json = new JsonWriter(bytes);
        SeriesTable table = SeriesTable.of(report);
        json.object()
                .member("from", report.isEmpty() ? 0 : report.axis().from())
                .member("to", report.isEmpty() ? 0 : report.axis().to())
                .member("at", report.axis().at())
                .member("range", report.query().range())
                .member("node", report.query().node())
                .member("endsNow", report.query().to() == Long.MAX_VALUE)
                .member("bucketSeconds", report.axis().bucketSeconds());
        json.name("time").longs(table.rows(), row -> table.start(row) / 1000).array("graphs");
        for (Graph graph : Graph.shownOf(report)) {
            json.object().member("id", graph.id).member("unit", graph.unit.key).array("lines");
            for (Graph.Line line : graph.lines) {
                json.object().member("label", line.label());
                json.name("mean").doubles(table.rows(), row -> shortened(table.mean(row, line)));
                if (line.sample() != null && table.seconds() > 1) {
                    json.name("min").doubles(table.rows(), row -> shortened(table.min(row, line)));
                    json.name("max").doubles(table.rows(), row -> shortened(table.max(row, line)));
                }
                json.endObject();
            }
            json.endArray().endObject();
        }
        json.endArray().array("marks");
        for (GraphMark mark : report.marks().all()) {
            json.object()
                    .member("time", mark.millis())
                    .member("kind", mark.kind().label)
                    .member("id", mark.id())
                    .member("text", mark.text())
                    .endObject();
        }
        json.endArray().endObject().flush();
        html.raw("<script type=\"application/json\" id=\"report-data\">")
                .raw(bytes.toString(StandardCharsets.UTF_8).replace("<", "\\u003c"))
                .raw("</script>\n");
    }

    /** Four significant digits or more: as much as a graph can show. */
    private static double shortened(double value) {
        return Math.abs(value) >= 1000 ? Math.rint(value) : HumanFormat.significant(value, 4);
    }
}
