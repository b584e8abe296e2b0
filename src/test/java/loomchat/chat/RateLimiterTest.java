package loomchat.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How much gets through, and when a flood is one, on a clock of the test's own. */
class RateLimiterTest {
    private static final int MIB = 1 << 20;
    private static final long STEP = TimeUnit.MILLISECONDS.toNanos(5);
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Limits LIMITS =
            new Limits(MIB, 64 * MIB, 1_000_000, 8 * MIB, Duration.ofSeconds(2), LONG, LONG, LONG, LONG);

    private final RateLimiter limiter =
            new RateLimiter(LIMITS.messagesPerSecond(), LIMITS.bytesPerSecond(), LIMITS.floodTime());
    private final long start = System.nanoTime();
    private long now = start;

    private double seconds() {
        return (now - start) / 1e9;
    }

    /** Reads a mebibyte as soon as it may. False when the client has flooded in the pause after it. */
    private boolean readMebibyte() {
        long until = now + limiter.charge(1, MIB, 0, now);
        while (until - now > 0) {
            if (limiter.floods(now)) {
                return false;
            }
            now += STEP;
        }
        return true;
    }

    @Test
    void whoNeverStopsGetsASecondsWorthAndThenTheRateAndIsFloodingWhenItsTimeIsOver() {
        int read = 1;
        while (readMebibyte()) {
            read++;
        }
        assertThat(seconds()).isBetween(2.0, 2.05);
        assertThat(read).isBetween(8 + 2 * 8, 8 + 2 * 8 + 2);
    }

    @Test
    void whoKeepsToTheRateMayGoOnForEver() {
        for (int i = 0; i < 1000; i++) {
            assertThat(readMebibyte()).as("mebibyte " + i).isTrue();
            now += TimeUnit.MILLISECONDS.toNanos(126);
        }
    }

    @Test
    void whoRestsInTimeIsForgiven() {
        for (int i = 0; i < 16; i++) {
            assertThat(readMebibyte()).as("mebibyte " + i).isTrue();
        }
        now += TimeUnit.SECONDS.toNanos(2);
        for (int i = 0; i < 16; i++) {
            assertThat(readMebibyte()).as("mebibyte " + i + " after the rest").isTrue();
        }
    }
}
