package loomchat.chat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import loomchat.chat.visitor.Visitor;
import loomchat.chat.visitor.VisitorLimits;

/**
 * Limits one client's messages and bytes a second, and its share of the loop's time for compression: token buckets of
 * one second each. The reading thread charges what it has read and pauses for as long as {@link #charge} returns.
 */
final class RateLimiter {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    /** A client may keep its loop busy with compression for one second in so many. */
    private static final int COMPRESSION_SHARE = 4;

    /** Shorter pauses are put off until they add up to this: waking up would cost more than they save. */
    private static final long LEAST_PAUSE = TimeUnit.MILLISECONDS.toNanos(5);

    private final long nanosPerMessage;
    private final double nanosPerByte;
    private final long floodNanos;

    // When each bucket would be full again
    private long messagesPaidUntil = System.nanoTime();
    private long bytesPaidUntil = messagesPaidUntil;
    private long compressionPaidUntil = messagesPaidUntil;
    private long slowedSince;

    /** @param flood a client may exceed the rates for so long */
    RateLimiter(long messagesPerSecond, long bytesPerSecond, Duration flood) {
        nanosPerMessage = SECOND / messagesPerSecond;
        nanosPerByte = (double) SECOND / bytesPerSecond;
        floodNanos = flood.toNanos();
    }

    /** With the limits of a guest or of a known visitor. */
    static RateLimiter of(Visitor visitor, ChatContext context) {
        Limits all = context.limits();
        VisitorLimits guests = context.visitors().limits();
        return visitor.isGuest()
                ? new RateLimiter(
                        Math.min(all.messagesPerSecond(), guests.guestMessages()),
                        Math.min(all.bytesPerSecond(), guests.guestBytes()),
                        all.floodTime())
                : new RateLimiter(all.messagesPerSecond(), all.bytesPerSecond(), all.floodTime());
    }

    /**
     * Charges for input read at {@code now}. Returns for how many nanoseconds the client must not be read, or 0.
     *
     * @param bytes read, plus the inflated size of compressed messages
     * @param compressionNanos spent inflating this client's messages and deflating them for its partner
     */
    long charge(long messages, long bytes, long compressionNanos, long now) {
        messagesPaidUntil = later(messagesPaidUntil, now) + messages * nanosPerMessage;
        bytesPaidUntil = later(bytesPaidUntil, now) + (long) (bytes * nanosPerByte);
        compressionPaidUntil = later(compressionPaidUntil, now) + compressionNanos * COMPRESSION_SHARE;
        long ahead = later(later(messagesPaidUntil, bytesPaidUntil), compressionPaidUntil) - now - SECOND;
        if (ahead < LEAST_PAUSE) {
            if (ahead < -SECOND / 2) {
                slowedSince = 0;
            }
            return 0;
        }
        if (slowedSince == 0) {
            slowedSince = Math.max(1, now);
        }
        return ahead;
    }

    /** Whether the client has exceeded its limits for too long. */
    boolean floods(long now) {
        return slowedSince != 0 && now - slowedSince > floodNanos;
    }

    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }
}
