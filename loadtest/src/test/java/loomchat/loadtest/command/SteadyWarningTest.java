package loomchat.loadtest.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SteadyWarningTest {
    private static final List<String> NOT_VALID = List.of("The times are NOT VALID");
    private static final List<String> NOTHING = List.of();

    @Test
    void aWarningThatComesAndGoesIsNotShown() {
        SteadyWarning warning = new SteadyWarning();
        for (int second = 1; second < 60; second++) {
            assertThat(warning.at(second, second % 3 == 0 ? NOTHING : NOT_VALID))
                    .isEmpty();
        }
    }

    @Test
    void aWarningThatLastsIsShownUntilItHasBeenGoneForAsLong() {
        SteadyWarning warning = new SteadyWarning();
        assertThat(warning.at(1, NOTHING)).isEmpty();
        assertThat(warning.at(2, NOT_VALID)).isEmpty();
        assertThat(warning.at(5, NOT_VALID)).isEqualTo(NOT_VALID);
        assertThat(warning.at(6, List.of("another figure"))).containsExactly("another figure");
        assertThat(warning.at(7, NOTHING)).isNotEmpty();
        assertThat(warning.at(8, NOT_VALID)).isNotEmpty();
        assertThat(warning.at(11, NOTHING)).isNotEmpty();
        assertThat(warning.at(12, NOTHING)).isEmpty();
    }
}
