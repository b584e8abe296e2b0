package loomchat.loadtest.measure;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * The columns of {@code timeline.csv}, in their order: the title of each, where its values come from, and how it is
 * combined with the next row and with the same second of another process. In a {@link TimelineRow}, times are in
 * nanoseconds and rates are counts.
 */
public enum TimelineColumn {
    /** From the start of the run to the end of the row. */
    SECONDS("seconds", Unit.SECONDS, Rule.LAST, Rule.MAX),
    LENGTH("length", Unit.SECONDS, Rule.SUM, Rule.MAX),
    CONNECTIONS("connections", Unit.COUNT, Rule.LAST, Rule.SUM),
    CHATTING("chatting", Unit.COUNT, Rule.LAST, Rule.SUM),
    SENT("sent_per_s", Unit.RATE, "sent"),
    DELIVERED("delivered_per_s", Unit.RATE, "delivered"),
    BYTES_DELIVERED("bytes_delivered_per_s", Unit.BYTE_RATE, "bytesDelivered"),
    CONNECTED("connected", Unit.COUNT, "connected"),
    FAILED("failed", Unit.COUNT, "failed"),
    FAULTS("faults", Unit.COUNT, Rule.SUM, Rule.SUM),
    P50("p50_ms", LatencyKind.INTENDED, 50),
    P99("p99_ms", LatencyKind.INTENDED, 99),
    P999("p999_ms", LatencyKind.INTENDED, 99.9),
    MAX("max_ms", LatencyKind.INTENDED, 100),
    ACTUAL_P50("actual_p50_ms", LatencyKind.ACTUAL, 50),
    ACTUAL_P99("actual_p99_ms", LatencyKind.ACTUAL, 99),
    CONNECT_P99("connect_p99_ms", LatencyKind.CONNECT, 99),
    MATCH_P99("match_p99_ms", LatencyKind.MATCH, 99),
    LATENESS_P99("generator_lateness_p99_ms", LatencyKind.LATENESS, 99),
    LAG_MAX("generator_lag_max_ms", LatencyKind.LAG, 100),
    CPU_PERCENT("generator_cpu_percent", Unit.PERCENT, Rule.MEAN, Rule.SUM),
    GC_MILLIS("generator_gc_ms", Unit.COUNT, Rule.SUM, Rule.SUM),
    RSS_BYTES("generator_rss_bytes", Unit.COUNT, Rule.LAST, Rule.SUM);

    public static final String HEADER =
            Arrays.stream(values()).map(each -> each.title).collect(Collectors.joining(","));

    private enum Unit {
        SECONDS("%.3f"),
        COUNT("%.0f"),
        RATE("%.1f"),
        BYTE_RATE("%.0f"),
        /** Of nanoseconds; empty where nothing was measured. */
        MILLIS("%.3f"),
        PERCENT("%.1f");

        private final String format;

        Unit(String format) {
            this.format = format;
        }

        /** What a written 1 is in the row. */
        private double scale(TimelineRow row) {
            return switch (this) {
                case RATE, BYTE_RATE -> row.get(LENGTH);
                case MILLIS -> 1e6;
                case SECONDS, COUNT, PERCENT -> 1;
            };
        }
    }

    private enum Rule {
        LAST,
        SUM,
        MAX,
        /** Each row counts as much as it is long. */
        MEAN
    }

    private final String title;
    private final Unit unit;
    private final Rule then;
    private final Rule beside;
    /** The total that the column counts, or null. */
    private final String total;
    /** The latency that the column shows at that percentile, or null. */
    private final LatencyKind latency;

    private final double percentile;

    TimelineColumn(String title, Unit unit, Rule then, Rule beside) {
        this(title, unit, then, beside, null, null, 0);
    }

    TimelineColumn(String title, Unit unit, String total) {
        this(title, unit, Rule.SUM, Rule.SUM, total, null, 0);
    }

    TimelineColumn(String title, LatencyKind latency, double percentile) {
        this(title, Unit.MILLIS, Rule.MAX, Rule.MAX, null, latency, percentile);
    }

    TimelineColumn(
            String title, Unit unit, Rule then, Rule beside, String total, LatencyKind latency, double percentile) {
        this.title = title;
        this.unit = unit;
        this.then = then;
        this.beside = beside;
        this.total = total;
        this.latency = latency;
        this.percentile = percentile;
    }

    public String title() {
        return title;
    }

    /** Puts all columns of totals and latencies into a row: what came between two looks at the totals. */
    public static void fill(
            TimelineRow row,
            Map<String, Long> before,
            Map<String, Long> totals,
            Map<LatencyKind, Histogram> latencies) {
        for (TimelineColumn each : values()) {
            if (each.total != null) {
                row.put(each, totals.get(each.total) - before.get(each.total));
            } else if (each.latency != null) {
                row.put(each, latencies.get(each.latency).getValueAtPercentile(each.percentile));
            }
        }
    }

    /** The value in the unit of the title: rates by the second, times in milliseconds. */
    public double shown(TimelineRow row) {
        return row.get(this) / unit.scale(row);
    }

    String csv(TimelineRow row) {
        return unit == Unit.MILLIS ? millis(row.get(this)) : String.format(Locale.ROOT, unit.format, shown(row));
    }

    /** Milliseconds to the microsecond, empty where nothing was measured. */
    public static String millis(double nanos) {
        return nanos == 0 ? "" : String.format(Locale.ROOT, Unit.MILLIS.format, nanos / 1e6);
    }

    double parse(String text, TimelineRow row) {
        if (unit == Unit.MILLIS && text.isEmpty()) {
            return 0;
        }
        double value = Double.parseDouble(text) * unit.scale(row);
        return unit == Unit.SECONDS || unit == Unit.PERCENT ? value : Math.round(value);
    }

    double then(TimelineRow row, TimelineRow next) {
        return combine(then, row, next);
    }

    double beside(TimelineRow row, TimelineRow other) {
        return combine(beside, row, other);
    }

    private double combine(Rule rule, TimelineRow one, TimelineRow two) {
        double first = one.get(this);
        double second = two.get(this);
        return switch (rule) {
            case LAST -> second;
            case SUM -> first + second;
            case MAX -> Math.max(first, second);
            case MEAN -> {
                double length = one.get(LENGTH) + two.get(LENGTH);
                yield (first * one.get(LENGTH) + second * two.get(LENGTH)) / length;
            }
        };
    }
}
