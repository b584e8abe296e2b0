package loomchat.chat.v1;

import java.util.concurrent.TimeUnit;

/**
 * The time in which a client has no connection.
 *
 * @param sinceNanos on the monotonic clock
 * @param seconds for which the chat is kept
 */
record Absence(AwayReason why, long sinceNanos, int seconds) {
    /** Whether it has lasted for too long at {@code now}, not counting the time before {@code comebackStart}. */
    boolean isOver(long now, long comebackStart) {
        return Math.min(now - sinceNanos, now - comebackStart) >= TimeUnit.SECONDS.toNanos(seconds);
    }
}
