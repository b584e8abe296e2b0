package loomchat.graph;

import java.io.IOException;
import java.util.Locale;
import loomchat.html.HtmlWriter;

/**
 * Draws a graph over time as SVG, for browsers without JavaScript and until the script has run: a band from the least
 * to the greatest value with a thin line along the greatest, a line for the mean, marks for restarts, shades for load
 * tests. Colours come from the style sheet. One thread.
 */
public final class SvgGraph {
    private static final int WIDTH = 480;
    private static final int HEIGHT = 190;
    private static final int LEAST_LEFT = 40;
    /** The width of a sign of a label: those of common fonts are narrower. */
    private static final double SIGN = 7.2;

    private static final int RIGHT = 12;
    private static final int TOP = 12;
    private static final int BOTTOM = 24;
    private static final int TICKS = 4;
    private static final int MOST_TIME_TICKS = 5;
    /** A label nearer to an edge than half its width would be cut off. */
    private static final int HALF_LABEL = 40;

    private static final long[] STEP_SECONDS = {
        1,
        2,
        5,
        10,
        15,
        30,
        60,
        120,
        300,
        600,
        900,
        1800,
        3600,
        7200,
        10_800,
        21_600,
        43_200,
        86_400,
        172_800,
        345_600,
        604_800,
        1_209_600,
        2_419_200,
        7_257_600,
        15_552_000,
        31_536_000
    };

    private final HtmlWriter html;
    private final TimeGraph graph;
    private final TimeGraph.Times times;
    private final String where;
    /** Whether each step of the axis is ten times the one before; only values above 0 are drawn then. */
    private final boolean logarithmic;

    private final double least;
    private final double most;
    private final int left;

    public SvgGraph(HtmlWriter html, TimeGraph graph) {
        this(html, graph, "the table below has the numbers", false);
    }

    /** @param where who cannot see it finds the numbers */
    public SvgGraph(HtmlWriter html, TimeGraph graph, String where, boolean logarithmic) {
        this.html = html;
        this.graph = graph;
        this.times = graph.times();
        this.where = where;
        this.logarithmic = logarithmic;
        this.least = logarithmic ? Math.pow(10, Math.floor(Math.log10(graph.leastAboveZero()))) : 0;
        this.most = logarithmic
                ? Math.max(10 * least, Math.pow(10, Math.ceil(Math.log10(graph.greatest()))))
                : niceCeiling(graph.greatest());
        this.left = left(graph.unit(), most, TICKS);
    }

    public void write() throws IOException {
        html.svg(WIDTH, HEIGHT, graph.title() + " over time; " + where);
        loadTests();
        axes();
        marks();
        for (int i = 0; i < graph.lines().size(); i++) {
            band(graph.lines().get(i), i + 1);
        }
        for (int i = 0; i < graph.lines().size(); i++) {
            line(graph.lines().get(i), i + 1);
        }
        html.close("svg");
    }

    private void axes() throws IOException {
        int steps = logarithmic ? (int) Math.round(Math.log10(most / least)) : TICKS;
        for (int i = 0; i <= steps; i++) {
            double value = logarithmic ? least * Math.pow(10, i) : most * i / TICKS;
            String y = point(y(value));
            html.open("line", "class", "grid", "x1", "" + left, "x2", "" + (WIDTH - RIGHT), "y1", y, "y2", y)
                    .close("line");
            html.label(graph.unit().format(value), "tick end", "" + (left - 8), point(y(value) + 4));
        }
        long step = timeStep(times.range());
        for (long at = Math.ceilDiv(times.from(), step) * step; at <= times.to(); at += step) {
            double x = x(at);
            String anchor = x < left + HALF_LABEL && step >= 86_400_000
                    ? "tick"
                    : x > WIDTH - HALF_LABEL ? "tick end" : "tick middle";
            html.label(times.tick(at), anchor, point(x), "" + (HEIGHT - 6));
        }
    }

    private void loadTests() throws IOException {
        for (TimeGraph.Span each : graph.loadTests()) {
            double from = x(Math.clamp(each.from(), times.from(), times.to()));
            double to = x(Math.clamp(each.to(), times.from(), times.to()));
            String width = point(Math.max(1, to - from));
            html.open(
                    "rect", "class", "test", "x", point(from), "y", "" + TOP, "width", width, "height", "" + height());
            html.element("title", "load test " + each.text()).close("rect");
        }
    }

