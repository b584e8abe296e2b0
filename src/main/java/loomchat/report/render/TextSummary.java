package loomchat.report.render;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import loomchat.report.history.LoadTestRun;
import loomchat.report.history.Report;
import loomchat.report.series.LogTimes;
import loomchat.report.series.SampleColumn;
import loomchat.terminal.Terminal;

/**
 * What matters first of a report, on one screen of 24 lines of 80 characters with room for the prompt: verdicts of load
 * tests, totals, a line for each of the main graphs, and what is wrong. One thread.
 */
final class TextSummary {
    private static final int TESTS = 3;
    private static final int PROBLEMS = 2;
    private static final int TOTALS = 8;
    private static final int LABEL = 14;
    private static final int PEAK = 19;
    private static final int VERDICT = 12;
    private static final int SCENARIO = 12;
    private static final long SHORT_MILLIS = 600_000;

    private final Report report;
    private final Terminal terminal;
    private final PrintStream out;

    TextSummary(Report report, Terminal terminal, PrintStream out) {
        this.report = report;
        this.terminal = terminal;
        this.out = out;
    }

    void write(String hint) {
        heading();
        now();
        loadTests();
        if (!report.isEmpty()) {
            totals();
            activity();
        }
        out.println();
        health();
        out.println(cut(hint));
    }

    private void heading() {
        String what = report.isEmpty() ? "nothing was recorded in this range" : range();
        String title = "Loomchat report";
        out.println(terminal.bold(title) + cut(", " + what, terminal.width() - title.length()));
    }

    private String range() {
        long from = report.axis().from();
        long to = report.axis().to();
        boolean brief = to - from < SHORT_MILLIS;
        String begin = brief ? HumanFormat.time(from) : HumanFormat.bucket(from, 60);
        String end = brief ? HumanFormat.time(to) : HumanFormat.bucket(to, 60);
        int day = "2026-11-24".length();
        boolean sameDay = begin.substring(0, day).equals(end.substring(0, day));
        String which = report.query().isAll()
                ? "everything, "
                : "last".equals(report.query().range()) ? "last activity, " : "";
        return which + begin + " to " + (sameDay ? end.substring(day + 1) : end) + " UTC, "
                + HumanFormat.duration((to - from) / 1000.0);
    }

    private void now() {
        if (!report.now().live()) {
            noServer(report, terminal, out);
            return;
        }
        StringBuilder line = new StringBuilder("Now ");
        if (report.hasChoices()) {
            long running =
                    report.nodes().stream().filter(each -> each.now().live()).count();
            line.append(running).append(" of ").append(report.nodes().size()).append(" servers, ");
        }
        line.append(now(SampleColumn.CONNECTIONS, "connection")).append(", ");
        line.append(now(SampleColumn.PAIRS, "chat")).append(", ");
        line.append(now(SampleColumn.WAITING)).append(" waiting, ");
        if (report.hasCalls()) {
            line.append(now(SampleColumn.CALLS, "call")).append(", ");
        }
        line.append("CPU ").append(HumanFormat.number(report.now().value(SampleColumn.CPU_PERCENT)));
        line.append(" %, ").append(HumanFormat.bytes(report.now().value(SampleColumn.RSS_BYTES)));
        out.println(cut(line.toString()));
        silent(report, terminal, out);
    }

    /** A server that was started this moment, or that cannot write, has the folder and no fresh sample. */
    static void noServer(Report report, Terminal terminal, PrintStream out) {
        if (report.nodes().stream().noneMatch(Report.Node::claimed)) {
            out.println("No server is writing to " + (report.hasChoices() ? "these folders." : "this folder."));
        } else if (report.stalls().silent().isEmpty()) {
            out.println("A server has just started and wrote no sample yet.");
        } else {
            silent(report, terminal, out);
        }
    }

    /** Servers that have their folder and write nothing. */
    private static void silent(Report report, Terminal terminal, PrintStream out) {
        for (Report.Node each :
                report.stalls().silent().stream().limit(PROBLEMS).toList()) {
            long last = each.now().at();
            String text = (report.hasChoices() ? ReportText.printable(each.name()) + ": " : "")
                    + "No sample"
                    + (last == LogTimes.UNKNOWN ? "" : " since " + HumanFormat.time(last) + " UTC")
                    + (each.mayBeStarting() ? ": the server starts, or " : ": the server hangs, or ")
                    + "its disk is full";
            out.println(terminal.red(cut(text, terminal.width(), terminal)));
        }
    }

    private String now(SampleColumn column, String one) {
        return HumanFormat.count(report.now().wholeNumber(column), one, one + "s");
    }

    private String now(SampleColumn column) {
        return HumanFormat.count(report.now().wholeNumber(column));
    }

    private void loadTests() {
        List<LoadTestRun> runs = LoadTestCards.asked(report);
        if (runs.isEmpty()) {
            return;
        }
        section(runs.size() > TESTS ? "Load tests, the newest of " + runs.size() : "Load tests");
        for (LoadTestRun each : runs.subList(0, Math.min(TESTS, runs.size()))) {
            String verdict = each.verdict();
            String coloured = switch (LoadTestCards.tone(verdict)) {
                case "good" -> terminal.green(ReportText.left(verdict, VERDICT));
                case "bad" -> terminal.red(ReportText.left(verdict, VERDICT));
                case "warn" -> terminal.yellow(ReportText.left(verdict, VERDICT));
                default -> ReportText.left(verdict, VERDICT);
            };
            out.println(coloured + cut(ReportText.printable(run(each)), terminal.width() - VERDICT));
        }
    }

