package loomchat.chat;

import java.util.concurrent.TimeUnit;

/**
 * Keeps one client to its messages and bytes a second, and to a share of its loop's time for compression: buckets that fill
 * with time, each worth one second. The reading thread charges what it has read and pauses as long as it is told.
 */
final class RateLimiter {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    /** A client may keep its loop inflating and deflating for one of so many seconds. */
    private static final int COMPRESSION_SHARE = 4;

    /** Pauses shorter than this are left to grow: waking up costs more than they slow down. */
    private static final long LEAST_PAUSE = TimeUnit.MILLISECONDS.toNanos(5);

    private final long nanosPerMessage;
    private final double nanosPerByte;
    private final long floodNanos;

    // When each bucket would be full again
    private long messagesPaidUntil = System.nanoTime();
    private long bytesPaidUntil = messagesPaidUntil;
    private long compressionPaidUntil = messagesPaidUntil;
    private long slowedSince;

    RateLimiter(Limits limits) {
        nanosPerMessage = SECOND / limits.messagesPerSecond();
        nanosPerByte = (double) SECOND / limits.bytesPerSecond();
        floodNanos = limits.floodTime().toNanos();
    }

    /**
     * Charges for input read at {@code now} and returns for how many nanoseconds no more may be read.
     *
     * @param bytes read, and what compressed messages among them became
     * @param compressionNanos for which the loop inflated this client's messages, or deflated them for its partner
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

    /** Whether the client has been above its pace for too long. */
    boolean floods(long now) {
        return slowedSince != 0 && now - slowedSince > floodNanos;
    }

    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }
}
