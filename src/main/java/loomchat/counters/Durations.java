package loomchat.counters;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** How long something took, each time: counts by length, and the total. */
public final class Durations {
    private final long[] bounds;
    private final LongAdder[] counts;
    private final LongAdder nanos = new LongAdder();

    /** @param bounds in nanoseconds, rising; each is the longest that its count holds, and there is one count more */
    private Durations(long[] bounds) {
        this.bounds = bounds;
        counts = new LongAdder[bounds.length + 1];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    /** Of some microseconds up to a second: messages, loops, Redis. */
    public static Durations ofMicros() {
        return new Durations(
                micros(10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 50_000, 250_000, 1_000_000));
    }

    /** Of a millisecond up to ten seconds: disks, reports. */
    public static Durations ofMillis() {
        return new Durations(micros(
                1_000,
                2_500,
                5_000,
                10_000,
                25_000,
                50_000,
                100_000,
                250_000,
                500_000,
                1_000_000,
                2_500_000,
                10_000_000));
    }

    /** Of a moment up to five minutes: people. */
    public static Durations ofPeople() {
        return new Durations(micros(
                10_000,
                100_000,
                500_000,
                1_000_000,
                2_500_000,
                5_000_000,
                10_000_000,
                30_000_000,
                60_000_000,
                300_000_000));
    }

    private static long[] micros(long... micros) {
        long[] nanos = new long[micros.length];
        for (int i = 0; i < micros.length; i++) {
            nanos[i] = TimeUnit.MICROSECONDS.toNanos(micros[i]);
        }
        return nanos;
    }

    public void add(long took) {
        int i = 0;
        while (i < bounds.length && took > bounds[i]) {
            i++;
        }
        counts[i].increment();
        nanos.add(took);
    }

    /** In nanoseconds. */
    public long bound(int nth) {
        return bounds[nth];
    }

    public int bounds() {
        return bounds.length;
    }

    /** For each bound how many took no longer but longer than the bound before, and last those beyond all. */
    public long[] counts() {
        long[] all = new long[counts.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = counts[i].sum();
        }
        return all;
    }

    public long totalNanos() {
        return nanos.sum();
    }
}
