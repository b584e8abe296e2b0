package loomchat.chat.match;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import loomchat.counters.Counters;

/**
 * Pairs seekers: first come, first served, among those who suit each other. Called by connection threads and the
 * reaper; nothing under its lock blocks.
 *
 * <p>{@link #join} returns at once: the seeker is paired, or it waits until another one joins, time passes, or it
 * leaves.
 */
public final class Matchmaker<S extends Seeker<M>, M extends Match<S>> {
    private static final int MOST_WOKEN = 64;
    /** Where more wait, there is somebody for everyone. */
    private static final int MOST_COUNTED = 100;

    private final Counters counters;
    private final LongSupplier monotonicMillis;
    private final PairMaker<S, M> maker;
    private final LongSupplier pairNumbers;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock
    /** Read without it. */
    private volatile boolean draining;

    private final WaitingRoom<S> room;

    /** Makes the object for a new pair; called under the matchmaker's lock. */
    @FunctionalInterface
    public interface PairMaker<S, M> {
        M pair(long id, S newcomer, S partner, long sinceMillis);
    }

    /**
     * @param interestSeconds how long a seeker with interests waits for one who shares them, before anybody will do
     * @param pairNumbers gives each pair its number
     */
    public Matchmaker(
            Counters counters,
            LongSupplier monotonicMillis,
            int interestSeconds,
            PairMaker<S, M> maker,
            LongSupplier pairNumbers,
            RoomListener<S> listener) {
        this.counters = counters;
        this.monotonicMillis = monotonicMillis;
        this.maker = maker;
        this.pairNumbers = pairNumbers;
        this.room = new WaitingRoom<>(TimeUnit.SECONDS.toMillis(interestSeconds), listener);
    }

