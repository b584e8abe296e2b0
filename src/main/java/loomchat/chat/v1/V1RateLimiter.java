package loomchat.chat.v1;

import java.util.concurrent.TimeUnit;

/**
 * Limits a {@code chat.v1} client's messages a second: a token bucket of three seconds. The client is warned when a
 * third of it is left; then its messages are refused; a client that goes on is flooding. Messages that came while the
 * log blocked the reading thread count as if they had been read in time. The reading thread uses it.
 */
final class V1RateLimiter {
    enum Verdict {
        TAKE,
        TAKE_AND_WARN,
        REFUSE,
        FLOOD
    }

    private static final int BURST_SECONDS = 3;
    /** A warning is not repeated within this time. */
    private static final long WARN_EVERY_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final long nanosPerMessage;
    private final long burstNanos;
    private final long mostRefused;

    // When the bucket would be full again
    private long paidUntil = System.nanoTime();
    private long warnedAt = paidUntil - WARN_EVERY_NANOS;
    private long refused;

    // Time that the log took, to be used beyond the burst until the bucket is full again
    private long excusedNanos;
    private long queueFullSeen;

    /** @param messagesPerSecond 0 for no limit */
    V1RateLimiter(int messagesPerSecond, long queueFullNanos) {
        queueFullSeen = queueFullNanos;
        nanosPerMessage = messagesPerSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / messagesPerSecond;
        burstNanos = TimeUnit.SECONDS.toNanos(BURST_SECONDS);
        mostRefused = 10L * BURST_SECONDS * messagesPerSecond;
    }

    /** @param queueFullNanos how long the log has blocked threads in total */
    Verdict charge(long now, long queueFullNanos) {
        if (nanosPerMessage == 0) {
            return Verdict.TAKE;
        }
        if (paidUntil - now < 0) {
            paidUntil = now;
        }
        long used = paidUntil - now;
        long allowed = burstNanos + excuse(used, queueFullNanos);
        if (used + nanosPerMessage > allowed) {
            return ++refused > mostRefused ? Verdict.FLOOD : Verdict.REFUSE;
        }
        if (used == 0) {
            refused = 0;
        }
        paidUntil += nanosPerMessage;
        return used > allowed - burstNanos / 3 && mayWarn(now) ? Verdict.TAKE_AND_WARN : Verdict.TAKE;
    }

    private long excuse(long used, long queueFullNanos) {
        excusedNanos = (used == 0 ? 0 : excusedNanos) + queueFullNanos - queueFullSeen;
        queueFullSeen = queueFullNanos;
        return excusedNanos;
    }

    private boolean mayWarn(long now) {
        if (now - warnedAt < WARN_EVERY_NANOS) {
            return false;
        }
        warnedAt = now;
        return true;
    }
}
