package loomchat.chat.match;

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
public final class Matchmaker<S extends Seeker<M>, M extends Match<S>> {
    private static final int MOST_WOKEN = 64;

    private final Counters counters;
    private final LongSupplier monotonicMillis;
    private final PairMaker<S, M> maker;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock
    private final WaitingRoom<S> room;
    private long lastPair;
    private boolean draining;

    /** Makes the pair of two who suit each other; called under the matchmaker's lock. */
    @FunctionalInterface
    public interface PairMaker<S, M> {
        M pair(long id, S newcomer, S partner, long sinceMillis);
    }

    /** @param interestSeconds for which a seeker who shares an interest is preferred */
    public Matchmaker(Counters counters, LongSupplier monotonicMillis, int interestSeconds, PairMaker<S, M> maker) {
        this.counters = counters;
        this.monotonicMillis = monotonicMillis;
        this.maker = maker;
        this.room = new WaitingRoom<>(TimeUnit.SECONDS.toMillis(interestSeconds));
    }

    /**
     * Pairs the visitor with somebody who waits and returns the pair, or null: then it waits, or waits already, or has a
     * partner, or is gone.
     */
    public M join(S newcomer) {
        lock.lock();
        try {
            if (newcomer.gone() || newcomer.pair() != null || room.contains(newcomer)) {
                return null;
            }
            long now = monotonicMillis.getAsLong();
            EncounterHistory known = newcomer.encounters();
            long delay = known == null ? 0 : known.delayMillis();
            S partner = delay > 0 || draining ? null : room.partnerFor(newcomer, now);
            if (partner != null) {
                return pair(newcomer, partner, now);
            }
            newcomer.waitFrom(now);
            room.add(newcomer, now, delay);
            counters.waiting.increment();
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Looks again for somebody who waits; null if there is nobody for it, or it does not wait any more. */
    public M matchWaiting(S seeker) {
        lock.lock();
        try {
            long now = monotonicMillis.getAsLong();
            S partner = room.contains(seeker) && !draining ? room.partnerFor(seeker, now) : null;
            return partner == null ? null : pair(seeker, partner, now);
        } finally {
            lock.unlock();
        }
    }

    private M pair(S newcomer, S partner, long now) {
        stopWaiting(newcomer);
        stopWaiting(partner);
        M pair = maker.pair(++lastPair, newcomer, partner, now);
        newcomer.pairUp(pair);
        partner.pairUp(pair);
        if (newcomer.encounters() != null && partner.encounters() != null) {
            newcomer.encounters().met(partner.encounters(), now);
            partner.encounters().met(newcomer.encounters(), now);
        }
        counters.pairs.increment();
        return pair;
    }

    private boolean stopWaiting(S seeker) {
        boolean waited = room.remove(seeker);
        if (waited) {
            counters.waiting.decrement();
        }
        return waited;
    }

    /** Takes the visitor out of the room; false when it did not wait. */
    public boolean stop(S seeker) {
        lock.lock();
        try {
            return stopWaiting(seeker);
        } finally {
            lock.unlock();
        }
    }

    public boolean isWaiting(S seeker) {
        lock.lock();
        try {
            return room.contains(seeker);
        } finally {
            lock.unlock();
        }
    }

    /** Ends {@code pair} if it is still the visitor's. Whoever is told true tells the partner. */
    public boolean leave(S leaver, M pair) {
        lock.lock();
        try {
            return pair != null && leaver.pair() == pair && end(leaver) != null;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the visitor out of the room or out of its pair, for good. Returns the pair that this ended, or null. */
    public M remove(S leaver) {
        lock.lock();
        try {
            leaver.markGone();
            return stopWaiting(leaver) ? null : end(leaver);
        } finally {
            lock.unlock();
        }
    }

    private M end(S leaver) {
        M pair = leaver.pair();
        if (pair == null) {
            return null;
        }
        pair.end();
        pair.other(leaver).part();
        leaver.part();
        counters.pairs.decrement();
        return pair;
    }

    /** These two never meet again. */
    public void block(S one, S other) {
        if (one.encounters() == null || other.encounters() == null) {
            return;
        }
        lock.lock();
        try {
            one.encounters().block(other.encounters());
        } finally {
            lock.unlock();
        }
    }

    /** The more visitors report somebody, the longer it waits. */
    public void report(S reporter, S reported) {
        if (reporter.encounters() == null || reported.encounters() == null) {
            return;
        }
        lock.lock();
        try {
            reported.encounters().reportedBy(reporter.encounters());
        } finally {
            lock.unlock();
        }
    }

    /** From now on nobody is paired: who waits or joins waits in vain. */
    public void drain() {
        lock.lock();
        try {
            draining = true;
        } finally {
            lock.unlock();
        }
    }

    public boolean isDraining() {
        lock.lock();
        try {
            return draining;
        } finally {
            lock.unlock();
        }
    }

    /** Time has passed: those for whom it is worth looking again ({@link #matchWaiting}). */
    public List<S> wake() {
        lock.lock();
        try {
            return draining ? List.of() : room.wake(monotonicMillis.getAsLong(), MOST_WOKEN);
        } finally {
            lock.unlock();
        }
    }

    /** Some of those who wait. */
    public List<S> someWaiting(int most) {
        lock.lock();
        try {
            return room.some(most);
        } finally {
            lock.unlock();
        }
    }

    /** How many wait. */
    public int waiting() {
        lock.lock();
        try {
            return room.size();
        } finally {
            lock.unlock();
        }
    }
}
