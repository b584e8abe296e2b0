package loomchat.chat;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import loomchat.log.Counters;

/**
 * Who waits and who is paired: first come, first paired. Called by connection threads; nothing under its lock blocks.
 *
 * <p>Joining never waits: the session either completes a pair or stays in the queue until somebody joins or it leaves.
 */
final class Matchmaker {
    private final Counters counters;
    private final LongSupplier clockMillis;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock
    private final LinkedHashSet<Session> queue = new LinkedHashSet<>();
    private long lastPair;

    Matchmaker(Counters counters, LongSupplier clockMillis) {
        this.counters = counters;
        this.clockMillis = clockMillis;
    }

    /** Pairs the session with whoever waits longest and returns the pair, or null: then it waits (unless it was removed). */
    Pair join(Session newcomer) {
        lock.lock();
        try {
            if (newcomer.removed()) {
                return null;
            }
            assert newcomer.pair() == null && !queue.contains(newcomer);
            Iterator<Session> waiting = queue.iterator();
            if (!waiting.hasNext()) {
                newcomer.waitingSince(clockMillis.getAsLong());
                queue.add(newcomer);
                counters.waiting.increment();
                return null;
            }
            Session partner = waiting.next();
            waiting.remove();
            counters.waiting.decrement();
            Pair pair = new Pair(++lastPair, newcomer, partner, clockMillis.getAsLong());
            newcomer.pair(pair);
            partner.pair(pair);
            counters.pairs.increment();
            return pair;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the session out of the queue or out of its pair, for good. Returns the pair that this ended, or null. Whoever
     * calls tells the partner, or lets it join again if it has not been told of the pair.
     */
    Pair remove(Session leaver) {
        lock.lock();
        try {
            leaver.remove();
            if (queue.remove(leaver)) {
                counters.waiting.decrement();
                return null;
            }
            Pair pair = leaver.pair();
            if (pair == null) {
                return null;
            }
            pair.end();
            pair.other(leaver).pair(null);
            leaver.pair(null);
            counters.pairs.decrement();
            return pair;
        } finally {
            lock.unlock();
        }
    }

    /** How many wait. */
    int waiting() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }
}
