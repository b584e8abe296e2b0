package loomchat.report.render;

import java.io.IOException;
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
        boolean isSum = report.nodes().size() > 1;
        html.raw("<p class=\"soft graph-help\">Lines are means")
                .raw(
                        isSum
                                ? ", of all servers together; choose one above for its least and greatest values."
                                : ", bands reach from the least to the greatest value.")
                .raw(" All times are UTC.")
                .raw("<span class=\"script-only\" hidden> Drag across a graph to look closer.</span></p>")
                .raw("<div class=\"graphs\" data-part=\"graphs\">\n");
        for (Graph graph : Graph.shownOf(report)) {
            graph(graph, points, rows);
        }
        html.raw("</div></section>\n");
    }

    private void graph(Graph graph, SeriesTable points, SeriesTable rows) throws IOException {
        html.open("figure", "class", "card graph", "id", "graph-" + graph.id, "data-graph", graph.id);
        html.raw("<figcaption>").element("h3", graph.title);
        html.raw("<ul class=\"legend\">");
        for (int i = 0; i < graph.lines.size(); i++) {
            html.raw("<li>").open("span", "class", "swatch s" + (i + 1)).close("span");
            html.text(graph.lines.get(i).label()).raw("</li>");
        }
        html.raw("</ul></figcaption>\n");
        SvgGraph svg = new SvgGraph(html, report, points, graph);
        if (svg.isEmpty()) {
            html.raw("<p class=\"soft nothing\">Nothing was recorded in this range.</p>");
        } else {
            html.raw("<div class=\"plot\">");
            svg.write();
            html.raw("</div>\n");
            table(graph, rows);
        }
        html.close("figure").raw("\n");
    }

    private void table(Graph graph, SeriesTable rows) throws IOException {
        html.foldedTable(graph.id, "Table, " + BucketWidths.name(rows.seconds()) + " a row", graph.title)
                .raw("<th scope=\"col\">From (UTC)</th>");
        for (Graph.Line line : graph.lines) {
            if (line.sample() == null) {
                html.element("th", line.label(), "scope", "col", "class", "number");
                continue;
            }
            for (String which : new String[] {"least", "mean", "greatest"}) {
                html.element("th", line.label() + ", " + which, "scope", "col", "class", "number");
            }
        }
        html.raw("</tr></thead><tbody>\n");
        for (int row = 0; row < rows.rows(); row++) {
            html.raw("<tr>").element("th", HumanFormat.bucket(rows.start(row), rows.seconds()), "scope", "row");
            for (Graph.Line line : graph.lines) {
                if (line.sample() != null) {
                    cell(graph.unit.format(rows.min(row, line)));
                }
                cell(graph.unit.format(rows.mean(row, line)));
                if (line.sample() != null) {
                    cell(graph.unit.format(rows.max(row, line)));
                }
            }
            html.raw("</tr>\n");
        }
        html.closeFoldedTable();
    }

    private void cell(String text) throws IOException {
        html.element("td", text, "class", "number");
    }
}
