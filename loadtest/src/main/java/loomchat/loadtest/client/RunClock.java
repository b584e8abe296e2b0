package loomchat.loadtest.client;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The start and the end of a run, on the machine's monotonic clock. Users read it before every wait; the main
 * thread may bring the end forward and says when everything has arrived.
 */
public final class RunClock {
    private static final long LEAST_GLANCE = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long GLANCE_PER_CLIENT = TimeUnit.MICROSECONDS.toNanos(250);

    private final long start;
    private final long glance;
    private volatile long end;
    private final CountDownLatch drained = new CountDownLatch(1);

    public RunClock(long start, long end, int clients) {
        this.start = start;
        this.end = end;
        this.glance = LEAST_GLANCE + GLANCE_PER_CLIENT * clients;
    }

    public long start() {
        return start;
    }

    /**
     * How long a user may sleep before it looks at the end again: longer with many users, so that the looks stay
     * cheap.
     */
    long glance() {
        return glance;
    }

    /** From then on no message is due. */
    public long end() {
        return end;
    }

    public void endAt(long time) {
        end = Math.min(end, time);
    }

    /** All messages have arrived, or the wait for them is over. */
    public void drained() {
        drained.countDown();
    }

    boolean isDrained() {
        return drained.getCount() == 0;
    }
}