    private static String run(LoadTestRun run) {
        List<String> figures = new ArrayList<>();
        long at = run.from() == LogTimes.UNKNOWN ? run.to() : run.from();
        figures.add(ReportText.left(run.scenario().isEmpty() ? "load test" : run.scenario(), SCENARIO)
                + HumanFormat.bucket(at, 60));
        boolean valid = run.end().valid();
        if (!valid) {
            figures.add("times not valid");
        }
        if (run.clients() >= 0) {
            figures.add(HumanFormat.count(run.clients()) + " clients"
                    + (run.share().isEmpty() ? "" : ", share " + run.share()));
        }
        if (run.end().p99Millis() >= 0 && valid) {
            figures.add("p99 " + HumanFormat.number(run.end().p99Millis()) + " ms");
        }
        if (run.end().lost() > 0) {
            figures.add(HumanFormat.count(run.end().lost()) + " lost");
        }
        if (run.end().messagesPerSecond() >= 0) {
            figures.add(HumanFormat.number(run.end().messagesPerSecond()) + "/s");
        }
        if (!run.end().missed().isEmpty()) {
            figures.add(run.end().missed());
        }
        return String.join("  ", figures);
    }

    private void totals() {
        section("Totals");
        List<KeyFigure> figures = new ArrayList<>(KeyFigure.totals(report).subList(0, TOTALS));
        if (report.hasCalls()) {
            figures.add(KeyFigure.calls(report.chat()).getFirst());
        }
        ReportText.cells(figures, terminal, out);
    }

    private void activity() {
        section("Activity");
        int columns = Math.max(10, terminal.width() - LABEL - PEAK);
        // With the buckets of the page: one figure for one fact.
        SeriesTable table = SeriesTable.of(report);
        sparkline(table, columns, Graph.CONNECTIONS, 0, "Connections");
        sparkline(table, columns, Graph.MESSAGES, 0, "Messages/s");
        if (report.hasCalls()) {
            sparkline(table, columns, Graph.CALLS, 0, "Calls");
        }
        sparkline(table, columns, Graph.BANDWIDTH, 1, "Bandwidth out");
        sparkline(table, columns, Graph.MEMORY, 0, "Memory");
        sparkline(table, columns, Graph.CPU, 0, "CPU");
    }

    private void sparkline(SeriesTable table, int columns, Graph graph, int line, String label) {
        TextGraph.Sparkline drawn =
                new TextGraph(report, table, graph, terminal, out, columns).sparkline(graph.lines.get(line));
        out.println(ReportText.left(label, LABEL)
                + terminal.blue(drawn.signs())
                + ReportText.right("peak " + atMost(graph.lines.get(line)) + drawn.peak(), PEAK));
    }

    /** Of several servers, the sum of what was greatest of each is no more than a bound. */
    private String atMost(Graph.Line line) {
        boolean isKnown = line.sample() == null || report.peak(line.sample()).isKnown();
        return isKnown ? "" : terminal.blocks() ? "≤ " : "<= ";
    }

    /** Nothing when all is well. */
    private void health() {
        List<String> wrong = new ArrayList<>();
        add(wrong, report.crashes(), "crash", "crashes");
        add(wrong, report.crashesSince(), "crash since this activity", "crashes since this activity");
        add(
                wrong,
                report.goneDown() + report.goneDownSince(),
                "server went down without a stop",
                "servers went down without a stop");
        add(wrong, report.stalls().count(), "log stall", "log stalls");
        add(wrong, report.stalls().since(), "log stall since this activity", "log stalls since this activity");
        add(wrong, report.chat().torn(), "torn tail", "torn tails");
        add(wrong, report.scan().skippedLines(), "damaged line", "damaged lines");
        add(
                wrong,
                Math.round(report.amount(SampleColumn.CONNECTIONS_REFUSED)),
                "refused connection",
                "refused connections");
        if (report.isPartlyGone()) {
            out.println(terminal.yellow(cut(ReportText.gone(report))));
        }
        if (!wrong.isEmpty()) {
            out.println(terminal.yellow(cut("Not well: " + String.join(", ", wrong))));
        }
        report.problems().stream()
                .limit(PROBLEMS)
                .forEach(each -> out.println(terminal.red(cut(ReportText.printable(each)))));
    }

    private static void add(List<String> wrong, long count, String one, String several) {
        if (count > 0) {
            wrong.add(HumanFormat.count(count, one, several));
        }
    }

    private void section(String title) {
        out.println();
        out.println(terminal.bold(title));
    }

    private String cut(String text) {
        return cut(text, terminal.width());
    }

    private String cut(String text, int width) {
        return cut(text, width, terminal);
    }

    private static String cut(String text, int width, Terminal terminal) {
        String sign = terminal.blocks() ? "…" : ".";
        return text.length() <= width ? text : text.substring(0, Math.max(0, width - 1)) + sign;
    }
}
