package loomchat.identity.work;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** How many came over the last ten seconds, the present one among them. Any thread. */
final class ArrivalRate {
    private static final int SECONDS = 10;

    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock: a count for each of the last seconds, up to the present one
    private final long[] counts = new long[SECONDS];
    private long second;

    ArrivalRate(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        second = now();
    }

    void add() {
        lock.lock();
        try {
            advance();
            counts[Math.floorMod(second, SECONDS)]++;
        } finally {
            lock.unlock();
        }
    }

    double perSecond() {
        lock.lock();
        try {
            advance();
            return Arrays.stream(counts).sum() / (double) SECONDS;
        } finally {
            lock.unlock();
        }
    }

    private void advance() {
        long now = now();
        for (long each = Math.max(second + 1, now - SECONDS + 1); each <= now; each++) {
            counts[Math.floorMod(each, SECONDS)] = 0;
        }
        second = Math.max(second, now);
    }

    private long now() {
        return Math.floorDiv(nanoTime.getAsLong(), TimeUnit.SECONDS.toNanos(1));
    }
}
