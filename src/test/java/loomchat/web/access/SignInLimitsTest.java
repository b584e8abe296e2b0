package loomchat.web.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Attempts to sign in, with a clock of the test's that is about to turn over. */
class SignInLimitsTest {
    private final AtomicLong nanos =
            new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(30).toNanos());

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private static InetAddress address(int nth) {
        return InetAddress.ofLiteral("10.0." + nth / 256 + "." + nth % 256);
    }

    @Test
    void anAddressHasAMinutesWorthAtOnceAndThenOneEachTwelveSeconds() {
        SignInLimits limits = new SignInLimits(nanos::get);
        for (int i = 0; i < SignInLimits.PER_ADDRESS; i++) {
            assertThat(limits.mayTry(address(1))).isTrue();
        }
        for (int i = 0; i < 100; i++) {
            assertThat(limits.mayTry(address(1))).isFalse();
        }
        assertThat(limits.mayTry(address(2))).isTrue();
        pass(Duration.ofSeconds(12));
        assertThat(limits.mayTry(address(1))).isTrue();
        assertThat(limits.mayTry(address(1))).isFalse();
        pass(Duration.ofMinutes(2));
        limits.forgetIdle();
        for (int i = 0; i < SignInLimits.PER_ADDRESS; i++) {
            assertThat(limits.mayTry(address(1))).isTrue();
        }
    }

    @Test
    void allAddressesTogetherHaveALimitAndWhatIsRefusedDoesNotCount() {
        SignInLimits limits = new SignInLimits(nanos::get);
        List<Boolean> tries = new ArrayList<>();
        IntStream.range(0, 20_000).forEach(i -> tries.add(limits.mayTry(address(i))));
        assertThat(tries.subList(0, SignInLimits.IN_ALL)).containsOnly(true);
        assertThat(tries.subList(SignInLimits.IN_ALL, tries.size())).containsOnly(false);
        pass(Duration.ofSeconds(1));
        assertThat(limits.mayTry(address(7))).isTrue();
        assertThat(limits.mayTry(address(8))).isFalse();
    }
}
