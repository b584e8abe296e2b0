package loomchat.report.compare;

import java.util.Arrays;
import java.util.stream.IntStream;
import loomchat.statistics.MeasuredSeries;

/**
 * One metric in buckets of equal width since the start of a range. Immutable.
 *
 * @param shown of which bucket the value is shown: its own, or that of a later one whose sample is longer than a bucket
 */
record TimedValues(long bucketSeconds, double[] amounts, double[] weights, int[] shown) {
    MeasuredSeries measured() {
        return MeasuredSeries.ofRatios(amounts, weights);
    }

    int buckets() {
        return amounts.length;
    }

    /** NaN where nothing was measured. */
    double value(int bucket) {
        int of = bucket < amounts.length ? shown[bucket] : 0;
        return bucket < amounts.length && weights[of] > 0 ? amounts[of] / weights[of] : Double.NaN;
    }

    boolean isEmpty() {
        return Arrays.stream(weights).noneMatch(each -> each > 0);
    }

    /** Each bucket itself. */
    static int[] each(int buckets) {
        return IntStream.range(0, buckets).toArray();
    }

    /** Several buckets as one. */
    TimedValues together(int buckets) {
        if (buckets == 1) {
            return this;
        }
        int count = Math.ceilDiv(amounts.length, buckets);
        double[] sums = new double[count];
        double[] weightSums = new double[count];
        for (int i = 0; i < amounts.length; i++) {
            sums[i / buckets] += amounts[i];
            weightSums[i / buckets] += weights[i];
        }
        return new TimedValues(bucketSeconds * buckets, sums, weightSums, each(count));
    }
}
