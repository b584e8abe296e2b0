package loomchat.chat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Two visitors who talk. Made and ended under the matchmaker's lock; read by both connection threads.
 *
 * <p>A pair is <em>active</em> until one of the two leaves, and <em>open</em> for messages once its second-comer has been
 * told of it: nobody gets a message before the news that there is somebody.
 */
final class Pair {
    private static final int MOST_WAIT_SECONDS = 2;

    private final long id;
    private final Seat first;
    private final Seat second;
    /** On the monotonic clock. */
    private final long sinceMillis;

    private volatile boolean active = true;
    private volatile boolean open;
    private final AtomicBoolean recorded = new AtomicBoolean();
    private final CountDownLatch endRecorded = new CountDownLatch(1);

    // Each set while that seat's sends are exclusive
    private volatile boolean firstTold;
    private volatile boolean secondTold;

    // Both connection threads
    private final AtomicLong messages = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    /** {@code first} came last and found {@code second} waiting, at {@code sinceMillis} on the monotonic clock. */
    Pair(long id, Seat first, Seat second, long sinceMillis) {
        this.id = id;
        this.first = first;
        this.second = second;
        this.sinceMillis = sinceMillis;
    }

    long id() {
        return id;
    }

    long sinceMillis() {
        return sinceMillis;
    }

    /** Who came last. */
    Seat newcomer() {
        return first;
    }

    Seat other(Seat one) {
        return one == first ? second : first;
    }

    boolean active() {
        return active;
    }

    /** Under the matchmaker's lock. */
    void end() {
        active = false;
    }

    boolean open() {
        return open && active;
    }

    void opened() {
        open = true;
    }

    boolean told(Seat one) {
        return one == first ? firstTold : secondTold;
    }

    void tell(Seat one) {
        if (one == first) {
            firstTold = true;
        } else {
            secondTold = true;
        }
    }

    /** True once: for whoever records that these two met. */
    boolean claimRecord() {
        return recorded.compareAndSet(false, true);
    }

    /** What there is to record of this pair's end has been recorded. */
    void endRecorded() {
        endRecorded.countDown();
    }

    /** Waits, for a moment at the most, until the end is recorded: a session's own end comes after it. */
    void awaitEndRecorded() {
        try {
            endRecorded.await(MOST_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    boolean recorded() {
        return recorded.get();
    }

    void count(long moreMessages, long moreBytes) {
        messages.addAndGet(moreMessages);
        bytes.addAndGet(moreBytes);
    }

    long messages() {
        return messages.get();
    }

    long bytes() {
        return bytes.get();
    }
}
