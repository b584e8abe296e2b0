package loomchat.chat.visitor;

import java.util.concurrent.TimeUnit;
import loomchat.identity.VerifiedToken;

/**
 * When the token of one connection ends, on the monotonic clock. The connection's thread renews it, the reaper looks.
 */
public final class TokenClock {
    private static final long NOTICE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(25);

    /** Guarded by this. */
    private Times times;

    private record Times(long noticeNanos, long endNanos, boolean told) {}

    /** What is to be done now. */
    public enum Due {
        NOTHING,
        /** The client has to be told that its token ends soon. */
        NOTICE,
        /** The token and the grace behind it are over. */
        END
    }

    public TokenClock(VerifiedToken token, long wallMillis, long nowNanos) {
        renew(token, wallMillis, nowNanos);
    }

    /** There is a new token. A short one is noticed at half of its time. */
    public final synchronized void renew(VerifiedToken token, long wallMillis, long nowNanos) {
        long left = TimeUnit.MILLISECONDS.toNanos(Math.max(0, token.expiresMillis() - wallMillis));
        times = new Times(nowNanos + left - Math.min(NOTICE_NANOS, left / 2), nowNanos + left, false);
    }

    public synchronized Due due(long nowNanos) {
        if (nowNanos - times.endNanos >= GRACE_NANOS) {
            return Due.END;
        }
        return !times.told && nowNanos - times.noticeNanos >= 0 ? Due.NOTICE : Due.NOTHING;
    }

    /** The client has been told. */
    public synchronized void told() {
        times = new Times(times.noticeNanos, times.endNanos, true);
    }

    /** Whole seconds until the token ends. */
    public synchronized long secondsLeft(long nowNanos) {
        return Math.max(0, TimeUnit.NANOSECONDS.toSeconds(times.endNanos - nowNanos));
    }
}
