package loomchat.report.compare;

import java.util.Arrays;
import loomchat.statistics.MeasuredSeries;

/** One metric in buckets of equal width since the start of a range. Immutable. */
record TimedValues(long bucketSeconds, double[] amounts, double[] weights) {
    MeasuredSeries measured() {
        return MeasuredSeries.ofRatios(amounts, weights);
    }

    int buckets() {
        return amounts.length;
    }

    /** NaN where nothing was measured. */
    double value(int bucket) {
        return bucket < amounts.length && weights[bucket] > 0 ? amounts[bucket] / weights[bucket] : Double.NaN;
    }

    boolean isEmpty() {
        return Arrays.stream(weights).noneMatch(each -> each > 0);
    }

    /** Several buckets as one. */
    TimedValues together(int buckets) {
        int count = Math.ceilDiv(amounts.length, buckets);
        double[] sums = new double[count];
        double[] weightSums = new double[count];
        for (int i = 0; i < amounts.length; i++) {
            sums[i / buckets] += amounts[i];
            weightSums[i / buckets] += weights[i];
        }
        return new TimedValues(bucketSeconds * buckets, sums, weightSums);
    }
}
