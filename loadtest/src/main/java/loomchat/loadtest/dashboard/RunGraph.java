package loomchat.loadtest.dashboard;

import java.util.List;
import java.util.stream.Stream;
import loomchat.graph.Unit;
import loomchat.loadtest.measure.TimelineColumn;

/** The graphs of a run, in the order in which they are shown, and their lines: times on a logarithmic axis. */
enum RunGraph {
    CLIENTS(
            "clients",
            "Clients",
            Unit.COUNT,
            Line.of("connected", TimelineColumn.CONNECTIONS),
            Line.of("in a chat", TimelineColumn.CHATTING)),
    MESSAGES(
            "messages",
            "Messages per second",
            Unit.RATE,
            Line.of("sent", TimelineColumn.SENT),
            Line.of("delivered", TimelineColumn.DELIVERED)),
    LATENCY(
            "latency",
            "Latency of messages",
            Unit.MILLIS,
            Line.of("p50", TimelineColumn.P50),
            Line.of("p99", TimelineColumn.P99),
            Line.of("p99.9", TimelineColumn.P999),
            Line.of("max", TimelineColumn.MAX),
            Line.of("p99 from actual sending", TimelineColumn.ACTUAL_P99)),
    PERCENTILES(
            "percentiles",
            "Latency by percentile",
            Unit.MILLIS,
            Line.curve("from intended sending", "intended"),
            Line.curve("from actual sending", "actual")),
    ERRORS(
            "errors",
            "Failures and faults",
            Unit.COUNT,
            Line.of("failed connections", TimelineColumn.FAILED),
            Line.of("faults of messages", TimelineColumn.FAULTS)),
    CONNECTS(
            "connects",
            "Time to connect and to be matched, p99",
            Unit.MILLIS,
            Line.of("connect", TimelineColumn.CONNECT_P99),
            Line.of("match", TimelineColumn.MATCH_P99)),
    LATENESS(
            "lateness",
            "Load generator: how late it was itself",
            Unit.MILLIS,
            Line.of("threads, max", TimelineColumn.LAG_MAX),
            Line.of("sends, p99", TimelineColumn.LATENESS_P99)),
    GENERATOR_CPU(
            "generator-cpu",
            "Load generator: CPU, 100 % is one core",
            Unit.PERCENT,
            Line.of("generator", TimelineColumn.CPU_PERCENT)),
    GENERATOR_MEMORY(
            "generator-memory", "Load generator: memory", Unit.BYTES, Line.of("resident", TimelineColumn.RSS_BYTES)),
    SERVER_CPU("server-cpu", "Server: CPU, 100 % is one core", Unit.PERCENT, Line.server("server", "cpu")),
    SERVER_MEMORY("server-memory", "Server: memory", Unit.BYTES, Line.server("resident", "memory"));

    /** Where the values of a line come from. */
    enum Source {
        TIMELINE,
        CURVES,
        SERVER
    }

    /**
     * One line of a graph.
     *
     * @param key names its values in the data of the page
     * @param column null if it is not from the timeline
     */
    record Line(String label, Source source, String key, TimelineColumn column) {
        static Line of(String label, TimelineColumn column) {
            return new Line(label, Source.TIMELINE, column.title(), column);
        }

        static Line curve(String label, String key) {
            return new Line(label, Source.CURVES, key, null);
        }

        static Line server(String label, String key) {
            return new Line(label, Source.SERVER, key, null);
        }
    }

    final String id;
    final String title;
    final Unit unit;
    final List<Line> lines;

    RunGraph(String id, String title, Unit unit, Line... lines) {
        this.id = id;
        this.title = title;
        this.unit = unit;
        this.lines = List.of(lines);
    }

    /** Whether it has the whole width: what a reader looks at first. */
    boolean isWide() {
        return this == LATENCY;
    }

    Source source() {
        return lines.getFirst().source();
    }

    /** Those of the server are shown where it has told something. */
    static List<RunGraph> shownOf(RunView view) {
        return Stream.of(values())
                .filter(each -> each.source() != Source.SERVER || !view.server().isEmpty())
                .toList();
    }
}