    private void marks() throws IOException {
        for (TimeGraph.Mark mark : graph.marks()) {
            if (mark.millis() >= times.from() && mark.millis() <= times.to() && !mark.isOfLoadTest()) {
                String x = point(x(mark.millis()));
                String style =
                        "mark mark-" + mark.kind().toLowerCase(Locale.ROOT).replace(' ', '-');
                html.open("line", "class", style, "x1", x, "x2", x, "y1", "" + TOP, "y2", "" + (HEIGHT - BOTTOM));
                html.element("title", mark.kind() + " " + time(mark.millis()) + " " + mark.text());
                html.close("line");
            }
        }
    }

    private String time(long millis) {
        return times.sinceStart() ? "at " + Numbers.sinceStart(millis) : Numbers.time(millis);
    }

    private void line(TimeGraph.Line line, int number) throws IOException {
        html.open("path", "class", "line s" + number, "d", path(line.mean())).close("path");
    }

    /** A path through the values, interrupted where there are none. */
    private String path(double[] values) {
        StringBuilder path = new StringBuilder();
        boolean drawn = false;
        for (int row = 0; row < times.rows(); row++) {
            boolean missing = Double.isNaN(values[row]) || logarithmic && values[row] <= 0;
            if (!missing) {
                boolean goesOn = drawn && !times.isAfterGap(row);
                path.append(goesOn ? 'L' : 'M').append(point(x(times.middle(row))));
                // A single point is drawn as a short line.
                path.append(' ').append(point(y(values[row]))).append(goesOn ? "" : "h0.5");
            }
            drawn = !missing;
        }
        return path.toString();
    }

    private void band(TimeGraph.Line line, int number) throws IOException {
        if (!line.hasBand()) {
            return;
        }
        StringBuilder all = new StringBuilder();
        StringBuilder upper = new StringBuilder();
        StringBuilder lower = new StringBuilder();
        for (int row = 0; row < times.rows(); row++) {
            if (Double.isNaN(line.max()[row]) || times.isAfterGap(row)) {
                close(all, upper, lower);
            }
            if (!Double.isNaN(line.max()[row])) {
                String x = point(x(times.middle(row)));
                upper.append(upper.isEmpty() ? 'M' : 'L').append(x).append(' ').append(point(y(line.max()[row])));
                upper.append(upper.indexOf("L") < 0 ? "h0.5" : "");
                lower.insert(0, "L" + x + " " + point(y(line.min()[row])));
            }
        }
        close(all, upper, lower);
        html.open("path", "class", "band s" + number, "d", all.toString()).close("path");
        html.open("path", "class", "peak s" + number, "d", path(line.max())).close("path");
    }

    private static void close(StringBuilder all, StringBuilder upper, StringBuilder lower) {
        if (!upper.isEmpty()) {
            all.append(upper).append(lower).append('Z');
        }
        upper.setLength(0);
        lower.setLength(0);
    }

    private static int height() {
        return HEIGHT - TOP - BOTTOM;
    }

    private double x(long millis) {
        return left + (double) (millis - times.from()) / times.range() * (WIDTH - left - RIGHT);
    }

    private double y(double value) {
        double share = logarithmic ? Math.log(value / least) / Math.log(most / least) : value / most;
        return HEIGHT - BOTTOM - share * height();
    }

    /** Milliseconds between the labels of the time axis. */
    public static long timeStep(long range) {
        for (long seconds : STEP_SECONDS) {
            if (range / (seconds * 1000) < MOST_TIME_TICKS) {
                return seconds * 1000;
            }
        }
        return range;
    }

    /** Where a graph begins whose axis goes to {@code most}: right of the longest number. */
    public static int left(Unit unit, double most, int ticks) {
        int longest = 0;
        for (int i = 0; i <= ticks; i++) {
            longest = Math.max(longest, unit.format(most * i / ticks).length());
        }
        return left(longest);
    }

    /** The same for labels of so many signs. */
    public static int left(int signs) {
        return Math.max(LEAST_LEFT, (int) Math.ceil(signs * SIGN) + 12);
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
