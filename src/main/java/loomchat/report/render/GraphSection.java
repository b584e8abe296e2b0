package loomchat.report.render;

import java.io.IOException;
import java.util.List;
import loomchat.graph.GraphFigure;
import loomchat.graph.GraphJson;
import loomchat.graph.TimeGraph;
import loomchat.html.HtmlWriter;
import loomchat.report.history.Report;
import loomchat.report.series.BucketWidths;

/** The part of the report's page with the graphs over time and a table below each. One thread. */
final class GraphSection {
    private static final int TABLE_ROWS = 60;
    private static final int PICTURE_POINTS = 400;

    private final HtmlWriter html;
    private final Report report;

    GraphSection(HtmlWriter html, Report report) {
        this.html = html;
        this.report = report;
    }

    void write() throws IOException {
        SeriesTable points = SeriesTable.of(report, PICTURE_POINTS);
        SeriesTable rows = SeriesTable.of(report, TABLE_ROWS);
        html.raw("<section aria-labelledby=\"graphs\"><h2 id=\"graphs\">Over time</h2>");
        html.raw("<p class=\"soft graph-help\">Lines are means, bands reach from the least to the greatest value")
                .raw(
                        report.nodes().size() > 1
                                ? ". Of several servers they reach from the sum of the least to the sum of the greatest."
                                        + (report.hasExactPeaks()
                                                ? ""
                                                : " Where a key figure has two numbers, what was greatest lay between them.")
                                : ".")
                .raw("<span class=\"script-only\" hidden> Drag across a graph to look closer.</span></p>")
                .raw("<div class=\"graphs\" data-part=\"graphs\">\n");
        for (Graph graph : Graph.shownOf(report)) {
            GraphFigure.write(
                    html,
                    graph.of(report, points),
                    graph.of(report, rows),
                    BucketWidths.name(rows.seconds()).replaceAll("(\\d)([a-z])", "$1 $2"));
        }
        html.raw("</div></section>\n");
    }

    /** The numbers for {@code report.js}. */
    void data() throws IOException {
        SeriesTable table = SeriesTable.of(report);
        List<TimeGraph> graphs = Graph.shownOf(report).stream()
                .map(each -> each.of(report, table))
                .toList();
        GraphJson.block(
                html,
                "report-data",
                graphs,
                json -> json.member("at", report.axis().at())
                        .member("range", report.query().range())
                        .member("node", report.query().node())
                        .member(
                                "endsNow",
                                report.query().range() != null || report.query().to() == Long.MAX_VALUE));
    }
}
