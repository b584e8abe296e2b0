package loomchat.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudentTTest {
    /** From the tables of any textbook. */
    @ParameterizedTest
    @CsvSource({
        "0.95, 1, 12.7062",
        "0.95, 2, 4.30265",
        "0.95, 5, 2.57058",
        "0.95, 10, 2.22814",
        "0.95, 30, 2.04227",
        "0.99, 4, 4.60409",
        "0.99, 120, 2.61742",
        "0.5, 7, 0.711142",
        "0.95, 1e7, 1.959964"
    })
    void quantilesAreThoseOfTheTables(double confidence, double degreesOfFreedom, double expected) {
        assertThat(StudentT.twoSidedQuantile(confidence, degreesOfFreedom))
                .isCloseTo(expected, within(expected * 1e-5));
    }

    @Test
    void degreesOfFreedomNeedNotBeWhole() {
        assertThat(StudentT.twoSidedQuantile(0.95, 7.5))
                .isBetween(StudentT.twoSidedQuantile(0.95, 8), StudentT.twoSidedQuantile(0.95, 7));
    }

    @Test
    void probabilitiesGoFromOneToNothing() {
        assertThat(StudentT.twoSidedProbability(0, 4)).isEqualTo(1);
        assertThat(StudentT.twoSidedProbability(1, 1)).isCloseTo(0.5, within(1e-12));
        assertThat(StudentT.twoSidedProbability(-1, 1)).isCloseTo(0.5, within(1e-12));
        assertThat(StudentT.twoSidedProbability(Double.POSITIVE_INFINITY, 4)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0, 5", "1, 5", "0.95, 0", "NaN, 5", "0.95, NaN"})
    void nonsenseIsRefused(double confidence, double degreesOfFreedom) {
        assertThatIllegalArgumentException().isThrownBy(() -> StudentT.twoSidedQuantile(confidence, degreesOfFreedom));
    }
}
