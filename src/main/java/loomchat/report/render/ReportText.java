package loomchat.report.render;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import loomchat.log.SafeText;
import loomchat.report.history.Report;
import loomchat.report.history.ScanFigures;
import loomchat.report.series.Distribution;
import loomchat.report.series.GraphMark;
import loomchat.report.series.Histogram;
import loomchat.report.series.LogTimes;
import loomchat.report.series.ReasonCounts;
import loomchat.report.series.SampleColumn;
import loomchat.terminal.Terminal;

/**
 * A {@link Report} as text: what happened last on one screen, or the same numbers and graphs as the page, as wide as
 * the terminal. One thread.
 */
public final class ReportText {
    private static final int RUNS_SHOWN = 10;
    private static final int MARKS_SHOWN = 15;
    private static final int CELL = 26;
    private static final int NODE = 20;
    private static final int BAR_LABEL = 24;
    private static final int BAR_COUNT = 14;

    private final Report report;
    private final Terminal terminal;
    private final PrintStream out;

    public ReportText(Report report, Terminal terminal, PrintStream out) {
        this.report = report;
        this.terminal = terminal;
        this.out = out;
    }

    /**
     * What fits a screen.
     *
     * @param hint the last line
     */
    public void writeSummary(String hint) {
        new TextSummary(report, terminal, out).write(hint);
    }

    /** Everything. */
    public void write() {
        heading();
        section("Now");
        now();
        section(report.query().isAll() && !report.isPartlyGone() ? "Since the beginning" : "In this range");
        if (report.isPartlyGone()) {
            out.println(gone(report) + ",");
            out.println("with their sums: they are in no number here");
        }
        cells(KeyFigure.totals(report));
        if (report.hasCalls()) {
            section("Calls");
            cells(KeyFigure.calls(report.chat()));
        }
        int columns = Math.max(10, terminal.width() - TextGraph.LABEL);
        SeriesTable table = SeriesTable.of(report, columns);
        for (Graph graph : Graph.shownOf(report)) {
            new TextGraph(report, table, graph, terminal, out, columns).write();
        }
        for (Distribution each : Distribution.values()) {
            distribution(each);
        }
        reasons("Why connections ended", report.chat().reasons());
        reasons("Why calls ended", report.chat().callReasons());
        runs();
        marks();
        scan();
    }

    private void heading() {
        out.println(terminal.bold("Loomchat report"));
        if (report.isEmpty()) {
            out.println("Nothing was recorded in this range.");
        } else {
            out.println(HumanFormat.time(report.axis().from()) + " to "
                    + HumanFormat.time(report.axis().to()) + " UTC, "
                    + HumanFormat.duration(report.axis().millis() / 1000.0));
        }
    }

    private void now() {
        if (report.now().live()) {
            cells(KeyFigure.now(report));
        } else {
            TextSummary.noServer(report, terminal, out);
        }
        if (report.hasChoices()) {
            section("Servers");
            report.nodes().forEach(this::node);
        }
    }

    private void node(Report.Node node) {
        String open = HumanFormat.count(node.now().wholeNumber(SampleColumn.CONNECTIONS)) + " open";
        out.println(left(printable(node.name()), NODE) + left(node.now().live() ? open : state(node), CELL)
                + HumanFormat.count(node.connections()) + " connections, " + HumanFormat.count(node.messages())
                + " messages, up " + HumanFormat.duration(node.uptimeSeconds(report.query())));
    }

    private String state(Report.Node node) {
        return report.stalls().silent().contains(node)
                ? "writes no samples"
                : node.claimed() ? "just started" : "not running";
    }

    private void distribution(Distribution what) {
        Histogram histogram = report.chat().histogram(what);
        if (histogram.count() == 0) {
            return;
        }
        section(what.title);
        cells(KeyFigure.percentiles(what, histogram));
        List<Distribution.Bin> bins = Distribution.bins(histogram);
        long most = 1;
        for (Distribution.Bin bin : bins) {
            most = Math.max(most, bin.count());
        }
        int room = Math.max(5, terminal.width() - BAR_LABEL - BAR_COUNT);
        for (Distribution.Bin bin : bins) {
            String label = bin.from() == bin.to()
                    ? HumanFormat.value(what, bin.from())
                    : HumanFormat.value(what, bin.from()) + " to " + HumanFormat.value(what, bin.to());
            String bar = TextGraph.bar((double) bin.count() / most * room, terminal.blocks());
            out.println(left(label, BAR_LABEL) + right(HumanFormat.count(bin.count()), BAR_COUNT - 1) + " "
                    + terminal.blue(bar));
        }
    }

