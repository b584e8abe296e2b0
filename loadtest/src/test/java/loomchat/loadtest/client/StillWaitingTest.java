package loomchat.loadtest.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StillWaitingTest {
    private static long count(long... seconds) {
        return StillWaiting.count(
                Arrays.stream(seconds).mapToObj(TimeUnit.SECONDS::toNanos).toList());
    }

    @Test
    void oneAloneOrForAShortTimeIsNoFault() {
        assertThat(count()).isZero();
        assertThat(count(100)).isZero();
        assertThat(count(100, 5)).isZero();
    }

    @Test
    void twoShouldHaveBeenPaired() {
        assertThat(count(20, 11)).isEqualTo(2);
        assertThat(count(20, 11, 5)).isEqualTo(2);
    }

    @Test
    void aFewMayHaveMetWithinTheLastMinute() {
        assertThat(count(20, 30, 40)).isZero();
        assertThat(count(80, 90, 40)).isEqualTo(2);
        assertThat(count(20, 20, 20, 20, 20, 20)).isEqualTo(6);
    }
}
