package loomchat.log.files;

import java.lang.System.Logger.Level;

/**
 * A time in which the disk accepts nothing: it begins with the first failure and ends with the first success. One
 * thread reports failures and successes (the writer for writes, the sync thread for syncs); any thread may read.
 */
public final class DiskStall {
    private static final System.Logger LOG = System.getLogger(DiskStall.class.getName());
    private static final long FIRST_DELAY_NANOS = 10_000_000;
    private static final long LONGEST_DELAY_NANOS = 1_000_000_000;

    /** A stall that goes on, since {@code since} on the wall clock. */
    public record Now(long since, String cause) {}

    /** A stall that ended at {@code at} on the wall clock. */
    public record Ended(long at, String cause, long millis) {}

    private final String doing;
    private volatile Now now;
    private long sinceNanos;
    private long delayNanos;

    /** @param doing what fails, for the log line */
    public DiskStall(String doing) {
        this.doing = doing;
    }

    /** The stall that goes on, or null. */
    public Now now() {
        return now;
    }

    /** Notes a failure. Returns the delay before the next try: 10 ms at first, doubled each time up to 1 s. */
    public long failed(String cause) {
        if (now == null) {
            LOG.log(Level.WARNING, "The record is stalled: {0} failed ({1}). Trying again.", doing, cause);
            sinceNanos = System.nanoTime();
            delayNanos = FIRST_DELAY_NANOS;
            now = new Now(System.currentTimeMillis(), cause);
        } else {
            delayNanos = Math.min(delayNanos * 2, LONGEST_DELAY_NANOS);
            now = new Now(now.since, cause);
        }
        return delayNanos;
    }

    /** Notes a success. Returns the stall that it ended, or null. */
    public Ended succeeded() {
        Now ended = now;
        if (ended == null) {
            return null;
        }
        now = null;
        long millis = (System.nanoTime() - sinceNanos) / 1_000_000;
        LOG.log(Level.WARNING, "The record goes on after {0} ms ({1}).", Long.toString(millis), ended.cause);
        return new Ended(System.currentTimeMillis(), ended.cause, millis);
    }
}
