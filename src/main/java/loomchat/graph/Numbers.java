package loomchat.graph;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Numbers and times as people read them, the same in pages and in the terminal. Times are UTC. No state. */
public final class Numbers {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter INPUT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter SHORT =
            DateTimeFormatter.ofPattern("HH:mm").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu-MM-dd").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY_AND_TIME =
            DateTimeFormatter.ofPattern("MM-dd HH:mm").withZone(ZoneOffset.UTC);
    private static final String[] SIZES = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

    private Numbers() {}

    public static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** Three significant digits below 100, whole numbers above. */
    public static String number(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        double size = Math.abs(value);
        if (size >= 100 || value == Math.rint(value)) {
            return count(Math.round(value));
        }
        if (size < 0.1) {
            return new BigDecimal(value)
                    .round(new MathContext(2))
                    .stripTrailingZeros()
                    .toPlainString();
        }
        String digits = String.format(Locale.ROOT, size >= 10 ? "%.1f" : "%.2f", value);
        return digits.replaceAll("\\.?0+$", "");
    }

    /** In powers of 1000, with three significant digits. */
    public static String bytes(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        int unit = 0;
        double scaled = value;
        while (Math.abs(scaled) >= 999.5 && unit < SIZES.length - 1) {
            scaled /= 1000;
            unit++;
        }
        String digits = unit == 0 ? number(scaled) : significant(scaled);
        return digits + " " + SIZES[unit];
    }

    public static String duration(double seconds) {
        if (seconds < 0.9995) {
            return Math.round(seconds * 1000) + " ms";
        }
        if (seconds < 60) {
            return significant(seconds) + " s";
        }
        long whole = Math.round(seconds);
        if (whole < 3600) {
            return whole / 60 + " min " + whole % 60 + " s";
        }
        if (whole < 172_800) {
            return whole / 3600 + " h " + whole % 3600 / 60 + " min";
        }
        return count(whole / 86400) + " d " + whole % 86400 / 3600 + " h";
    }

    /** A share in percent, to a tenth; a dash of nothing. */
    public static String share(long part, long all) {
        return all == 0 ? "–" : number(Math.round(1000.0 * part / all) / 10.0) + " %";
    }

    public static String time(long millis) {
        return TIME.format(Instant.ofEpochMilli(millis));
    }

    /** The form of an HTML input for date and time. */
    public static String input(long millis) {
        return INPUT.format(Instant.ofEpochMilli(millis));
    }

    /** The start of a bucket, no finer than its width. */
    public static String bucket(long millis, long seconds) {
        if (seconds >= 86400) {
            return DAY.format(Instant.ofEpochMilli(millis));
        }
        return (seconds < 60 ? TIME : MINUTE).format(Instant.ofEpochMilli(millis));
    }

    /** A label on a time axis of this length. */
    public static String tick(long millis, long rangeMillis) {
        Instant at = Instant.ofEpochMilli(millis);
        if (rangeMillis < 600_000) {
            return CLOCK.format(at);
        }
        if (rangeMillis < 86_400_000L) {
            return SHORT.format(at);
        }
        return (rangeMillis < 14 * 86_400_000L ? DAY_AND_TIME : DAY).format(at);
    }

    /** So long after a start, as a clock that began at 0:00. */
    public static String sinceStart(long millis) {
        long seconds = Math.round(millis / 1000.0);
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    /** Three decimals, or four significant digits below 1. */
    public static double rounded(double value) {
        return Math.abs(value) < 1 || Double.isNaN(value) ? significant(value, 4) : Math.round(value * 1000) / 1000.0;
    }

    /** The nearest number with this many significant digits. */
    public static double significant(double value, int digits) {
        return Double.isNaN(value)
                ? value
                : new BigDecimal(value).round(new MathContext(digits)).doubleValue();
    }

    private static String significant(double value) {
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 99.95 ? "%.0f" : size >= 9.995 ? "%.1f" : "%.2f", value);
    }
}