    /**
     * Pairs the newcomer with a waiting seeker and returns the pair. Null when none suits: then the newcomer waits.
     * Null as well when it waits already, has a partner, or is gone.
     */
    public M join(S newcomer) {
        lock.lock();
        try {
            if (newcomer.gone() || newcomer.pair() != null || room.contains(newcomer)) {
                return null;
            }
            long now = monotonicMillis.getAsLong();
            long delay = newcomer.delayMillis(now);
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

    /** Looks again for a partner of a waiting seeker; null if none suits, or if the seeker no longer waits. */
    public M matchWaiting(S seeker) {
        lock.lock();
        try {
            long now = monotonicMillis.getAsLong();
            boolean free = room.contains(seeker) && !room.isHeld(seeker) && !draining;
            S partner = free ? room.partnerFor(seeker, now) : null;
            return partner == null ? null : pair(seeker, partner, now);
        } finally {
            lock.unlock();
        }
    }

    private M pair(S newcomer, S partner, long now) {
        return pair(pairNumbers.getAsLong(), newcomer, partner, now);
    }

    private M pair(long id, S newcomer, S partner, long now) {
        stopWaiting(newcomer);
        stopWaiting(partner);
        M pair = maker.pair(id, newcomer, partner, now);
        newcomer.pairUp(pair);
        partner.pairUp(pair);
        newcomer.met(partner, now);
        partner.met(newcomer, now);
        count(pair, 1);
        return pair;
    }

    /** The server of the newcomer counts a pair, so that each pair of a crowd is counted once. */
    private void count(M pair, int change) {
        if (!pair.newcomer().isElsewhere()) {
            counters.pairs.add(change);
        }
    }

    private boolean stopWaiting(S seeker) {
        boolean waited = room.remove(seeker);
        if (waited) {
            counters.waiting.decrement();
        }
        return waited;
    }

    /** The seeker stops waiting; false when it did not wait. */
    public boolean stop(S seeker) {
        return locked(() -> stopWaiting(seeker));
    }

    public boolean isWaiting(S seeker) {
        return locked(() -> room.contains(seeker));
    }

    /** Ends {@code pair} if {@code leaver} is still in it. If true, the caller has to tell the partner. */
    public boolean leave(S leaver, M pair) {
        return locked(() -> pair != null && leaver.pair() == pair && end(leaver) != null);
    }

    /** Takes the seeker out of the room or out of its pair, for good. Returns the pair that this ended, or null. */
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
        count(pair, -1);
        return pair;
    }

    // With seekers of other servers

    /** Sets a waiting seeker aside for {@code other}; false if it cannot be paired, or not with that one. */
    public boolean hold(S seeker, S other) {
        return locked(() -> !draining && !seeker.avoids(other) && room.hold(seeker));
    }

    /** The seeker that was set aside can be found again. */
    public void release(S seeker) {
        lockedDo(() -> room.release(seeker, monotonicMillis.getAsLong()));
    }

    /** Pairs a seeker that was set aside with {@code newcomer} of another server; null if it waits no more. */
    public M pairHeld(long id, S newcomer, S held) {
        return locked(() -> room.isHeld(held) ? pair(id, newcomer, held, monotonicMillis.getAsLong()) : null);
    }

    /** Pairs a waiting seeker with one of another server that was set aside for it; null if it waits no more. */
    public M pairWaiting(long id, S seeker, S partner) {
        return locked(() -> room.contains(seeker) && !room.isHeld(seeker)
                ? pair(id, seeker, partner, monotonicMillis.getAsLong())
                : null);
    }

    /** Goes on with a pair that began {@code ageMillis} ago at another server; null if {@code seeker} is not idle. */
    public M adopt(long id, S seeker, S partner, boolean newcomer, long ageMillis) {
        return locked(() -> {
            if (seeker.gone() || seeker.pair() != null || room.contains(seeker)) {
                return null;
            }
            long since = monotonicMillis.getAsLong() - ageMillis;
            return newcomer ? pair(id, seeker, partner, since) : pair(id, partner, seeker, since);
        });
    }

    /** {@code leaver} goes on at another server, and {@code next} stands for it here; false if the pair is over. */
    public boolean replace(M pair, S leaver, S next) {
        return locked(() -> {
            if (leaver.pair() != pair) {
                return false;
            }
            count(pair, -1);
            leaver.part();
            leaver.markGone();
            pair.replace(leaver, next);
            next.pairUp(pair);
            count(pair, 1);
            return true;
        });
    }

    /** The only one of the two that was here goes on at another server; false if the pair is over. */
    public boolean moveAway(M pair, S leaver) {
        return locked(() -> {
            boolean moved = leaver.pair() == pair && end(leaver) != null;
            if (moved) {
                leaver.markGone();
            }
            return moved;
        });
    }

    /** Whom {@code seeker} must not meet. */
    public Avoided avoidedBy(S seeker) {
        return locked(() -> {
            Avoided avoided = new Avoided();
            seeker.addAvoided(avoided, monotonicMillis.getAsLong());
            return avoided;
        });
    }

    /** These two are never paired again, as far as they can be known again. */
    public void block(S one, S other) {
        lockedDo(() -> one.block(other));
    }

    /** The more seekers report one, the longer it waits for its next partner. */
    public void report(S reporter, S reported) {
        lockedDo(() -> reported.reportedBy(reporter, monotonicMillis.getAsLong()));
    }

    /** From now on nobody is paired; seekers may still join and wait. */
    public void drain() {
        lockedDo(() -> draining = true);
    }

    public boolean isDraining() {
        return draining;
    }

    /** Time has passed: returns those for whom {@link #matchWaiting} may find a partner now. */
    public List<S> wake() {
        return locked(() -> draining ? List.of() : room.wake(monotonicMillis.getAsLong(), MOST_WOKEN));
    }

    /** Some of those who wait. */
    public List<S> someWaiting(int most) {
        return locked(() -> room.some(most));
    }

    /** For how long the one has waited that has waited longest, of those whom anybody may meet; else 0. */
    public long longestWaitMillis() {
        return locked(() -> room.longestWait(monotonicMillis.getAsLong()));
    }

    /** How many of the first hundred who wait {@code seeker} must not meet, because one has blocked the other. */
    public int unsuitable(S seeker) {
        return locked(() -> room.unsuitable(seeker, MOST_COUNTED));
    }

    /** Changes whenever somebody begins or stops to wait. */
    public long roomChanges() {
        return locked(room::changes);
    }

    /** How many wait. */
    public int waiting() {
        return locked(room::size);
    }

    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    private void lockedDo(Runnable action) {
        locked(() -> {
            action.run();
            return null;
        });
    }
}
