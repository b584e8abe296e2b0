package loomchat.chat.v1;

import java.util.concurrent.TimeUnit;
import loomchat.chat.LeaveReason;

/**
 * A client's time without a connection.
 *
 * @param sinceNanos on the monotonic clock
 * @param seconds how long its chat is kept
 */
record Absence(Reason why, long sinceNanos, int seconds) {
    /** Whether the client's time is over at {@code now}, not counting the time before {@code comebackStart}. */
    boolean isOver(long now, long comebackStart) {
        return Math.min(now - sinceNanos, now - comebackStart) >= TimeUnit.SECONDS.toNanos(seconds);
    }

    /** How a {@code chat.v1} client lost its connection, as its partner is told. */
    enum Reason {
        BROKE("broke", LeaveReason.GONE),
        /** The page was closed or reloaded. Which of the two shows only when it comes back. */
        CLOSED("closed", LeaveReason.LEFT),
        /** Its server stops, and it goes on at another one. Clients that know no more take it for a broken one. */
        MOVES("broke", LeaveReason.GONE);

        private final String word;
        /** The reason the partner is told when the client does not come back. */
        final LeaveReason leaveReason;

        Reason(String word, LeaveReason leaveReason) {
            this.word = word;
            this.leaveReason = leaveReason;
        }

        @Override
        public String toString() {
            return word;
        }
    }
}
