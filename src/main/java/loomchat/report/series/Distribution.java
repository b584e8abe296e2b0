package loomchat.report.series;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The values whose distribution the report shows. */
public enum Distribution {
    MESSAGE_BYTES("messageBytes", "Message size", "bytes"),
    WAIT_MILLIS("waitMillis", "Wait for a partner", "milliseconds"),
    CHAT_MILLIS("chatMillis", "Chat duration", "milliseconds"),
    CHAT_MESSAGES("chatMessages", "Messages per chat", "messages"),
    CALL_MILLIS("callMillis", "Call duration", "milliseconds"),
    FIRST_FRAME_MILLIS("firstFrameMillis", "Time to the first frame of a call", "milliseconds");

    /** Those that the report shows only where there were calls. */
    public static final Set<Distribution> OF_CALLS = EnumSet.of(CALL_MILLIS, FIRST_FRAME_MILLIS);

    public final String key;
    public final String title;
    public final String unit;

    Distribution(String key, String title, String unit) {
        this.key = key;
        this.title = title;
        this.unit = unit;
    }

    /** How often a value from {@code from} to {@code to}, both inclusive, occurred. */
    public record Bin(long from, long to, long count) {}

    /** Bins for a picture: 0, then two for each doubling, from the least to the greatest value, empty ones too. */
    public static List<Bin> bins(Histogram histogram) {
        List<Bin> bins = new ArrayList<>();
        if (histogram.count() == 0) {
            return bins;
        }
        long from = 0;
        int bucket = 0;
        while (from <= histogram.max()) {
            long next = nextEdge(from);
            long count = 0;
            for (; bucket < Histogram.BUCKETS && Histogram.lowest(bucket) < next; bucket++) {
                count += histogram.countOf(bucket);
            }
            if (count > 0 || !bins.isEmpty()) {
                bins.add(new Bin(from, next - 1, count));
            }
            if (next == Long.MAX_VALUE) {
                break;
            }
            from = next;
        }
        return bins;
    }

    /** 1, 2, 3, 4, 6, 8, 12, 16, 24 …: each is the start of a histogram bucket, so that no bin has to share one. */
    private static long nextEdge(long edge) {
        if (edge < 2) {
            return edge + 1;
        }
        long power = Long.highestOneBit(edge);
        if (power > Long.MAX_VALUE / 4) {
            return Long.MAX_VALUE;
        }
        return edge == power ? power + power / 2 : 2 * power;
    }
}
