package loomchat.identity.work;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The challenges that were solved, for as long as they could be used again: a set that is filled and the one before it,
 * each for the life of a challenge. Any thread; the lock is held for one step in a set.
 *
 * <p>Bounded: a set that is full takes the place of the one before at once, which is forgotten early. Then a solution
 * may count twice, which costs less than to refuse those who have done the work. Somebody who wants that has solved
 * 131,072 challenges within two minutes.
 */
final class UsedChallenges {
    /** 8 MB at most, for each of two sets. */
    static final int MOST = 1 << 17;

    private final long lifetimeNanos;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock
    private Set<Long> current = new HashSet<>();
    private Set<Long> before = new HashSet<>();
    private long begunNanos;

    UsedChallenges(long lifetimeNanos, LongSupplier nanoTime) {
        this.lifetimeNanos = lifetimeNanos;
        this.nanoTime = nanoTime;
        begunNanos = nanoTime.getAsLong();
    }

    /** False when the challenge was used before. */
    boolean add(long challenge) {
        lock.lock();
        try {
            forgetOld();
            return !before.contains(challenge) && current.add(challenge);
        } finally {
            lock.unlock();
        }
    }

    private void forgetOld() {
        long now = nanoTime.getAsLong();
        if (now - begunNanos >= lifetimeNanos || current.size() >= MOST) {
            before = now - begunNanos >= 2 * lifetimeNanos ? new HashSet<>() : current;
            current = new HashSet<>();
            begunNanos = now;
        }
    }
}
