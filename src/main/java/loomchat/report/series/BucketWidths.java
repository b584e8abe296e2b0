package loomchat.report.series;

import java.util.LinkedHashMap;
import java.util.Map;

/** The widths that a bucket of time may have. Each divides the next, so that fine buckets add up to coarse ones. */
public final class BucketWidths {
    /** A query for more points than this is refused. */
    public static final int MOST = 10_000;
    /** A graph is about this many points wide. */
    private static final int GRAPH_POINTS = 800;

    private static final long FIVE_SECONDS_UP_TO = 66 * 60_000L;

    private static final long[] SECONDS = {
        1, 5, 15, 60, 300, 900, 3600, 14400, 86400, 604800, 2419200, 31449600, 314496000, 3144960000L, 314496000000L
    };
    private static final Map<String, Long> NAMES = names();

    private BucketWidths() {}

    /**
     * The bucket width for a graph of this range. Widths below a minute are for short ranges only, because they need
     * lines to be read again.
     */
    public static long secondsFor(long rangeMillis) {
        if (rangeMillis <= 20 * 60_000L) {
            return 1;
        }
        for (long seconds : SECONDS) {
            if (seconds >= (rangeMillis <= FIVE_SECONDS_UP_TO ? 5 : 60)
                    && rangeMillis <= seconds * 1000 * GRAPH_POINTS) {
                return seconds;
            }
        }
        return SECONDS[SECONDS.length - 1];
    }

    /** The next wider bucket, or itself when there is none. */
    public static long wider(long seconds) {
        for (long each : SECONDS) {
            if (each > seconds) {
                return each;
            }
        }
        return seconds;
    }

    /** The seconds of a name such as {@code 5m} or of a plain number, or -1. */
    public static long parse(String text) {
        Long named = NAMES.get(text);
        if (named != null) {
            return named;
        }
        for (long seconds : SECONDS) {
            if (NAMES.containsValue(seconds) && text.equals(Long.toString(seconds))) {
                return seconds;
            }
        }
        return -1;
    }

    public static String allowed() {
        return String.join(", ", NAMES.keySet());
    }

    /** The start of the bucket that {@code millis} is in. */
    static long floor(long millis, long seconds) {
        return millis - Math.floorMod(millis, seconds * 1000);
    }

    public static String name(long seconds) {
        for (Map.Entry<String, Long> each : NAMES.entrySet()) {
            if (each.getValue() == seconds) {
                return each.getKey();
            }
        }
        return seconds / 86400 + "d";
    }

    private static Map<String, Long> names() {
        Map<String, Long> names = new LinkedHashMap<>();
        String[] each = {"1s", "5s", "15s", "1m", "5m", "15m", "1h", "4h", "1d", "7d", "28d"};
        for (int i = 0; i < each.length; i++) {
            names.put(each[i], SECONDS[i]);
        }
        return names;
    }
}
