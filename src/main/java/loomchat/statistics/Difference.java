package loomchat.statistics;

import java.util.Arrays;

/**
 * How far a second measurement is from a first one, and how far that may be off: the true {@link #share} lies within
 * {@link #share} ± {@link #marginShare} with the confidence that was asked for, and {@code margin} is that in the
 * unit of the measurement. It is NaN when there are too few values to tell; no difference is seen then.
 *
 * <p>The noise is that within the two measurements. What changes from one run to the next, such as where memory lies or
 * who else uses the machine, is not in it: measure several times and use {@link #ofRepeats} to have it included.
 */
public record Difference(double first, double second, double difference, double margin) {
    /** Measurements that differ more in length are not set against each other bucket by bucket. */
    private static final double MOST_DIFFERENCE_IN_LENGTH = 0.1;
    /** What differs more, or is next to nothing at first, is not seen as a multiple. */
    private static final double LARGEST_FACTOR = 3;

    /** Of two measurements that have nothing to do with each other. */
    public static Difference ofIndependent(MeasuredSeries first, MeasuredSeries second, double confidence) {
        if (Math.min(first.buckets(), second.buckets()) < MeanError.LEAST_VALUES) {
            return unclear(first.value(), second.value());
        }
        double factor = factor(first, second);
        MeanError a = MeanError.ofNeighbours(first.pulls()).times(factor);
        MeanError b = MeanError.ofNeighbours(second.pulls());
        return welch(first.value(), second.value(), a, b, confidence);
    }

    /**
     * Of two measurements of the same course, such as two runs of one load test: each bucket is set against the one at
     * the same time since the start, so that what both have in common, such as a rise at the start, is no noise. What
     * the longer one has at its end is left out.
     */
    public static Difference ofPaired(MeasuredSeries first, MeasuredSeries second, double confidence) {
        int n = Math.min(first.buckets(), second.buckets());
        if (n < MeanError.LEAST_VALUES) {
            return unclear(first.value(), second.value());
        }
        MeasuredSeries a = first.first(n);
        MeasuredSeries b = second.first(n);
        // What differs may be added to the course of the first, or be a multiple of it.
        MeanError added = paired(a.pulls(), b.pulls(), 1);
        MeanError multiple = paired(a.pulls(), b.pulls(), factor(a, b));
        return of(a.value(), b.value(), multiple.variance() < added.variance() ? multiple : added, confidence);
    }

    private static MeanError paired(double[] first, double[] second, double factor) {
        double[] rest = new double[first.length];
        Arrays.setAll(rest, i -> second[i] - factor * first[i]);
        return MeanError.ofNeighbours(rest);
    }

    /** By which the noise of the first counts: what is 30 % more varies by 30 % more (delta method for a ratio). */
    private static double factor(MeasuredSeries first, MeasuredSeries second) {
        double factor = second.value() / first.value();
        return factor >= 1 / LARGEST_FACTOR && factor <= LARGEST_FACTOR ? factor : 1;
    }

    /** Whether {@link #ofPaired} suits measurements of these lengths. */
    public static boolean mayPair(int buckets, int otherBuckets) {
        return Math.abs(buckets - otherBuckets) <= MOST_DIFFERENCE_IN_LENGTH * Math.max(buckets, otherBuckets);
    }

    /** Of the results of repeated runs, at least two of each, every one independent of the others. */
    public static Difference ofRepeats(double[] first, double[] second, double confidence) {
        MeasuredSeries a = MeasuredSeries.ofMeans(first);
        MeasuredSeries b = MeasuredSeries.ofMeans(second);
        return Math.min(first.length, second.length) < 2
                ? unclear(a.value(), b.value())
                : welch(
                        a.value(),
                        b.value(),
                        MeanError.ofIndependent(first),
                        MeanError.ofIndependent(second),
                        confidence);
    }

    /** Welch's interval: the two may spread differently. */
    private static Difference welch(double first, double second, MeanError a, MeanError b, double confidence) {
        double variance = a.variance() + b.variance();
        double parts =
                a.variance() * a.variance() / a.degreesOfFreedom() + b.variance() * b.variance() / b.degreesOfFreedom();
        double degrees = parts == 0 ? a.degreesOfFreedom() : variance * variance / parts;
        return of(first, second, new MeanError(variance, degrees), confidence);
    }

    private static Difference of(double first, double second, MeanError error, double confidence) {
        double margin = Double.isNaN(error.variance())
                ? Double.NaN
                : StudentT.twoSidedQuantile(confidence, error.degreesOfFreedom()) * Math.sqrt(error.variance());
        return new Difference(first, second, second - first, margin);
    }

    private static Difference unclear(double first, double second) {
        return new Difference(first, second, second - first, Double.NaN);
    }

    /** Whether the two differ by more than noise explains. */
    public boolean isSeen() {
        return Math.abs(difference) > margin;
    }

    public Finding finding() {
        if (Double.isNaN(margin)) {
            return Finding.UNKNOWN;
        }
        if (difference == 0 && margin == 0) {
            return Finding.SAME;
        }
        return first == 0 ? isSeen() ? Finding.SEEN : Finding.UNEVEN : Finding.of(share(), marginShare());
    }

    /** The difference as a share of the first value: 0.12 is 12 % more. Infinite or NaN when that is 0. */
    public double share() {
        return difference / Math.abs(first);
    }

    /** The margin as a share of the first value. */
    public double marginShare() {
        return margin / Math.abs(first);
    }
}
