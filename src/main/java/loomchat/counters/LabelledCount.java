package loomchat.counters;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * A count for each of a few names, which the program chooses: reasons, protocols. Names beyond the first
 * {@value #MOST} share one, so that what is shown stays small whatever comes.
 */
public final class LabelledCount {
    private static final int MOST = 40;
    private static final String OTHER = "other";

    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    /** @param names shown from the beginning, with 0 */
    public LabelledCount(String... names) {
        for (String each : names) {
            counts.put(each, new LongAdder());
        }
    }

    public void increment(String name) {
        of(name).increment();
    }

    public void decrement(String name) {
        of(name).decrement();
    }

    private LongAdder of(String name) {
        LongAdder known = counts.get(name);
        if (known != null) {
            return known;
        }
        return counts.computeIfAbsent(counts.size() < MOST ? name : OTHER, none -> new LongAdder());
    }

    public long sum() {
        long sum = 0;
        for (LongAdder each : counts.values()) {
            sum += each.sum();
        }
        return sum;
    }

    /** All counts, by name. */
    public Map<String, Long> all() {
        Map<String, Long> all = new TreeMap<>();
        counts.forEach((name, count) -> all.put(name, count.sum()));
        return all;
    }
}
