package loomchat.report.series;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How often connections ended for each reason. One thread at a time. Bounded: beyond {@link #MOST} reasons, a new one
 * counts as "other".
 */
public final class ReasonCounts {
    static final int MOST = 32;
    private static final int LONGEST = 40;
    private static final String OTHER = "other";

    private static final class Count {
        long value;
    }

    private final Map<String, Count> counts = new HashMap<>();

    // The usual reasons as bytes, so that no string is made for them.
    private final byte[][] known = new byte[MOST][];
    private final Count[] countOfKnown = new Count[MOST];
    private int knownSize;

    public void add(byte[] bytes, int from, int to) {
        for (int i = 0; i < knownSize; i++) {
            if (Arrays.equals(known[i], 0, known[i].length, bytes, from, to)) {
                countOfKnown[i].value++;
                return;
            }
        }
        String reason = new String(bytes, from, to - from, java.nio.charset.StandardCharsets.US_ASCII);
        add(reason, 1);
        if (knownSize < MOST && reason.length() <= LONGEST && counts.containsKey(reason)) {
            known[knownSize] = Arrays.copyOfRange(bytes, from, to);
            countOfKnown[knownSize++] = counts.get(reason);
        }
    }

    public void add(String reason, long times) {
        boolean room = counts.size() < MOST - 1 || counts.containsKey(reason);
        String key = reason.length() <= LONGEST && room ? reason : OTHER;
        counts.computeIfAbsent(key, k -> new Count()).value += times;
    }

    void merge(ReasonCounts other) {
        other.counts.forEach((reason, count) -> add(reason, count.value));
    }

    public SortedMap<String, Long> all() {
        SortedMap<String, Long> all = new TreeMap<>();
        counts.forEach((reason, count) -> all.put(reason, count.value));
        return all;
    }
}
