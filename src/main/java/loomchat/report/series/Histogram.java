package loomchat.report.series;

/**
 * Counts of values from 0 up in buckets that grow with the value: exact below 128, then 64 buckets for each doubling,
 * so that a percentile is off by at most 0.8 %. One thread at a time; histograms of several threads are merged.
 */
public final class Histogram {
    private static final int SUB_BITS = 6;
    private static final int SUB = 1 << SUB_BITS;
    public static final int BUCKETS = (64 - SUB_BITS) * SUB;

    private final long[] counts = new long[BUCKETS];
    private long count;
    private double sum;
    private long min = Long.MAX_VALUE;
    private long max;

    void add(long value) {
        counts[bucket(value)]++;
        count++;
        sum += value;
        min = Math.min(min, value);
        max = Math.max(max, value);
    }

    void merge(Histogram other) {
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] += other.counts[i];
        }
        count += other.count;
        sum += other.sum;
        min = Math.min(min, other.min);
        max = Math.max(max, other.max);
    }

    /** Adds a stored {@link #countOf}. */
    public void restore(int bucket, long times) {
        counts[bucket] += times;
        count += times;
    }

    public void restore(double storedSum, long storedMin, long storedMax) {
        sum += storedSum;
        min = Math.min(min, storedMin);
        max = Math.max(max, storedMax);
    }

    public long count() {
        return count;
    }

    public double sum() {
        return sum;
    }

    public double mean() {
        return count == 0 ? 0 : sum / count;
    }

    public long min() {
        return count == 0 ? 0 : min;
    }

    public long max() {
        return max;
    }

    public long countOf(int bucket) {
        return counts[bucket];
    }

    /**
     * The value that {@code percent} of all values do not exceed: the middle of its bucket, within minimum and
     * maximum.
     */
    public long percentile(double percent) {
        long rank = Math.max(1, (long) Math.ceil(count * percent / 100));
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return Math.clamp(lowest(i) + (lowest(i + 1) - 1 - lowest(i)) / 2, min(), max());
            }
        }
        return 0;
    }

    static int bucket(long value) {
        if (value < 2 * SUB) {
            return (int) value;
        }
        int shift = 63 - SUB_BITS - Long.numberOfLeadingZeros(value);
        return (shift << SUB_BITS) + (int) (value >>> shift);
    }

    /** The least value that falls into {@code bucket}. */
    static long lowest(int bucket) {
        if (bucket < 2 * SUB) {
            return bucket;
        }
        int shift = (bucket >>> SUB_BITS) - 1;
        long low = (long) (bucket - (shift << SUB_BITS)) << shift;
        return low < 0 ? Long.MAX_VALUE : low;
    }
}
