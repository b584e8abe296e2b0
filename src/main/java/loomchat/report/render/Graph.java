package loomchat.report.render;

import java.util.Arrays;
import java.util.List;
import loomchat.graph.TimeGraph;
import loomchat.graph.Unit;
import loomchat.report.history.LoadTestRun;
import loomchat.report.history.Report;
import loomchat.report.series.ChatCount;
import loomchat.report.series.LogTimes;
import loomchat.report.series.SampleColumn;

/** The graphs over time, in the order in which they are shown, and their lines. */
enum Graph {
    CONNECTIONS(
            "connections",
            "Connections",
            Unit.COUNT,
            Line.of("open", SampleColumn.CONNECTIONS),
            Line.of("pairs", SampleColumn.PAIRS)),
    CALLS("calls", "Calls", Unit.COUNT, Line.of("on", SampleColumn.CALLS)),
    MESSAGES(
            "messages",
            "Messages per second",
            Unit.RATE,
            Line.of("relayed", SampleColumn.MESSAGES_RELAYED, ChatCount.MESSAGES),
            Line.of("dropped", SampleColumn.MESSAGES_DROPPED)),
    BANDWIDTH(
            "bandwidth",
            "Bandwidth",
            Unit.BYTES_RATE,
            Line.of("in", SampleColumn.BYTES_IN),
            Line.of("out", SampleColumn.BYTES_OUT)),
    MEMORY(
            "memory",
            "Memory",
            Unit.BYTES,
            Line.of("resident", SampleColumn.RSS_BYTES),
            Line.of("heap used", SampleColumn.HEAP_USED_BYTES)),
    CPU(
            "cpu",
            "CPU",
            Unit.PERCENT,
            Line.of("server, 100 % is one core", SampleColumn.CPU_PERCENT),
            Line.of("machine, 100 % is all cores", SampleColumn.MACHINE_CPU_PERCENT)),
    GC("gc", "Garbage collection", Unit.MILLIS_RATE, Line.of("pauses", SampleColumn.GC_MILLIS)),
    WAITING("waiting", "Waiting for a partner", Unit.COUNT, Line.of("waiting", SampleColumn.WAITING)),
    ARRIVALS(
            "arrivals",
            "Arrivals and departures per second",
            Unit.RATE,
            Line.of("connected", SampleColumn.CONNECTIONS_OPENED, ChatCount.CONNECTIONS),
            Line.of("matched", ChatCount.MATCHES),
            Line.of("disconnected", ChatCount.DISCONNECTS)),
    LOG("log", "Log lines not yet on disk", Unit.COUNT, Line.of("lines", SampleColumn.LOG_QUEUE)),
    SAFETY(
            "safety",
            "Reports, blocks and returns per minute",
            Unit.COUNT,
            Line.perMinute("reported", ChatCount.REPORTS),
            Line.perMinute("blocked", ChatCount.BLOCKS),
            Line.perMinute("came back", ChatCount.RESUMES));

    /** Those of calls, and of reports and the like, are shown where there were some. */
    static List<Graph> shownOf(Report report) {
        return Arrays.stream(values()).filter(each -> each.isIn(report)).toList();
    }

    private boolean isIn(Report report) {
        return switch (this) {
            case CALLS -> report.hasCalls();
            case SAFETY -> lines.stream().anyMatch(line -> report.chat().count(line.logged) > 0);
            default -> true;
        };
    }

    /** The graph with these rows. Where each bucket is a second, there is one value, and no least and greatest. */
    TimeGraph of(Report report, SeriesTable table) {
        long[] starts = new long[table.rows()];
        Arrays.setAll(starts, table::start);
        TimeGraph.Times times = new TimeGraph.Times(
                report.isEmpty() ? 0 : report.axis().from(),
                report.isEmpty() ? 0 : report.axis().to(),
                table.seconds() * 1000,
                starts);
        return new TimeGraph(
                id,
                title,
                unit,
                times,
                lines.stream().map(line -> line.of(table)).toList(),
                report.marks().all().stream()
                        .map(mark -> new TimeGraph.Mark(mark.millis(), mark.kind().label, mark.id(), mark.text()))
                        .toList(),
                report.loadTests().stream()
                        .filter(each -> each.overlaps(times.from(), times.to()))
                        .map(each -> span(each, times))
                        .toList());
    }

    /** As far as it is known; until now while it runs. */
    private static TimeGraph.Span span(LoadTestRun run, TimeGraph.Times times) {
        return new TimeGraph.Span(
                run.from() == LogTimes.UNKNOWN ? times.from() : run.from(),
                run.to() == LogTimes.UNKNOWN ? times.to() : run.to(),
                run.ended() ? run.text() : run.text() + ", " + run.verdict());
    }

    /**
     * One line of a graph: a column of the samples, a counter of the chat log, or the samples with the counter where
     * there are none.
     *
     * @param sample null if the line comes from the chat log only
     * @param logged null if the line comes from the samples only
     * @param seconds per how many seconds what was logged is counted
     */
    record Line(String label, SampleColumn sample, ChatCount logged, int seconds) {
        static Line of(String label, SampleColumn sample) {
            return new Line(label, sample, null, 1);
        }

        static Line of(String label, SampleColumn sample, ChatCount logged) {
            return new Line(label, sample, logged, 1);
        }

        static Line of(String label, ChatCount logged) {
            return new Line(label, null, logged, 1);
        }

        static Line perMinute(String label, ChatCount logged) {
            return new Line(label, null, logged, 60);
        }

        private TimeGraph.Line of(SeriesTable table) {
            boolean band = sample != null && table.seconds() > 1;
            return new TimeGraph.Line(
                    label,
                    column(table, table::mean),
                    band ? column(table, table::min) : null,
                    band ? column(table, table::max) : null);
        }

        private double[] column(SeriesTable table, Cell cell) {
            double[] values = new double[table.rows()];
            Arrays.setAll(values, row -> cell.value(row, this));
            return values;
        }
    }

    /** A value of a line in a row. */
    private interface Cell {
        double value(int row, Line line);
    }

    final String id;
    final String title;
    final Unit unit;
    final List<Line> lines;

    Graph(String id, String title, Unit unit, Line... lines) {
        this.id = id;
        this.title = title;
        this.unit = unit;
        this.lines = List.of(lines);
    }
}
