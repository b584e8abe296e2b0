package loomchat.report.render;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import loomchat.graph.SvgGraph;
import loomchat.html.HtmlWriter;
import loomchat.report.series.Distribution;
import loomchat.report.series.Histogram;

/** Draws a distribution: bars over a logarithmic axis, percentiles in words, a table of the bars. One thread. */
final class SvgHistogram {
    private static final int WIDTH = 480;
    private static final int HEIGHT = 190;
    private static final int RIGHT = 12;
    private static final int BOTTOM = 40;
    private static final int TOP = 12;
    private static final int MOST_LABELS = 5;
    private static final int TICKS = 4;

    private final HtmlWriter html;
    private final Distribution what;
    private final Histogram histogram;
    private final List<Distribution.Bin> bins;
    // The greatest number on the axis, a whole one as all are, and where the axis is.
    private final long most;
    private final int left;

    SvgHistogram(HtmlWriter html, Distribution what, Histogram histogram) {
        this.html = html;
        this.what = what;
        this.histogram = histogram;
        this.bins = Distribution.bins(histogram);
        long greatest = bins.stream().mapToLong(Distribution.Bin::count).max().orElse(1);
        this.most = Math.ceilDiv((long) SvgGraph.niceCeiling(greatest), TICKS) * TICKS;
        this.left = SvgGraph.left(HumanFormat.count(most).length());
    }

    void write() throws IOException {
        html.raw("<figure class=\"card graph\"><figcaption>").element("h3", what.title);
        if (histogram.count() == 0) {
            html.raw("</figcaption><p class=\"soft nothing\">Nothing was recorded in this range.</p></figure>\n");
            return;
        }
        html.raw("<dl class=\"percentiles\">");
        for (KeyFigure each : KeyFigure.percentiles(what, histogram)) {
            html.raw("<div>")
                    .element("dt", each.name())
                    .element("dd", each.value())
                    .raw("</div>");
        }
        html.raw("</dl></figcaption>\n");
        bars();
        table();
        html.raw("</figure>\n");
    }

    private void bars() throws IOException {
        html.svg(WIDTH, HEIGHT, what.title + ", how often each size occurred; the table below has the numbers");
        axes();
        double width = (double) (WIDTH - left - RIGHT) / bins.size();
        double bar = Math.min(width, 40);
        int labelEach = (bins.size() + MOST_LABELS - 1) / MOST_LABELS;
        for (int i = 0; i < bins.size(); i++) {
            Distribution.Bin bin = bins.get(i);
            double height = bin.count() == 0 ? 0 : Math.max(1, (double) bin.count() / most * (HEIGHT - TOP - BOTTOM));
            double at = left + i * width + (width - bar) / 2;
            String x = SvgGraph.point(at + 0.5);
            String y = SvgGraph.point(HEIGHT - BOTTOM - height);
            String barWidth = SvgGraph.point(Math.max(1, bar - 1));
            html.open("rect", "class", "bar", "x", x, "y", y, "width", barWidth, "height", SvgGraph.point(height));
            html.element("title", range(bin) + ": " + HumanFormat.count(bin.count()))
                    .close("rect");
            if (i % labelEach == 0) {
                String labelX = SvgGraph.point(at + bar / 2);
                html.label(HumanFormat.value(what, bin.from()), "tick middle", labelX, "" + (HEIGHT - BOTTOM + 16));
            }
        }
        html.close("svg");
    }

    /** How often, at the left, and what, below. */
    private void axes() throws IOException {
        for (int i = 0; i <= TICKS; i++) {
            String y = SvgGraph.point(HEIGHT - BOTTOM - (double) i / TICKS * (HEIGHT - TOP - BOTTOM));
            html.open("line", "class", "grid", "x1", "" + left, "x2", "" + (WIDTH - RIGHT), "y1", y, "y2", y)
                    .close("line");
            String label = HumanFormat.count(most * i / TICKS);
            html.label(label, "tick end", "" + (left - 8), "" + (Double.parseDouble(y) + 4));
        }
        html.label(
                what.title + " (" + what.unit + ") across, how often up",
                "tick end",
                "" + (WIDTH - RIGHT),
                "" + (HEIGHT - 6));
    }

    private void table() throws IOException {
        html.foldedTable(what.key, "Table", what.title)
                .element("th", what.title, "scope", "col")
                .raw("<th scope=\"col\" class=\"number\">Times</th>"
                        + "<th scope=\"col\" class=\"number\">Share up to here</th>")
                .raw("</tr></thead><tbody>");
        long upToHere = 0;
        for (Distribution.Bin bin : bins) {
            upToHere += bin.count();
            if (bin.count() > 0) {
                html.raw("<tr>").element("th", range(bin), "scope", "row");
                html.element("td", HumanFormat.count(bin.count()), "class", "number");
                html.element("td", share(upToHere), "class", "number").raw("</tr>");
            }
        }
        html.closeFoldedTable();
    }

    private String share(long part) {
        return String.format(Locale.ROOT, "%.2f %%", 100.0 * part / histogram.count());
    }

    private String range(Distribution.Bin bin) {
        return bin.from() == bin.to()
                ? HumanFormat.value(what, bin.from())
                : HumanFormat.count(bin.from()) + " to " + HumanFormat.count(bin.to()) + " " + what.unit;
    }
}
