package loomchat.statistics;

import java.util.Arrays;

/**
 * How far a mean may be off.
 *
 * @param variance of the mean
 * @param degreesOfFreedom of that variance
 */
record MeanError(double variance, double degreesOfFreedom) {
    /** Of fewer, nobody can tell how much neighbours are alike. */
    static final int LEAST_VALUES = 20;

    private static final int LEAST_BLOCKS = 10;
    private static final double LEAST_DEGREES = 3;
    private static final double LEAST_CORRELATION = -0.6;
    private static final double MOST_CORRELATION = 0.95;

    /**
     * The error of the mean of values that follow each other in time. Neighbours may be alike, so there is less in them
     * than in as many independent values. The spread is therefore made larger by how much each value resembles the one
     * before (a first-order autoregressive process), and the same is done with the means of blocks of 2, 4, 8 … values
     * (batch means), where slower changes show. The largest of these estimates counts: it errs on the side of noise.
     */
    static MeanError ofNeighbours(double[] values) {
        MeanError largest = autoregressive(values);
        for (double[] blocks = halved(values); blocks.length >= LEAST_BLOCKS; blocks = halved(blocks)) {
            MeanError slower = autoregressive(blocks);
            largest = slower.variance > largest.variance ? slower : largest;
        }
        return largest;
    }

    /** The error of the mean of values that have nothing to do with each other. */
    static MeanError ofIndependent(double[] values) {
        int n = values.length;
        return new MeanError(squares(values, mean(values)) / (n - 1) / n, n - 1);
    }

    /** That of the mean times {@code factor}. */
    MeanError times(double factor) {
        return new MeanError(factor * factor * variance, degreesOfFreedom);
    }

    private static MeanError autoregressive(double[] values) {
        int n = values.length;
        double mean = mean(values);
        double squares = squares(values, mean);
        double products = 0;
        for (int i = 1; i < n; i++) {
            products += (values[i] - mean) * (values[i - 1] - mean);
        }
        double correlation = squares == 0 ? 0 : products / squares;
        // The estimate from few values is too low (Kendall 1954).
        correlation = Math.clamp(correlation + (1 + 3 * correlation) / n, LEAST_CORRELATION, MOST_CORRELATION);
        double valuesForOne = (1 + correlation) / (1 - correlation);
        double effective = n / Math.max(1, valuesForOne);
        // The correlation is an estimate as well, which costs degrees of freedom.
        return new MeanError(squares / (n - 1) / n * valuesForOne, Math.max(LEAST_DEGREES, effective / 2 - 1));
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    private static double squares(double[] values, double mean) {
        double squares = 0;
        for (double each : values) {
            squares += (each - mean) * (each - mean);
        }
        return squares;
    }

    /** The means of two neighbours each. */
    private static double[] halved(double[] values) {
        double[] means = new double[values.length / 2];
        Arrays.setAll(means, i -> (values[2 * i] + values[2 * i + 1]) / 2);
        return means;
    }
}
