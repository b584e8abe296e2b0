package loomchat.log;

import java.util.concurrent.locks.ReentrantLock;

/**
 * The total time in which at least one producer waited for room on the ring. Any thread; a producer takes the lock
 * when it begins to wait and when it has waited, and {@link #nanos} takes none.
 */
final class QueueFullTime {
    private final ReentrantLock lock = new ReentrantLock();

    // Written under the lock. `total` is written before `since` is cleared: see nanos().
    private int waiting;
    private volatile long since;
    private volatile long total;

    void begins() {
        lock.lock();
        try {
            if (waiting++ == 0) {
                since = Math.max(1, System.nanoTime());
            }
        } finally {
            lock.unlock();
        }
    }

    void ends() {
        lock.lock();
        try {
            if (--waiting == 0) {
                total += System.nanoTime() - since;
                since = 0;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Never falls. Reads again when a wait began or ended meanwhile, so that none is counted twice. */
    long nanos() {
        while (true) {
            long began = since;
            long before = total;
            if (began == since) {
                return began == 0 ? before : before + System.nanoTime() - began;
            }
        }
    }
}
