package loomchat.loadtest.client;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Wakes senders when their messages are due, many with one wake-up: due times lie on a grid of {@link #TICK}
 * nanoseconds, so that the wheel wakes up once a tick and not once a message (a wake-up costs more than sending a
 * message). What a time is moved by to lie there must not add up: {@link loomchat.loadtest.scenario.Pace} keeps the
 * exact ones. Senders call {@link #awaitDue}; the wheel's own platform thread owns the clock and blocks only in its
 * sleep.
 *
 * <p>The wheel has {@link #SLOTS} slots, one a tick. A sender that is due later than one turn stays in its slot
 * until its turn comes.
 */
final class TimerWheel implements AutoCloseable {
    static final long TICK = 250_000;
    private static final int SLOTS = 8192;

    private record Sleeper(Thread thread, long tick, Sleeper next) {}

    private final long start = System.nanoTime();
    private final AtomicReferenceArray<Sleeper> wheel = new AtomicReferenceArray<>(SLOTS);
    private final Thread thread;
    private volatile long asleepUntil;
    /** The last tick whose sleepers have been woken. */
    private volatile long passed;

    private volatile boolean closed;

    TimerWheel() {
        thread = Thread.ofPlatform().daemon(true).name("timer wheel").start(this::run);
    }

    /** The first time on the grid that is not before {@code time}. */
    long onGrid(long time) {
        return start + Math.ceilDiv(time - start, TICK) * TICK;
    }

    /** Parks the calling thread until {@code due} or until another thread unparks it. */
    void awaitDue(long due) {
        long tick = Math.max(Math.ceilDiv(due - start, TICK), passed + 1);
        put(Thread.currentThread(), tick);
        if (tick < asleepUntil) {
            LockSupport.unpark(thread);
        }
        // The wheel may have passed this slot between the look at the clock and the entry
        if (passed < tick) {
            LockSupport.park(this);
        }
    }

    private void put(Thread sleeper, long tick) {
        int slot = (int) (tick & SLOTS - 1);
        Sleeper head = wheel.get(slot);
        while (!wheel.compareAndSet(slot, head, new Sleeper(sleeper, tick, head))) {
            head = wheel.get(slot);
        }
    }

    private void run() {
        while (!closed) {
            long now = (System.nanoTime() - start) / TICK;
            while (passed < now) {
                wake(passed + 1);
            }
            sleep(now);
        }
    }

    private void wake(long tick) {
        passed = tick;
        for (Sleeper each = wheel.getAndSet((int) (tick & SLOTS - 1), null); each != null; each = each.next) {
            if (each.tick <= tick) {
                LockSupport.unpark(each.thread);
            } else {
                put(each.thread, each.tick);
            }
        }
    }

    private void sleep(long now) {
        long until = now + 1;
        asleepUntil = Long.MAX_VALUE;
        while (until < now + SLOTS / 2 && wheel.get((int) (until & SLOTS - 1)) == null) {
            until++;
        }
        asleepUntil = until;
        LockSupport.parkNanos(this, start + until * TICK - System.nanoTime());
        asleepUntil = 0;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
