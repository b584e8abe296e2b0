package loomchat.report.render;

import java.io.PrintStream;
import java.util.Arrays;
import loomchat.graph.SvgGraph;
import loomchat.report.history.Report;
import loomchat.report.series.GraphMark;
import loomchat.terminal.Terminal;

/**
 * Draws a graph over time with block characters: means as filled columns, maxima as dots above them, marks below. One
 * thread.
 */
final class TextGraph {
    /** Room for the labels at the left. */
    static final int LABEL = 12;

    private static final int HEIGHT = 6;
    private static final String EIGHTHS = " ▁▂▃▄▅▆▇█";
    private static final String PLAIN_EIGHTHS = " ...::::#";
    private static final String BAR_EIGHTHS = " ▏▎▍▌▋▊▉█";

    private final Report report;
    private final SeriesTable table;
    private final Graph graph;
    private final Terminal terminal;
    private final PrintStream out;
    private final int columns;

    TextGraph(Report report, SeriesTable table, Graph graph, Terminal terminal, PrintStream out, int columns) {
        this.report = report;
        this.table = table;
        this.graph = graph;
        this.terminal = terminal;
        this.out = out;
        this.columns = columns;
    }

    void write() {
        for (Graph.Line line : graph.lines) {
            write(line);
        }
    }

    /** One line with the greatest value of each column, and the greatest of all; no signs where there is none. */
    Sparkline sparkline(Graph.Line line) {
        double[] mean = new double[columns];
        double[] peak = new double[columns];
        Arrays.fill(mean, Double.NaN);
        Arrays.fill(peak, Double.NaN);
        double most = spread(line, mean, peak);
        StringBuilder signs = new StringBuilder();
        for (double each : peak) {
            int eighths = most > 0 ? (int) Math.clamp(Math.round(each / most * 8), 1, 8) : 1;
            signs.append(Double.isNaN(each) ? ' ' : eighths().charAt(eighths));
        }
        return new Sparkline(signs.toString(), graph.unit.format(most));
    }

    /** @param peak the greatest value, with its unit */
    record Sparkline(String signs, String peak) {}

    /** A bar of this length in characters, exact to an eighth if block characters can be written. */
    static String bar(double length, boolean blocks) {
        if (!blocks) {
            return "#".repeat((int) (length > 0 ? Math.max(1, Math.round(length)) : 0));
        }
        int eighths = (int) Math.round(length * 8);
        if (eighths == 0 && length > 0) {
            eighths = 1;
        }
        String whole = "█".repeat(eighths / 8);
        return eighths % 8 == 0 ? whole : whole + BAR_EIGHTHS.charAt(eighths % 8);
    }

    private void write(Graph.Line line) {
        double[] mean = new double[columns];
        double[] peak = new double[columns];
        Arrays.fill(mean, Double.NaN);
        Arrays.fill(peak, Double.NaN);
        double most = spread(line, mean, peak);
        if (!(most > 0)) {
            return;
        }
        double top = SvgGraph.niceCeiling(most);
        out.println();
        out.println(terminal.bold(graph.title + ", " + line.label()));
        for (int row = HEIGHT - 1; row >= 0; row--) {
            String label = row == HEIGHT - 1 ? graph.unit.format(top) : row == 0 ? graph.unit.format(0) : "";
            out.println(ReportText.right(label, LABEL - 1) + " "
                    + terminal.blue(cells(row, top, mean, peak).stripTrailing()));
        }
        marks();
        axis();
    }

    /** Spreads each bucket over the columns of its time. Returns the maximum. */
    private double spread(Graph.Line line, double[] mean, double[] peak) {
        double most = 0;
        for (int row = 0; row < table.rows(); row++) {
            double value = table.mean(row, line);
            if (Double.isNaN(value)) {
                continue;
            }
            double greatest = table.peak(row, line);
            greatest = Double.isNaN(greatest) ? value : greatest;
            most = Math.max(most, greatest);
            int first = column(table.start(row));
            int last = Math.max(first, column(table.start(row) + table.seconds() * 1000 - 1));
            for (int i = first; i <= last; i++) {
                mean[i] = Double.isNaN(mean[i]) ? value : Math.max(mean[i], value);
                peak[i] = Double.isNaN(peak[i]) ? greatest : Math.max(peak[i], greatest);
            }
        }
        return most;
    }

    private String cells(int row, double top, double[] mean, double[] peak) {
        StringBuilder cells = new StringBuilder();
        for (int i = 0; i < columns; i++) {
            if (Double.isNaN(mean[i])) {
                cells.append(' ');
                continue;
            }
            double eighths = mean[i] / top * HEIGHT * 8 - row * 8;
            int peakRow = (int) Math.min(HEIGHT - 1, Math.floor(peak[i] / top * HEIGHT));
            if (eighths >= 0.5 || row == 0 && mean[i] > 0) {
                cells.append(eighths().charAt((int) Math.clamp(Math.round(eighths), 1, 8)));
            } else {
                cells.append(row == peakRow && peak[i] > 0 ? peakSign() : ' ');
            }
        }
        return cells.toString();
    }

    private void marks() {
        char[] line = " ".repeat(columns).toCharArray();
        boolean any = false;
        for (GraphMark mark : report.marks().all()) {
            if (mark.millis() < report.axis().from()
                    || mark.millis() > report.axis().to()) {
                continue;
            }
            char sign = sign(mark.kind());
            int at = column(mark.millis());
            // The start that follows does not hide a crash.
            line[at] = line[at] == sign(GraphMark.Kind.CRASH) ? line[at] : sign;
            any = true;
        }
        if (any) {
            out.println(" ".repeat(LABEL) + new String(line).stripTrailing());
        }
    }

    private char sign(GraphMark.Kind kind) {
        return switch (kind) {
            case CRASH -> terminal.blocks() ? '✗' : 'X';
            case START -> terminal.blocks() ? '▲' : '^';
            case STOP -> terminal.blocks() ? '▼' : 'v';
            case STALL, FILE -> '!';
            case LOAD_TEST_START -> '[';
            case LOAD_TEST_END -> ']';
        };
    }

    private char peakSign() {
        return terminal.blocks() ? '·' : '.';
    }

    private String eighths() {
        return terminal.blocks() ? EIGHTHS : PLAIN_EIGHTHS;
    }

    private void axis() {
        long range = report.axis().millis();
        String from = HumanFormat.tick(report.axis().from(), range);
        String to = HumanFormat.tick(report.axis().to(), range);
        out.println(" ".repeat(LABEL) + from + " ".repeat(Math.max(1, columns - from.length() - to.length())) + to);
    }

    private int column(long millis) {
        long range = Math.max(1, report.axis().millis());
        return (int) Math.clamp((millis - report.axis().from()) * columns / range, 0, columns - 1);
    }
}