    private void reasons(String title, ReasonCounts reasons) {
        SortedMap<String, Long> counts = reasons.all();
        if (counts.isEmpty()) {
            return;
        }
        section(title);
        long all = counts.values().stream().mapToLong(Long::longValue).sum();
        for (Map.Entry<String, Long> each : counts.entrySet()) {
            out.println(left(printable(each.getKey()), BAR_LABEL)
                    + right(HumanFormat.count(each.getValue()), BAR_COUNT)
                    + right(HumanFormat.share(each.getValue(), all), 9));
        }
    }

    private void runs() {
        List<Report.NodeRun> runs = report.runs();
        if (runs.isEmpty()) {
            return;
        }
        section("Server runs");
        for (Report.NodeRun each : last(runs, RUNS_SHOWN)) {
            String node = report.hasChoices() ? left(printable(each.node().name()), NODE) : "";
            out.println(HumanFormat.time(each.run().start()) + "  " + node + left(each.endShown(), 10)
                    + HumanFormat.duration((each.run().end() - each.run().start()) / 1000.0));
        }
        leftOut(runs.size() - RUNS_SHOWN + report.runsLeftOut());
    }

    private void marks() {
        if (report.marks().all().isEmpty()) {
            return;
        }
        section("Events worth a mark");
        for (GraphMark mark : last(report.marks().all(), MARKS_SHOWN)) {
            String line = HumanFormat.time(mark.millis()) + "  " + left(mark.kind().label, 18) + printable(mark.text());
            out.println(line.length() <= terminal.width() ? line : line.substring(0, terminal.width()));
        }
        leftOut(report.marks().all().size() - MARKS_SHOWN + report.marks().leftOut());
    }

    private void scan() {
        ScanFigures scan = report.scan();
        section("What was read");
        out.println(HumanFormat.count(scan.lines(), "line", "lines") + ", " + HumanFormat.bytes(scan.bytes()) + ", in "
                + HumanFormat.count(scan.millis()) + " ms");
        out.println(HumanFormat.count(scan.skippedLines(), "damaged line", "damaged lines") + " skipped");
        if (scan.rollups() > 0) {
            out.println(HumanFormat.count(scan.rollups()) + " of " + HumanFormat.count(scan.segments())
                    + " files through the sums kept beside them");
        }
        if (scan.linesSince() != LogTimes.UNKNOWN) {
            out.println("Single lines since " + HumanFormat.time(scan.linesSince())
                    + " UTC; of older ones the sums are kept"
                    + (scan.sumsSince() == LogTimes.UNKNOWN
                            ? ""
                            : ", since " + HumanFormat.time(scan.sumsSince()) + " UTC"));
        }
    }

    static String gone(Report report) {
        return "Older records, until " + HumanFormat.time(report.scan().sumsSince())
                + " UTC, were removed to make room";
    }

    private void leftOut(long count) {
        if (count > 0) {
            out.println("and " + HumanFormat.count(count, "earlier one", "earlier ones"));
        }
    }

    private void section(String title) {
        out.println();
        out.println(terminal.bold(title));
    }

    private void cells(List<KeyFigure> figures) {
        cells(figures, terminal, out);
    }

    /** Writes names and values in as many columns as fit. */
    static void cells(List<KeyFigure> figures, Terminal terminal, PrintStream out) {
        int columns = Math.max(1, terminal.width() / CELL);
        for (int i = 0; i < figures.size(); i += columns) {
            StringBuilder line = new StringBuilder();
            for (KeyFigure each : figures.subList(i, Math.min(figures.size(), i + columns))) {
                line.append(left(each.name().split(",")[0], 14)).append(left(each.value(), CELL - 14));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private static <T> List<T> last(List<T> all, int most) {
        return new ArrayList<>(all.subList(Math.max(0, all.size() - most), all.size()));
    }

    /** Text from the log may hold control sequences of a terminal. */
    static String printable(String text) {
        return SafeText.of(text);
    }

    static String left(String text, int width) {
        return text + " ".repeat(Math.max(text.length() >= width ? 1 : 0, width - text.length()));
    }

    static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }
}
