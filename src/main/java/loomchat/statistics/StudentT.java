package loomchat.statistics;

/** Student's t distribution, for any positive number of degrees of freedom. No state. */
public final class StudentT {
    private static final double TINY = 1e-300;
    private static final double ACCURACY = 1e-14;
    private static final int MOST_STEPS = 500;

    /** Of Lanczos' approximation of the gamma function, with g = 7. */
    private static final double[] LANCZOS = {
        0.99999999999980993,
        676.5203681218851,
        -1259.1392167224028,
        771.32342877765313,
        -176.61502916214059,
        12.507343278686905,
        -0.13857109526572012,
        9.9843695780195716e-6,
        1.5056327351493116e-7
    };

    private StudentT() {}

    /** The t that a value exceeds in either direction with probability {@code 1 - confidence}. */
    public static double twoSidedQuantile(double confidence, double degreesOfFreedom) {
        if (!(confidence > 0 && confidence < 1) || !(degreesOfFreedom > 0)) {
            throw new IllegalArgumentException(
                    "confidence " + confidence + " with " + degreesOfFreedom + " degrees of freedom");
        }
        double outside = 1 - confidence;
        double low = 0;
        double high = 1;
        while (twoSidedProbability(high, degreesOfFreedom) > outside) {
            low = high;
            high *= 2;
        }
        while (high - low > high * 1e-12) {
            double middle = (low + high) / 2;
            if (twoSidedProbability(middle, degreesOfFreedom) > outside) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /** The probability of a value that is farther from 0 than {@code t}. */
    public static double twoSidedProbability(double t, double degreesOfFreedom) {
        double square = t * t;
        return Double.isInfinite(square)
                ? 0
                : incompleteBeta(degreesOfFreedom / (degreesOfFreedom + square), degreesOfFreedom / 2, 0.5);
    }

    /** The regularized incomplete beta function, by its continued fraction (Abramowitz and Stegun, 26.5.8). */
    private static double incompleteBeta(double x, double a, double b) {
        if (x <= 0 || x >= 1) {
            return x <= 0 ? 0 : 1;
        }
        double front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
        return x < (a + 1) / (a + b + 2)
                ? front * continuedFraction(x, a, b) / a
                : 1 - front * continuedFraction(1 - x, b, a) / b;
    }

    /** Lentz's method. */
    private static double continuedFraction(double x, double a, double b) {
        double c = 1;
        double d = 1 / awayFromZero(1 - (a + b) * x / (a + 1));
        double value = d;
        for (int m = 1; m <= MOST_STEPS; m++) {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / awayFromZero(1 + even * d);
            c = awayFromZero(1 + even / c);
            value *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / awayFromZero(1 + odd * d);
            c = awayFromZero(1 + odd / c);
            value *= d * c;
            if (Math.abs(d * c - 1) < ACCURACY) {
                break;
            }
        }
        return value;
    }

    private static double awayFromZero(double value) {
        return Math.abs(value) < TINY ? TINY : value;
    }

    private static double logGamma(double x) {
        if (x < 0.5) {
            return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
        }
        double sum = LANCZOS[0];
        for (int i = 1; i < LANCZOS.length; i++) {
            sum += LANCZOS[i] / (x - 1 + i);
        }
        double t = x + 6.5;
        return Math.log(2 * Math.PI) / 2 + (x - 0.5) * Math.log(t) - t + Math.log(sum);
    }
}
