package loomchat.loadtest.client;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The times that a run goes by, on the machine's monotonic clock. Users read it before every wait; the main thread may bring
 * the end forward and says when everything has arrived.
 */
public final class RunClock {
    private static final long LEAST_GLANCE = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long GLANCE_PER_CLIENT = TimeUnit.MICROSECONDS.toNanos(250);

    public final long start;
    private final long glance;
    private volatile long end;
    private final CountDownLatch drained = new CountDownLatch(1);

    public RunClock(long start, long end, int clients) {
        this.start = start;
        this.end = end;
        this.glance = LEAST_GLANCE + GLANCE_PER_CLIENT * clients;
    }

    /** How long a user may wait without looking here: longer when there are many, so that looking stays cheap. */
    long glance() {
        return glance;
    }

    /** No message is due from then on. */
    public long end() {
        return end;
    }

    public void endAt(long time) {
        end = Math.min(end, time);
    }

    /** Everything that was on its way has arrived, or has had its time. */
    public void drained() {
        drained.countDown();
    }

    boolean isDrained() {
        return drained.getCount() == 0;
    }
}
