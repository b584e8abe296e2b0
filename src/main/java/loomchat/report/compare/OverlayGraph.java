package loomchat.report.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import loomchat.graph.SvgGraph;
import loomchat.html.HtmlWriter;
import loomchat.json.JsonWriter;
import loomchat.report.render.HumanFormat;
import loomchat.report.series.GraphMark;

/**
 * One figure of one or two ranges over the time since their starts, as SVG with a table below; {@code
 * report-compare.js} adds a cursor. Lines differ in colour, dash and name. Immutable.
 */
record OverlayGraph(String id, String title, Metric.Unit unit, List<Line> lines) {
    private static final int WIDTH = 480;
    private static final int HEIGHT = 190;
    private static final int RIGHT = 12;
    private static final int TOP = 12;
    private static final int BOTTOM = 24;
    private static final int TICKS = 4;
    private static final int HALF_LABEL = 40;
    private static final int MOST_POINTS = 240;
    private static final int MOST_ROWS = 30;

    /**
     * The line of one range.
     *
     * @param name {@code a} or {@code b}, or what a single line is
     * @param start of the range, for its marks
     * @param step seconds from one value to the next
     * @param values NaN where nothing was measured
     */
    record Line(String name, long start, double step, double[] values, List<GraphMark> marks) {
        static Line of(String name, Comparison.Side side, Metric metric) {
            TimedValues all = side.values().get(metric);
            TimedValues shown = all.together(Math.max(1, Math.ceilDiv(all.buckets(), MOST_POINTS)));
            double[] values = new double[shown.buckets()];
            Arrays.setAll(values, shown::value);
            return new Line(
                    name,
                    side.range().from(),
                    shown.bucketSeconds(),
                    values,
                    side.range().marks(side.report()));
        }

        /** What the client measured, in equal stretches of the run. */
        static Line ofClient(String name, ComparedRange range, String figure) {
            double[] values =
                    range.test() == null ? new double[0] : range.test().timeline(figure);
            return new Line(name, range.from(), range.seconds() / Math.max(1, values.length), values, List.of());
        }

        double seconds() {
            return step * values.length;
        }

        boolean isEmpty() {
            return Arrays.stream(values).allMatch(Double::isNaN);
        }

        private double greatest() {
            return Arrays.stream(values)
                    .filter(each -> !Double.isNaN(each))
                    .max()
                    .orElse(0);
        }
    }

    /** The graphs of these, without those for which nothing was measured. */
    static List<OverlayGraph> of(List<Comparison.Side> sides) {
        List<OverlayGraph> all = new ArrayList<>();
        for (String figure : List.of("p50", "p99")) {
            List<Line> lines = new ArrayList<>();
            for (int i = 0; i < sides.size(); i++) {
                lines.add(Line.ofClient(name(i), sides.get(i).range(), figure));
            }
            addTo(
                    all,
                    new OverlayGraph(
                            "latency-" + figure,
                            "Latency at " + figure + ", as the client saw it",
                            Metric.Unit.MILLIS,
                            lines));
        }
        for (Metric each : Metric.values()) {
            List<Line> lines = new ArrayList<>();
            for (int i = 0; i < sides.size(); i++) {
                lines.add(Line.of(name(i), sides.get(i), each));
            }
            addTo(all, new OverlayGraph(each.key, each.title, each.unit, lines));
        }
        return all;
    }

    private static void addTo(List<OverlayGraph> all, OverlayGraph graph) {
        if (graph.lines.stream().anyMatch(each -> !each.isEmpty() && each.greatest() > 0)) {
            all.add(graph);
        }
    }

    private static String name(int side) {
        return side == 0 ? "a" : "b";
    }

    void write(HtmlWriter html) throws IOException {
        html.open("figure", "class", "card overlay", "data-graph", id);
        html.raw("<figcaption>").element("h3", title).raw("<ul class=\"names\">");
        for (int i = 0; i < lines.size() && lines.size() > 1; i++) {
            html.raw("<li>")
                    .open("span", "class", "sample s" + (i + 1))
                    .close("span")
                    .text(lines.get(i).name)
                    .raw("</li>");
        }
        html.raw("</ul></figcaption>\n<div class=\"overlay-plot\">");
        html.svg(WIDTH, HEIGHT, title + " over time; the table below has the numbers");
        double most = most();
        axes(html, most);
        for (int i = 0; i < lines.size(); i++) {
            marks(html, lines.get(i), i + 1);
            line(html, lines.get(i), i + 1, most);
        }
        html.close("svg").raw("</div>\n<p class=\"readout\"><output></output></p>\n");
        table(html);
        html.close("figure").raw("\n");
    }

