package loomchat.statistics;

import java.util.Arrays;

/**
 * A measurement as buckets of time that follow each other, such as seconds: amounts, and what each is counted for. Its
 * value is the sum of the amounts by the sum of the weights: CPU milliseconds and messages make CPU a message; with
 * weights of 1 it is the mean. Buckets that are near each other may be alike (autocorrelated).
 */
public final class MeasuredSeries {
    private final double[] amounts;
    private final double[] weights;
    private final double value;
    private final double meanWeight;

    private MeasuredSeries(double[] amounts, double[] weights) {
        this.amounts = amounts;
        this.weights = weights;
        double weight = Arrays.stream(weights).sum();
        this.value = Arrays.stream(amounts).sum() / weight;
        this.meanWeight = weight / weights.length;
    }

    /** One value for each bucket. */
    public static MeasuredSeries ofMeans(double... values) {
        double[] ones = new double[values.length];
        Arrays.fill(ones, 1);
        return new MeasuredSeries(values.clone(), ones);
    }

    /** The amount of each bucket, and the weight that it is counted for. */
    public static MeasuredSeries ofRatios(double[] amounts, double[] weights) {
        if (amounts.length != weights.length) {
            throw new IllegalArgumentException(amounts.length + " amounts for " + weights.length + " weights");
        }
        return new MeasuredSeries(amounts.clone(), weights.clone());
    }

    /** NaN without a bucket, or when all weights are 0. */
    public double value() {
        return value;
    }

    public int buckets() {
        return amounts.length;
    }

    /** The first buckets of it. */
    MeasuredSeries first(int buckets) {
        return new MeasuredSeries(Arrays.copyOf(amounts, buckets), Arrays.copyOf(weights, buckets));
    }

    /** How far each bucket pulls the value from where it is (its influence, to the first order); their mean is 0. */
    double[] pulls() {
        double[] pulls = new double[amounts.length];
        Arrays.setAll(pulls, i -> (amounts[i] - value * weights[i]) / meanWeight);
        return pulls;
    }
}
