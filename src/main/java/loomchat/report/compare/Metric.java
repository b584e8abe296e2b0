package loomchat.report.compare;

import loomchat.graph.Unit;
import loomchat.report.series.GaugeSeries;
import loomchat.report.series.SampleColumn;

/** What is measured over time and compared, in the order in which it is shown. */
enum Metric {
    CPU_PER_MESSAGE(
            "cpuMicrosPerMessage",
            "CPU a message",
            "less",
            Unit.MICROS,
            Better.LOWER,
            SampleColumn.CPU_PERCENT,
            10_000,
            SampleColumn.MESSAGES_RELAYED),
    MESSAGES(
            "messagesPerSecond",
            "Messages relayed a second",
            "fewer",
            Unit.RATE,
            Better.HIGHER,
            SampleColumn.MESSAGES_RELAYED),
    CPU("cpuPercent", "CPU of the server", "less", Unit.PERCENT, Better.NEITHER, SampleColumn.CPU_PERCENT),
    MACHINE_CPU(
            "machineCpuPercent",
            "CPU of the machine",
            "less",
            Unit.PERCENT,
            Better.NEITHER,
            SampleColumn.MACHINE_CPU_PERCENT),
    RSS("rssBytes", "Resident memory", "less", Unit.BYTES, Better.LOWER, SampleColumn.RSS_BYTES),
    HEAP("heapUsedBytes", "Heap used", "less", Unit.BYTES, Better.LOWER, SampleColumn.HEAP_USED_BYTES),
    GC("gcMillisPerSecond", "Garbage collection", "less", Unit.MILLIS_RATE, Better.LOWER, SampleColumn.GC_MILLIS),
    CONNECTIONS("connections", "Open connections", "fewer", Unit.COUNT, Better.NEITHER, SampleColumn.CONNECTIONS),
    BYTES_PER_MESSAGE(
            "bytesOutPerMessage",
            "Bytes sent a message",
            "fewer",
            Unit.BYTES,
            Better.LOWER,
            SampleColumn.BYTES_OUT,
            1,
            SampleColumn.MESSAGES_RELAYED),
    REFUSED(
            "connectionsRefusedPerSecond",
            "Connections refused a second",
            "fewer",
            Unit.RATE,
            Better.LOWER,
            SampleColumn.CONNECTIONS_REFUSED),
    LOG_QUEUE("logQueue", "Log lines not yet on disk", "fewer", Unit.COUNT, Better.LOWER, SampleColumn.LOG_QUEUE);

    /** Which of two values is the better one, all else being equal. */
    enum Better {
        LOWER,
        HIGHER,
        NEITHER
    }

    final String key;
    final String title;
    /** The opposite of more. */
    final String less;

    final Unit unit;
    final Better better;
    private final SampleColumn amount;
    private final double scale;
    /** By what the amount is divided; null for a second. */
    private final SampleColumn by;

    Metric(String key, String title, String less, Unit unit, Better better, SampleColumn amount) {
        this(key, title, less, unit, better, amount, 1, null);
    }

    Metric(
            String key,
            String title,
            String less,
            Unit unit,
            Better better,
            SampleColumn amount,
            double scale,
            SampleColumn by) {
        this.key = key;
        this.title = title;
        this.less = less;
        this.unit = unit;
        this.better = better;
        this.amount = amount;
        this.scale = scale;
        this.by = by;
    }

    boolean isPerMessage() {
        return by != null;
    }

    /** The amount in a bucket; 0 without a sample. */
    double amount(GaugeSeries series, int row) {
        return isComplete(series, row) ? scale * sum(series, row, amount) : 0;
    }

    /** What it is divided by: messages, or seconds. */
    double weight(GaugeSeries series, int row) {
        if (!isComplete(series, row)) {
            return 0;
        }
        return by == null ? series.weight(row, amount.ordinal()) / 1000 : sum(series, row, by);
    }

    private boolean isComplete(GaugeSeries series, int row) {
        return series.has(row, amount.ordinal()) && (by == null || series.has(row, by.ordinal()));
    }

    /** A value times the seconds for which it held. */
    private static double sum(GaugeSeries series, int row, SampleColumn column) {
        return series.weightedSum(row, column.ordinal()) / 1000;
    }
}