    private void axes(HtmlWriter html, double most) throws IOException {
        for (int i = 0; i <= TICKS; i++) {
            String y = SvgGraph.point(y(most * i / TICKS, most));
            html.open("line", "class", "grid", "x1", "" + left(), "x2", "" + (WIDTH - RIGHT), "y1", y, "y2", y)
                    .close("line");
            html.label(
                    unit.format(most * i / TICKS),
                    "tick end",
                    "" + (left() - 8),
                    SvgGraph.point(y(most * i / TICKS, most) + 4));
        }
        double step = SvgGraph.timeStep((long) Math.ceil(seconds() * 1000)) / 1000.0;
        for (double seconds = 0; seconds <= seconds(); seconds += step) {
            String anchor = seconds == 0 ? "tick" : x(seconds) > WIDTH - HALF_LABEL ? "tick end" : "tick middle";
            html.label(elapsed(seconds), anchor, SvgGraph.point(x(seconds)), "" + (HEIGHT - 6));
        }
    }

    private void marks(HtmlWriter html, Line line, int number) throws IOException {
        for (GraphMark mark : line.marks) {
            double at = (mark.millis() - line.start) / 1000.0;
            if (at >= 0 && at <= seconds()) {
                String x = SvgGraph.point(x(at));
                String style = "mark s" + number + " mark-"
                        + mark.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
                html.open("line", "class", style, "x1", x, "x2", x, "y1", "" + TOP, "y2", "" + (HEIGHT - BOTTOM));
                html.element("title", mark.kind().label + " after " + elapsed(at) + " " + mark.text());
                html.close("line");
            }
        }
    }

    private void line(HtmlWriter html, Line line, int number, double most) throws IOException {
        StringBuilder path = new StringBuilder();
        boolean drawn = false;
        for (int i = 0; i < line.values.length; i++) {
            if (Double.isNaN(line.values[i])) {
                drawn = false;
                continue;
            }
            path.append(drawn ? 'L' : 'M')
                    .append(SvgGraph.point(x((i + 0.5) * line.step)))
                    .append(' ')
                    .append(SvgGraph.point(y(line.values[i], most)))
                    .append(drawn ? "" : "h0.5");
            drawn = true;
        }
        if (!path.isEmpty()) {
            html.open("path", "class", "line s" + number, "d", path.toString()).close("path");
        }
    }

    private void table(HtmlWriter html) throws IOException {
        double step = Math.max(
                seconds() / MOST_ROWS,
                lines.stream().mapToDouble(Line::step).min().orElse(1));
        html.foldedTable(id, "Table", title).raw("<th scope=\"col\">Since the start</th>");
        for (Line each : lines) {
            html.element("th", lines.size() == 1 ? title : each.name, "scope", "col", "class", "number");
        }
        html.raw("</tr></thead><tbody>\n");
        for (int row = 0; row * step < seconds() - step / 1000; row++) {
            html.raw("<tr>").element("th", elapsed(row * step), "scope", "row");
            for (Line each : lines) {
                html.element("td", unit.format(mean(each, row * step, (row + 1) * step)), "class", "number");
            }
            html.raw("</tr>\n");
        }
        html.closeFoldedTable();
    }

    private static double mean(Line line, double from, double to) {
        double sum = 0;
        int count = 0;
        int last = Math.max((int) Math.floor(from / line.step) + 1, (int) Math.round(to / line.step));
        for (int i = (int) Math.round(from / line.step); i < Math.min(line.values.length, last); i++) {
            if (!Double.isNaN(line.values[i])) {
                sum += line.values[i];
                count++;
            }
        }
        return count == 0 ? Double.NaN : sum / count;
    }

    /** The values as text, for the cursor of the script. */
    void writeData(JsonWriter json) throws IOException {
        json.object()
                .member("id", id)
                .member("left", left())
                .member("seconds", seconds())
                .array("lines");
        for (Line each : lines) {
            json.object().member("name", lines.size() == 1 ? "" : each.name).member("step", each.step);
            json.array("values");
            for (double value : each.values) {
                json.value(unit.format(value));
            }
            json.endArray().endObject();
        }
        json.endArray().endObject();
    }

    private double seconds() {
        return Math.max(1, lines.stream().mapToDouble(Line::seconds).max().orElse(1));
    }

    private static String elapsed(double seconds) {
        boolean whole = seconds >= 10 || seconds == Math.rint(seconds);
        return whole && seconds < 59.5 ? Math.round(seconds) + " s" : HumanFormat.duration(seconds);
    }

    private double most() {
        return SvgGraph.niceCeiling(
                lines.stream().mapToDouble(Line::greatest).max().orElse(0));
    }

    /** Where the axis is. */
    private int left() {
        int signs = 0;
        for (int i = 0; i <= TICKS; i++) {
            signs = Math.max(signs, unit.format(most() * i / TICKS).length());
        }
        return SvgGraph.left(signs);
    }

    private double x(double seconds) {
        return left() + seconds / seconds() * (WIDTH - left() - RIGHT);
    }

    private static double y(double value, double most) {
        return HEIGHT - BOTTOM - value / most * (HEIGHT - TOP - BOTTOM);
    }
}
