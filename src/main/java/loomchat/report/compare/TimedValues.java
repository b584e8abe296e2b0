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
        return value(bucket, 0);
    }

    /** NaN also where it was measured for less than this weight. */
    double value(int bucket, double least) {
        if (bucket >= amounts.length) {
            return Double.NaN;
        }
        int of = shown[bucket];
        return weights[of] > 0 && weights[of] >= least ? amounts[of] / weights[of] : Double.NaN;
    }

    /** The mean of those buckets that have one. */
    double usualWeight() {
        return Arrays.stream(weights).filter(each -> each > 0).average().orElse(0);
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
