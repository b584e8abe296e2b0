package loomchat.report.render;

import java.util.Arrays;
import java.util.List;
import loomchat.report.history.Report;
import loomchat.report.series.ChatCount;
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
            Line.of("connected", ChatCount.CONNECTIONS),
            Line.of("matched", ChatCount.MATCHES),
            Line.of("disconnected", ChatCount.DISCONNECTS)),
    LOG("log", "Log lines not yet on disk", Unit.COUNT, Line.of("lines", SampleColumn.LOG_QUEUE));

    /** Those of calls are shown where there were some. */
    static List<Graph> shownOf(Report report) {
        boolean calls = report.hasCalls();
        return Arrays.stream(values()).filter(each -> calls || each != CALLS).toList();
    }

    /** How values are written. */
    enum Unit {
        COUNT("count"),
        RATE("rate"),
        BYTES("bytes"),
        BYTES_RATE("bytesRate"),
        PERCENT("percent"),
        MILLIS_RATE("millisRate");

        final String key;

        Unit(String key) {
            this.key = key;
        }

        String format(double value) {
            if (Double.isNaN(value)) {
                return "–";
            }
            return switch (this) {
                case COUNT, RATE -> HumanFormat.number(value);
                case BYTES -> HumanFormat.bytes(value);
                case BYTES_RATE -> HumanFormat.bytes(value) + "/s";
                case PERCENT -> HumanFormat.number(value) + " %";
                case MILLIS_RATE -> HumanFormat.number(value) + " ms/s";
            };
        }
    }

    /**
     * One line of a graph: a column of the samples, a counter of the chat log, or the samples with the counter where
     * there are none.
     *
     * @param sample null if the line comes from the chat log only
     * @param logged null if the line comes from the samples only
     */
    record Line(String label, SampleColumn sample, ChatCount logged) {
        static Line of(String label, SampleColumn sample) {
            return new Line(label, sample, null);
        }

        static Line of(String label, SampleColumn sample, ChatCount logged) {
            return new Line(label, sample, logged);
        }

        static Line of(String label, ChatCount logged) {
            return new Line(label, null, logged);
        }
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
