package loomchat.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Simulations are seeded: they give the same result each time. */
class DifferenceTest {
    private static final int TRIALS = 1000;
    /** In 1,000 trials, 5 % are 35 to 65 with a probability of 97 %. */
    private static final double FALSE_ALARMS = 0.065;

    /** Values around 100 that spread by 10, each like the one before by {@code correlation}. */
    private static double[] values(int count, double correlation, Random random) {
        double[] values = new double[count];
        double state = random.nextGaussian();
        for (int i = 0; i < count; i++) {
            values[i] = 100 + 10 * state;
            state = correlation * state + Math.sqrt(1 - correlation * correlation) * random.nextGaussian();
        }
        return values;
    }

    private static double[] times(double factor, double[] values) {
        return Arrays.stream(values).map(each -> each * factor).toArray();
    }

    private static MeasuredSeries means(double... values) {
        return MeasuredSeries.ofMeans(values);
    }

    private static Difference independent(double[] first, double[] second) {
        return Difference.ofIndependent(means(first), means(second), 0.95);
    }

    private static Difference paired(double[] first, double[] second) {
        return Difference.ofPaired(means(first), means(second), 0.95);
    }

    private static double shareSeen(
            BiFunction<double[], double[], Difference> compare, int count, double correlation, double factor) {
        Random random = new Random(1);
        int seen = 0;
        for (int i = 0; i < TRIALS; i++) {
            double[] first = values(count, correlation, random);
            double[] second = times(factor, values(count, correlation, random));
            seen += compare.apply(first, second).isSeen() ? 1 : 0;
        }
        return (double) seen / TRIALS;
    }

    @ParameterizedTest
    @CsvSource({"20, 0", "20, 0.5", "40, 0.8", "60, 0.9", "120, 0", "120, 0.6", "300, 0.3", "300, 0.9"})
    void whereThereIsNoDifferenceOneIsSeldomSeen(int seconds, double correlation) {
        assertThat(shareSeen(DifferenceTest::independent, seconds, correlation, 1))
                .isLessThan(FALSE_ALARMS);
        assertThat(shareSeen(DifferenceTest::paired, seconds, correlation, 1)).isLessThan(FALSE_ALARMS);
    }

    /** A test that took autocorrelated seconds for independent ones would see a difference in half of these. */
    @Test
    void changesOnTwoScalesOfTimeAreNoise() {
        Random random = new Random(1);
        int seen = 0;
        for (int i = 0; i < TRIALS; i++) {
            double[][] both = new double[2][];
            for (int k = 0; k < 2; k++) {
                double[] slow = values(300, 0.95, random);
                both[k] = values(300, 0.5, random);
                for (int second = 0; second < 300; second++) {
                    both[k][second] += 0.7 * slow[second];
                }
            }
            seen += independent(both[0], both[1]).isSeen() ? 1 : 0;
        }
        assertThat((double) seen / TRIALS).isLessThan(FALSE_ALARMS);
    }

    @ParameterizedTest
    @CsvSource({
        "300, 0, 1.05, 0.99",
        "300, 0.3, 1.05, 0.85",
        "300, 0.6, 1.1, 0.95",
        "60, 0, 1.1, 0.9",
        "120, 0.6, 1.2, 0.95"
    })
    void aRealDifferenceIsSeen(int seconds, double correlation, double factor, double atLeast) {
        assertThat(shareSeen(DifferenceTest::independent, seconds, correlation, factor))
                .isGreaterThan(atLeast);
    }

    @Test
    void theMarginHoldsTheTrueDifference() {
        Random random = new Random(7);
        int held = 0;
        for (int i = 0; i < TRIALS; i++) {
            Difference difference = independent(values(120, 0.6, random), times(1.3, values(120, 0.6, random)));
            held += Math.abs(difference.difference() - 30) <= difference.margin() ? 1 : 0;
        }
        assertThat((double) held / TRIALS).isGreaterThan(1 - FALSE_ALARMS);
    }

    @Test
    void whatBothHaveInCommonIsNoNoiseOfAPair() {
        Random random = new Random(3);
        double[] first = values(60, 0.3, random);
        double[] second = times(1.1, values(60, 0.3, random));
        for (int i = 0; i < 60; i++) {
            first[i] += 20 * i; // both rise, as connections do at the start of a load test
            second[i] += 20 * i;
        }
        assertThat(independent(first, second).isSeen()).isFalse();
        assertThat(paired(first, second).isSeen()).isTrue();
    }

