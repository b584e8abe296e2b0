package loomchat.loadtest.measure;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * The distribution of one kind of time. Any thread records, each in a stripe of its own so that they rarely meet;
 * the tick alone drains the stripes, into the total that it owns.
 */
final class StripedHistogram {
    static final int DIGITS = 3;
    /** Longer times are recorded as this. */
    private static final long MOST = 24L * 3600 * 1_000_000_000;

    private static final int STRIPES = 2;

    private final Recorder[] recorders = new Recorder[STRIPES];
    private final Histogram[] recycled = new Histogram[STRIPES];
    // The tick's own
    private final Histogram interval = new Histogram(DIGITS);
    private final Histogram total = new Histogram(DIGITS);

    StripedHistogram() {
        for (int i = 0; i < STRIPES; i++) {
            recorders[i] = new Recorder(DIGITS);
        }
    }

    void record(int stripe, long nanos) {
        recorders[stripe & STRIPES - 1].recordValue(Math.clamp(nanos, 0, MOST));
    }

    /** What came since the last call; valid until the next. */
    Histogram drain() {
        interval.reset();
        for (int i = 0; i < STRIPES; i++) {
            recycled[i] = recorders[i].getIntervalHistogram(recycled[i]);
            interval.add(recycled[i]);
        }
        total.add(interval);
        return interval;
    }

    /** What has been drained so far. */
    Histogram total() {
        return total;
    }
}
