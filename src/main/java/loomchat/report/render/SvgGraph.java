package loomchat.report.render;

import java.io.IOException;
import java.util.Locale;
import loomchat.html.HtmlWriter;
import loomchat.report.history.Report;
import loomchat.report.series.GraphMark;

/**
 * Draws a graph over time as SVG, for browsers without JavaScript and until the script has run: a band from minimum
 * to maximum, a line for the mean, marks for restarts and load tests. Colours come from the style sheet. One thread.
 */
public final class SvgGraph {
    private static final int WIDTH = 480;
    private static final int HEIGHT = 190;
    private static final int LEFT = 72;
    private static final int RIGHT = 12;
    private static final int TOP = 12;
    private static final int BOTTOM = 24;
    private static final int TICKS = 4;
    private static final int TIME_TICKS = 3;

    private final HtmlWriter html;
    private final Report report;
    private final SeriesTable table;
    private final Graph graph;
    private final double most;

    SvgGraph(HtmlWriter html, Report report, SeriesTable table, Graph graph) {
        this.html = html;
        this.report = report;
        this.table = table;
        this.graph = graph;
        this.most = niceCeiling(greatest());
    }

    /** Whether there is no value at all. */
    boolean isEmpty() {
        for (Graph.Line line : graph.lines) {
            for (int row = 0; row < table.rows(); row++) {
                if (!Double.isNaN(table.mean(row, line))) {
                    return false;
                }
            }
        }
        return true;
    }

    void write() throws IOException {
        html.svg(WIDTH, HEIGHT, graph.title + " over time; the table below has the numbers");
        axes();
        marks();
        for (int i = 0; i < graph.lines.size(); i++) {
            line(graph.lines.get(i), i + 1);
        }
        html.close("svg");
    }

    private void axes() throws IOException {
        for (int i = 0; i <= TICKS; i++) {
            double value = most * i / TICKS;
            String y = point(y(value));
            html.open("line", "class", "grid", "x1", "" + LEFT, "x2", "" + (WIDTH - RIGHT), "y1", y, "y2", y)
                    .close("line");
            html.label(graph.unit.format(value), "tick end", "" + (LEFT - 8), point(y(value) + 4));
        }
        long range = range();
        for (int i = 0; i <= TIME_TICKS; i++) {
            long millis = report.axis().from() + range * i / TIME_TICKS;
            String anchor = i == 0 ? "tick" : i == TIME_TICKS ? "tick end" : "tick middle";
            html.label(HumanFormat.tick(millis, range), anchor, point(x(millis)), "" + (HEIGHT - 6));
        }
    }

    private void marks() throws IOException {
        for (GraphMark mark : report.marks().all()) {
            if (mark.millis() >= report.axis().from()
                    && mark.millis() <= report.axis().to()) {
                String x = point(x(mark.millis()));
                String style = "mark mark-"
                        + mark.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
                html.open("line", "class", style, "x1", x, "x2", x, "y1", "" + TOP, "y2", "" + (HEIGHT - BOTTOM));
                html.element("title", mark.kind().label + " " + HumanFormat.time(mark.millis()) + " " + mark.text());
                html.close("line");
            }
        }
    }

    private void line(Graph.Line line, int number) throws IOException {
        StringBuilder mean = new StringBuilder();
        StringBuilder upper = new StringBuilder();
        StringBuilder lower = new StringBuilder();
        boolean drawn = false;
        long before = Long.MIN_VALUE;
        for (int row = 0; row < table.rows(); row++) {
            double value = table.mean(row, line);
            boolean gap = table.start(row) - before > table.seconds() * 1500;
            if (Double.isNaN(value) || gap) {
                band(upper, lower, number);
                drawn = false;
            }
            if (!Double.isNaN(value)) {
                String x = point(x(middle(row)));
                mean.append(drawn ? 'L' : 'M').append(x).append(' ').append(point(y(value)));
                // A single point is drawn as a short line.
                mean.append(drawn ? "" : "h0.5");
                if (!Double.isNaN(table.max(row, line))) {
                    upper.append(upper.isEmpty() ? 'M' : 'L')
                            .append(x)
                            .append(' ')
                            .append(point(y(table.max(row, line))));
                    lower.insert(0, "L" + x + " " + point(y(table.min(row, line))));
                }
                drawn = true;
            }
            before = table.start(row);
        }
        band(upper, lower, number);
        html.open("path", "class", "line s" + number, "d", mean.toString()).close("path");
    }

    private void band(StringBuilder upper, StringBuilder lower, int number) throws IOException {
        if (!upper.isEmpty()) {
            html.open("path", "class", "band s" + number, "d", upper.toString() + lower + "Z")
                    .close("path");
        }
        upper.setLength(0);
        lower.setLength(0);
    }

    private long middle(int row) {
        return Math.clamp(
                table.start(row) + table.seconds() * 500,
                report.axis().from(),
                report.axis().to());
    }

    private double greatest() {
        double greatest = 0;
        for (Graph.Line line : graph.lines) {
            for (int row = 0; row < table.rows(); row++) {
                double value = table.max(row, line);
                value = Double.isNaN(value) ? table.mean(row, line) : value;
                greatest = Double.isNaN(value) ? greatest : Math.max(greatest, value);
            }
        }
        return greatest;
    }

    private double x(long millis) {
        return LEFT + (double) (millis - report.axis().from()) / range() * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - value / most * (HEIGHT - TOP - BOTTOM);
    }

    private long range() {
        return Math.max(1, report.axis().millis());
    }

    /** 1, 2, 4, 5 or 8 times a power of ten, so that the numbers on the axis are short. */
    public static double niceCeiling(double value) {
        if (value <= 0) {
            return 4;
        }
        double power = Math.pow(10, Math.floor(Math.log10(value)));
        for (double step : new double[] {1, 2, 4, 5, 8}) {
            if (step * power >= value) {
                return step * power;
            }
        }
        return 10 * power;
    }

    /** A coordinate, to a tenth. */
    public static String point(double value) {
        double rounded = Math.round(value * 10) / 10.0;
        return rounded == Math.rint(rounded) ? Long.toString((long) rounded) : Double.toString(rounded);
    }
}
