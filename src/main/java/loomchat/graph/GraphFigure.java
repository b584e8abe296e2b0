package loomchat.graph;

import java.io.IOException;
import loomchat.html.HtmlWriter;

/**
 * A graph as a figure of a page: title, legend, picture, and a table of its numbers folded below. With
 * {@code report-graphs.js} and the data of {@link GraphJson}, the picture becomes one with a cursor. The style is that
 * of {@code report-shared.css}. One thread.
 */
public final class GraphFigure {
    private GraphFigure() {}

    /**
     * Writes the figure.
     *
     * @param graph what is drawn
     * @param rows the same with few buckets, for the table
     * @param bucket the width of a row, in words
     */
    public static void write(HtmlWriter html, TimeGraph graph, TimeGraph rows, String bucket) throws IOException {
        html.open("figure", "class", "card graph", "id", "graph-" + graph.id(), "data-graph", graph.id());
        html.raw("<figcaption>").element("h3", graph.title());
        html.raw("<ul class=\"legend\">");
        for (int i = 0; i < graph.lines().size() && !graph.isOfOneValue(); i++) {
            html.raw("<li>").open("span", "class", "swatch s" + (i + 1)).close("span");
            html.text(graph.lines().get(i).label()).raw("</li>");
        }
        html.raw("</ul></figcaption>\n");
        if (graph.isEmpty()) {
            html.raw("<p class=\"soft nothing\">Nothing was recorded in this range.</p>");
        } else {
            html.raw("<div class=\"plot\">");
            new SvgGraph(html, graph).write();
            html.raw("</div>\n");
            table(html, rows, bucket);
        }
        html.close("figure").raw("\n");
    }

    private static void table(HtmlWriter html, TimeGraph graph, String bucket) throws IOException {
        html.foldedTable(graph.id(), "Table, " + bucket + " a row", graph.title())
                .raw(
                        graph.times().sinceStart()
                                ? "<th scope=\"col\">Since the start</th>"
                                : "<th scope=\"col\">From (<span data-zone>UTC</span>)</th>");
        for (TimeGraph.Line line : graph.lines()) {
            if (!line.hasBand()) {
                html.element(
                        "th", graph.isOfOneValue() ? graph.title() : line.label(), "scope", "col", "class", "number");
                continue;
            }
            for (String which : new String[] {"least", "mean", "greatest"}) {
                html.element("th", line.label() + ", " + which, "scope", "col", "class", "number");
            }
        }
        html.raw("</tr></thead><tbody>\n");
        long[] starts = graph.times().starts();
        for (int row = 0; row < starts.length; row++) {
            html.raw("<tr><th scope=\"row\">");
            if (graph.times().sinceStart()) {
                html.text(Numbers.sinceStart(starts[row]));
            } else {
                TimeText.bucket(html, starts[row], graph.times().bucketMillis() / 1000);
            }
            html.raw("</th>");
            for (TimeGraph.Line line : graph.lines()) {
                if (line.hasBand()) {
                    cell(html, graph.unit().format(line.min()[row]));
                }
                cell(html, graph.unit().format(line.mean()[row]));
                if (line.hasBand()) {
                    cell(html, graph.unit().format(line.max()[row]));
                }
            }
            html.raw("</tr>\n");
        }
        html.closeFoldedTable();
    }

    private static void cell(HtmlWriter html, String text) throws IOException {
        html.element("td", text, "class", "number");
    }
}
