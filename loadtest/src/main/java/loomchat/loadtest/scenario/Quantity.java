package loomchat.loadtest.scenario;

import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A time in nanoseconds or a size in bytes, fixed or random: {@code 100ms}, {@code 1s..5s} (uniform), {@code exp 2s}
 * (exponential with that mean, cut at ten times of it).
 */
public record Quantity(Shape shape, long low, long high) {
    enum Shape {
        FIXED,
        UNIFORM,
        EXPONENTIAL
    }

    static final String TIME = "a time with its unit, such as 500us, 100ms, 60s, 7m or 3h";
    static final String TIMES = TIME + ", a range such as 1s..5s, or exp 2s for an exponential one with that mean";
    static final String SIZE = "a number of bytes, K and M may follow";
    static final String SIZES = SIZE + ", or a range such as 10K..64K";

    private static final Pattern NUMBER = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,6})?) ?([a-z]*)");

    static Quantity fixed(long value) {
        return new Quantity(Shape.FIXED, value, value);
    }

    /** Parses a time, a range of times or an exponential one; null when the text is something else. */
    static Quantity times(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        if (lower.startsWith("exp ")) {
            long mean = nanos(lower.substring(4));
            return mean <= 0 ? null : new Quantity(Shape.EXPONENTIAL, mean, mean);
        }
        return range(lower, Quantity::nanos);
    }

    /** Parses a size or a range of sizes; null when the text is something else. */
    static Quantity sizes(String text) {
        return range(text.strip().toLowerCase(Locale.ROOT), Quantity::bytes);
    }

    private interface Scale {
        long parse(String text);
    }

    private static Quantity range(String text, Scale scale) {
        int dots = text.indexOf("..");
        long low = scale.parse(dots < 0 ? text : text.substring(0, dots));
        long high = dots < 0 ? low : scale.parse(text.substring(dots + 2));
        if (low < 0 || high < low) {
            return null;
        }
        return low == high ? fixed(low) : new Quantity(Shape.UNIFORM, low, high);
    }

    /** Nanoseconds of {@code 1.5s}, or -1 when the text is not a time. A bare 0 is a time. */
    static long nanos(String text) {
        Matcher match = NUMBER.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!match.matches()) {
            return -1;
        }
        double unit = switch (match.group(2)) {
            case "ns" -> 1;
            case "us", "µs" -> 1e3;
            case "ms" -> 1e6;
            case "s", "sec" -> 1e9;
            case "m", "min" -> 60e9;
            case "h" -> 3600e9;
            case "" -> match.group(1).matches("0+") ? 1 : -1;
            default -> -1;
        };
        double value = Double.parseDouble(match.group(1)) * unit;
        return unit < 0 || value > 1e18 ? -1 : Math.round(value);
    }

    /** Bytes of {@code 10K} (powers of 1024), or -1 when the text is not a size. */
    static long bytes(String text) {
        Matcher match = NUMBER.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!match.matches()) {
            return -1;
        }
        long unit = switch (match.group(2)) {
            case "", "b" -> 1;
            case "k", "kb", "kib" -> 1 << 10;
            case "m", "mb", "mib" -> 1 << 20;
            default -> -1;
        };
        double value = Double.parseDouble(match.group(1)) * unit;
        return unit < 0 || value > 1L << 40 ? -1 : Math.round(value);
    }

    public long sample(RandomGenerator random) {
        return switch (shape) {
            case FIXED -> low;
            case UNIFORM -> random.nextLong(low, high + 1);
            case EXPONENTIAL -> Math.min(10 * low, (long) (low * random.nextExponential()));
        };
    }

    /** The value where it is always the same, or NaN. */
    double fixed() {
        return shape == Shape.FIXED ? low : Double.NaN;
    }

    public double mean() {
        return (low + high) / 2.0;
    }

    /** Nanoseconds as text: {@code 1.5 s}, {@code 20 ms}. */
    public static String time(double nanos) {
        if (nanos < 999.5) {
            return Math.round(nanos) + " ns";
        }
        if (nanos < 999.5e3) {
            return number(nanos / 1e3) + " µs";
        }
        if (nanos < 999.5e6) {
            return number(nanos / 1e6) + " ms";
        }
        if (nanos < 120e9) {
            return number(nanos / 1e9) + " s";
        }
        return nanos < 7200e9 ? number(nanos / 60e9) + " min" : number(nanos / 3600e9) + " h";
    }

    /** Three significant digits, no exponent. */
    public static String number(double value) {
        double size = Math.abs(value);
        int digits = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
        String text = String.format(Locale.ROOT, "%,." + digits + "f", value);
        return digits > 0 ? text.replaceFirst("\\.?0+$", "") : text;
    }

    public static String size(double bytes) {
        if (bytes < 1000) {
            return Math.round(bytes) + " B";
        }
        if (bytes < 1e6) {
            return number(bytes / 1e3) + " kB";
        }
        return bytes < 1e9 ? number(bytes / 1e6) + " MB" : number(bytes / 1e9) + " GB";
    }
}