    /** Twice as much of something that rises is twice the rise, and not noise. */
    @Test
    void aMultipleOfACourseHasLittleNoise() {
        Random random = new Random(6);
        double[] first = new double[60];
        double[] second = new double[60];
        for (int i = 0; i < 60; i++) {
            double course = Math.min(1, (i + 1) / 20.0);
            first[i] = course * (100 + random.nextGaussian());
            second[i] = course * 1.3 * (100 + random.nextGaussian());
        }
        Difference difference = paired(first, second);
        assertThat(difference.share()).isCloseTo(0.3, within(0.02));
        assertThat(difference.marginShare()).isLessThan(0.03);
    }

    @Test
    void aRatioIsTheSumByTheSumAndNotTheMeanOfRatios() {
        MeasuredSeries cpu = MeasuredSeries.ofRatios(new double[] {10, 0, 90}, new double[] {1, 0, 9});
        assertThat(cpu.value()).isEqualTo(10);
        assertThat(MeasuredSeries.ofRatios(new double[] {4, 90}, new double[] {1, 9})
                        .value())
                .isEqualTo(9.4);
    }

    /** The load may go up and down as it likes: CPU a message stays the same. */
    @Test
    void aRatioHasNoNoiseFromItsLoad() {
        Random random = new Random(5);
        double[] messages = new double[60];
        double[] cpu = new double[60];
        double[] slower = new double[60];
        for (int i = 0; i < 60; i++) {
            messages[i] = 100 + 1000 * random.nextInt(10);
            cpu[i] = 3 * messages[i] * (1 + 0.02 * random.nextGaussian());
            slower[i] = 3.15 * messages[i] * (1 + 0.02 * random.nextGaussian());
        }
        Difference difference = Difference.ofIndependent(
                MeasuredSeries.ofRatios(cpu, messages), MeasuredSeries.ofRatios(slower, messages), 0.95);
        assertThat(difference.isSeen()).isTrue();
        assertThat(difference.share()).isCloseTo(0.05, within(0.01));
        assertThat(difference.marginShare()).isBetween(0.002, 0.02);
    }

    @Test
    void moreConfidenceNeedsMoreMargin() {
        double[] first = values(60, 0.3, new Random(8));
        double[] second = values(60, 0.3, new Random(9));
        assertThat(Difference.ofIndependent(means(first), means(second), 0.995).margin())
                .isGreaterThan(1.3 * independent(first, second).margin());
    }

    @Test
    void fewSecondsTellNothing() {
        Difference difference = independent(values(19, 0, new Random(1)), times(5, values(200, 0, new Random(2))));
        assertThat(difference.margin()).isNaN();
        assertThat(difference.isSeen()).isFalse();
        assertThat(difference.difference()).isPositive();
        assertThat(paired(new double[0], new double[30]).isSeen()).isFalse();
    }

    @Test
    void valuesThatNeverChangeDifferOrNot() {
        double[] four = times(4, new double[30]);
        Arrays.fill(four, 4);
        assertThat(independent(four, four).isSeen()).isFalse();
        assertThat(independent(four, times(2, four)).isSeen()).isTrue();
        assertThat(paired(four, four).isSeen()).isFalse();
    }

    @Test
    void nothingMeasuredIsNoDifference() {
        double[] none = new double[30];
        MeasuredSeries nothing = MeasuredSeries.ofRatios(none, none);
        Difference difference = Difference.ofIndependent(nothing, means(values(30, 0, new Random(1))), 0.95);
        assertThat(difference.isSeen()).isFalse();
        assertThat(difference.share()).isNaN();
    }

    @Test
    void lengthsThatAreNearlyTheSameArePaired() {
        assertThat(Difference.mayPair(60, 66)).isTrue();
        assertThat(Difference.mayPair(60, 70)).isFalse();
        double[] longer = values(70, 0, new Random(4));
        assertThat(paired(Arrays.copyOf(longer, 66), longer).difference()).isZero();
    }

    @Test
    void repeatedRunsAreComparedByTheirResults() {
        Difference difference = Difference.ofRepeats(new double[] {10, 11, 12}, new double[] {20, 22, 21}, 0.95);
        assertThat(difference.difference()).isEqualTo(10);
        // Welch's interval by hand: the variance of each mean is 1/3, with 4 degrees of freedom in all.
        assertThat(difference.margin()).isCloseTo(2.77645 * Math.sqrt(2.0 / 3), within(1e-4));
        assertThat(difference.isSeen()).isTrue();
        assertThat(Difference.ofRepeats(new double[] {10}, new double[] {20, 22}, 0.95)
                        .isSeen())
                .isFalse();
    }

    @Test
    void amountsAndWeightsBelongTogether() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MeasuredSeries.ofRatios(new double[2], new double[3]))
                .withMessage("2 amounts for 3 weights");
    }
}
