package loomchat.loadtest.history;

import java.util.Locale;
import loomchat.loadtest.measure.TimelineColumn;
import loomchat.loadtest.scenario.Quantity;

/** What two runs are compared by: where {@code summary.json} has it, and whether more of it is better. */
enum Figure {
    SENT(Group.DELIVERY, "messages sent", Unit.COUNT, Good.NEITHER, null, "totals", "sent"),
    DELIVERED_ALL(Group.DELIVERY, "messages delivered", Unit.COUNT, Good.NEITHER, null, "totals", "delivered"),
    LOST(Group.DELIVERY, "lost", Unit.FAULTS, Good.LOW, null, "totals", "lost"),
    DUPLICATED(Group.DELIVERY, "duplicated", Unit.FAULTS, Good.LOW, null, "totals", "duplicated"),
    REORDERED(Group.DELIVERY, "reordered", Unit.FAULTS, Good.LOW, null, "totals", "reordered"),
    CORRUPTED(Group.DELIVERY, "corrupted", Unit.FAULTS, Good.LOW, null, "totals", "corrupted"),
    MISDELIVERED(Group.DELIVERY, "misdelivered", Unit.FAULTS, Good.LOW, null, "totals", "misdelivered"),
    VIOLATIONS(Group.DELIVERY, "violations", Unit.FAULTS, Good.LOW, null, "totals", "violations"),
    FAILED(Group.DELIVERY, "connections failed", Unit.FAULTS, Good.LOW, null, "totals", "failed"),
    CUT_OFF(Group.DELIVERY, "cut off by leaving", Unit.COUNT, Good.NEITHER, null, "totals", "cutOff"),
    NOT_TAKEN(Group.DELIVERY, "refused by the server", Unit.COUNT, Good.NEITHER, null, "totals", "notTaken"),
    P50(Group.LATENCY, "p50", Unit.MILLIS, Good.LOW, TimelineColumn.P50, "latencies", "intended", "p50"),
    P90(Group.LATENCY, "p90", Unit.MILLIS, Good.LOW, TimelineColumn.P99, "latencies", "intended", "p90"),
    P99(Group.LATENCY, "p99", Unit.MILLIS, Good.LOW, TimelineColumn.P99, "latencies", "intended", "p99"),
    P999(Group.LATENCY, "p99.9", Unit.MILLIS, Good.LOW, TimelineColumn.P999, "latencies", "intended", "p99.9"),
    MAX(Group.LATENCY, "max", Unit.MILLIS, Good.NEITHER, null, "latencies", "intended", "max"),
    ACTUAL_P99(
            Group.LATENCY,
            "p99 from actual time",
            Unit.MILLIS,
            Good.LOW,
            TimelineColumn.ACTUAL_P99,
            "latencies",
            "actual",
            "p99"),
    CONNECT_P99(
            Group.LATENCY,
            "connect p99",
            Unit.MILLIS,
            Good.LOW,
            TimelineColumn.CONNECT_P99,
            "latencies",
            "connect",
            "p99"),
    MATCH_P99(Group.LATENCY, "match p99", Unit.MILLIS, Good.NEITHER, null, "latencies", "match", "p99"),
    INTENDED(Group.THROUGHPUT, "intended messages/s", Unit.COUNT, Good.NEITHER, null, "intendedPerSecond"),
    DELIVERED(
            Group.THROUGHPUT,
            "delivered messages/s",
            Unit.COUNT,
            Good.HIGH,
            TimelineColumn.DELIVERED,
            "deliveredPerSecond"),
    SERVER_CPU(Group.SERVER, "CPU a message", Unit.MICROS, Good.LOW, null, "serverProcess", "cpuMicrosPerMessage"),
    SERVER_RSS(Group.SERVER, "memory", Unit.BYTES, Good.LOW, null, "serverProcess", "rssBytes"),
    CLIENT_CPU(Group.CLIENT, "CPU seconds", Unit.COUNT, Good.NEITHER, null, "generator", "cpuSeconds"),
    CLIENT_LAG(Group.CLIENT, "threads late, p99", Unit.MILLIS, Good.NEITHER, null, "generator", "lag", "p99"),
    CLIENT_RSS(Group.CLIENT, "memory", Unit.BYTES, Good.NEITHER, null, "generator", "peakRssBytes");

    enum Group {
        DELIVERY("Delivery"),
        LATENCY("Latency of a message"),
        THROUGHPUT("Throughput"),
        SERVER("Server"),
        CLIENT("Load client");

        final String title;

        Group(String title) {
            this.title = title;
        }
    }

    enum Unit {
        COUNT,
        /** Each one is one too many. */
        FAULTS,
        MILLIS,
        MICROS,
        BYTES
    }

    enum Good {
        LOW,
        HIGH,
        /** Says what was played, or depends on chance. */
        NEITHER
    }

    final Group group;
    final String title;
    final Unit unit;
    final Good good;
    /** The same second by second, or what varies at least as much; null where nothing does. */
    final TimelineColumn column;

    final String[] path;

    Figure(Group group, String title, Unit unit, Good good, TimelineColumn column, String... path) {
        this.group = group;
        this.title = title;
        this.unit = unit;
        this.good = good;
        this.column = column;
        this.path = path;
    }

    /** Whether a run that is worse in it than runs before has regressed. */
    boolean isWatched() {
        return good != Good.NEITHER;
    }

    /** Whether users feel it, which weighs more than what it costs. */
    boolean isFelt() {
        return group == Group.DELIVERY || group == Group.LATENCY;
    }

    /** Of a latency, such as {@code p99}. */
    String percentile() {
        return path[path.length - 1];
    }

    /** Whether sends that are late count in it. */
    boolean isFromIntended() {
        return group == Group.LATENCY && path[1].equals("intended");
    }

    /** In a narrow table without groups. */
    String brief() {
        return group == Group.SERVER ? "server " + title : title;
    }

    /** As in a sentence. */
    String inWords() {
        return switch (group) {
            case LATENCY -> "latency " + title;
            case SERVER -> "the server's " + title;
            case CLIENT -> "the client's " + title;
            case DELIVERY, THROUGHPUT -> title;
        };
    }

    String shown(double value) {
        return switch (unit) {
            case COUNT, FAULTS -> String.format(Locale.ROOT, value % 1 == 0 ? "%,.0f" : "%,.1f", value);
            case MILLIS -> Quantity.time(value * 1e6);
            case MICROS -> Quantity.time(value * 1e3);
            case BYTES -> Quantity.size(value);
        };
    }
}
