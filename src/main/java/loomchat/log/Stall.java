package loomchat.log;

import java.lang.System.Logger.Level;

/**
 * A time in which the disk takes nothing: begins with the first failure, ends with the first success. Failures and successes come
 * from one thread (the writer for writes, the sync thread for syncs); any thread may look.
 */
final class Stall {
    private static final System.Logger LOG = System.getLogger(Stall.class.getName());
    private static final long FIRST_DELAY_NANOS = 10_000_000;
    private static final long LONGEST_DELAY_NANOS = 1_000_000_000;

    /** What went on from {@code since} to {@code until}, wall clock. */
    record Now(long since, String cause) {}

    private final String doing;
    private volatile Now now;
    private long sinceNanos;
    private long delayNanos;

    Stall(String doing) {
        this.doing = doing;
    }

    Now now() {
        return now;
    }

    /** Notes a failure and tells how long to wait before the next try: 10 ms at first, then twice as long each time up to 1 s. */
    long failed(String cause) {
        if (now == null) {
            LOG.log(Level.WARNING, "The record is stalled, {0} failed: {1}. Trying on.", doing, cause);
            sinceNanos = System.nanoTime();
            delayNanos = FIRST_DELAY_NANOS;
            now = new Now(System.currentTimeMillis(), cause);
        } else {
            delayNanos = Math.min(delayNanos * 2, LONGEST_DELAY_NANOS);
            now = new Now(now.since, cause);
        }
        return delayNanos;
    }

    /** Notes a success; the event that tells of the stall which ended with it, or null when there was none. */
    Event.LogRecovered succeeded(long heldLines) {
        Now ended = now;
        if (ended == null) {
            return null;
        }
        now = null;
        long millis = (System.nanoTime() - sinceNanos) / 1_000_000;
        LOG.log(Level.WARNING, "The record goes on after {0} ms ({1}).", Long.toString(millis), ended.cause);
        return new Event.LogRecovered(System.currentTimeMillis(), ended.cause, millis, heldLines);
    }
}
