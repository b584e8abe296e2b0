package loomchat.chat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import loomchat.log.Counters;

/**
 * Who waits and who is paired: first come, first paired, among those who suit each other. Called by connection threads and
 * the reaper; nothing under its lock blocks.
 *
 * <p>Joining never waits: the visitor either completes a pair or stays in the waiting room until somebody joins, or time
 * passes, or it leaves.
 */
final class Matchmaker {
    private static final int MOST_WOKEN = 64;

    private final Counters counters;
    private final LongSupplier monotonicMillis;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock
    private final WaitingRoom room;
    private long lastPair;
    private boolean draining;

    Matchmaker(Counters counters, LongSupplier monotonicMillis, int interestSeconds) {
        this.counters = counters;
        this.monotonicMillis = monotonicMillis;
        this.room = new WaitingRoom(TimeUnit.SECONDS.toMillis(interestSeconds));
    }

    /**
     * Pairs the visitor with somebody who waits and returns the pair, or null: then it waits, or waits already, or has a
     * partner, or is gone.
     */
    Pair join(Seat newcomer) {
        lock.lock();
        try {
            if (newcomer.removed() || newcomer.pair() != null || room.contains(newcomer)) {
                return null;
            }
            long now = monotonicMillis.getAsLong();
            Acquaintances known = newcomer.acquaintances();
            long delay = known == null ? 0 : known.delayMillis();
            Seat partner = delay > 0 || draining ? null : room.partnerFor(newcomer, now);
            if (partner != null) {
                return pair(newcomer, partner, now);
            }
            newcomer.waitingSince(now);
            room.add(newcomer, now, delay);
            counters.waiting.increment();
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Looks again for somebody who waits; null if there is nobody for it, or it does not wait any more. */
    Pair matchWaiting(Seat seat) {
        lock.lock();
        try {
            long now = monotonicMillis.getAsLong();
            Seat partner = room.contains(seat) && !draining ? room.partnerFor(seat, now) : null;
            return partner == null ? null : pair(seat, partner, now);
        } finally {
            lock.unlock();
        }
    }

    private Pair pair(Seat newcomer, Seat partner, long now) {
        stopWaiting(newcomer);
        stopWaiting(partner);
        Pair pair = new Pair(++lastPair, newcomer, partner, now);
        newcomer.pair(pair);
        partner.pair(pair);
        if (newcomer.acquaintances() != null && partner.acquaintances() != null) {
            newcomer.acquaintances().met(partner.acquaintances(), now);
            partner.acquaintances().met(newcomer.acquaintances(), now);
        }
        counters.pairs.increment();
        return pair;
    }

    private boolean stopWaiting(Seat seat) {
        boolean waited = room.remove(seat);
        if (waited) {
            counters.waiting.decrement();
        }
        return waited;
    }

    /** Takes the visitor out of the room; false when it did not wait. */
    boolean stop(Seat seat) {
        lock.lock();
        try {
            return stopWaiting(seat);
        } finally {
            lock.unlock();
        }
    }

    boolean isWaiting(Seat seat) {
        lock.lock();
        try {
            return room.contains(seat);
        } finally {
            lock.unlock();
        }
    }

    /** Ends {@code pair} if it is still the visitor's. Whoever is told true tells the partner ({@link Meeting#end}). */
    boolean leave(Seat leaver, Pair pair) {
        lock.lock();
        try {
            return pair != null && leaver.pair() == pair && end(leaver) != null;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the visitor out of the room or out of its pair, for good. Returns the pair that this ended, or null. */
    Pair remove(Seat leaver) {
        lock.lock();
        try {
            leaver.remove();
            return stopWaiting(leaver) ? null : end(leaver);
        } finally {
            lock.unlock();
        }
    }

    private Pair end(Seat leaver) {
        Pair pair = leaver.pair();
        if (pair == null) {
            return null;
        }
        pair.end();
        pair.other(leaver).pair(null);
        leaver.pair(null);
        counters.pairs.decrement();
        return pair;
    }

    /** These two never meet again. */
    void block(Seat one, Seat other) {
        if (one.acquaintances() == null || other.acquaintances() == null) {
            return;
        }
        lock.lock();
        try {
            one.acquaintances().block(other.acquaintances());
        } finally {
            lock.unlock();
        }
    }

    /** The more visitors report somebody, the longer it waits. */
    void report(Seat reporter, Seat reported) {
        if (reporter.acquaintances() == null || reported.acquaintances() == null) {
            return;
        }
        lock.lock();
        try {
            reported.acquaintances().reportedBy(reporter.acquaintances());
        } finally {
            lock.unlock();
        }
    }

    /** From now on nobody is paired: who waits or joins waits in vain. */
    void drain() {
        lock.lock();
        try {
            draining = true;
        } finally {
            lock.unlock();
        }
    }

    boolean isDraining() {
        lock.lock();
        try {
            return draining;
        } finally {
            lock.unlock();
        }
    }

    /** Time has passed: those for whom it is worth looking again ({@link #matchWaiting}). */
    List<Seat> wake() {
        lock.lock();
        try {
            return draining ? List.of() : room.wake(monotonicMillis.getAsLong(), MOST_WOKEN);
        } finally {
            lock.unlock();
        }
    }

    /** Some of those who wait. */
    List<Seat> someWaiting(int most) {
        lock.lock();
        try {
            return room.some(most);
        } finally {
            lock.unlock();
        }
    }

    /** How many wait. */
    int waiting() {
        lock.lock();
        try {
            return room.size();
        } finally {
            lock.unlock();
        }
    }
}
