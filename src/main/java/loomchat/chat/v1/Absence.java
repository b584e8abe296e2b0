package loomchat.chat.v1;

import java.util.concurrent.TimeUnit;

/**
 * A client's time without a connection.
 *
 * @param sinceNanos on the monotonic clock
 * @param seconds how long its chat is kept
 */
record Absence(AwayReason why, long sinceNanos, int seconds) {
    /** Whether the client's time is over at {@code now}, not counting the time before {@code comebackStart}. */
    boolean isOver(long now, long comebackStart) {
        return Math.min(now - sinceNanos, now - comebackStart) >= TimeUnit.SECONDS.toNanos(seconds);
    }
}
