package loomchat.report.render;

import loomchat.graph.Numbers;
import loomchat.report.series.Distribution;

/** Numbers and times as people read them, as in {@link Numbers}, and the values of distributions. No state. */
public final class HumanFormat {
    private HumanFormat() {}

    public static String count(long value) {
        return Numbers.count(value);
    }

    /** With the word for one or for several. */
    public static String count(long value, String one, String several) {
        return count(value) + " " + (value == 1 ? one : several);
    }

    public static String number(double value) {
        return Numbers.number(value);
    }

    public static String bytes(double value) {
        return Numbers.bytes(value);
    }

    public static String duration(double seconds) {
        return Numbers.duration(seconds);
    }

    public static String share(long part, long all) {
        return Numbers.share(part, all);
    }

    /** A value of a distribution, in a unit that suits it. */
    public static String value(Distribution what, long value) {
        return switch (what) {
            case MESSAGE_BYTES -> bytes(value);
            case WAIT_MILLIS, CHAT_MILLIS, CALL_MILLIS, FIRST_FRAME_MILLIS -> duration(value / 1000.0);
            case CHAT_MESSAGES -> count(value);
        };
    }

    public static String time(long millis) {
        return Numbers.time(millis);
    }

    public static String input(long millis) {
        return Numbers.input(millis);
    }

    public static String bucket(long millis, long seconds) {
        return Numbers.bucket(millis, seconds);
    }

    public static String tick(long millis, long rangeMillis) {
        return Numbers.tick(millis, rangeMillis);
    }

    public static double rounded(double value) {
        return Numbers.rounded(value);
    }

    public static double significant(double value, int digits) {
        return Numbers.significant(value, digits);
    }
}
