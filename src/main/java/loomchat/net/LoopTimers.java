package loomchat.net;

import java.util.PriorityQueue;
import java.util.concurrent.locks.ReentrantLock;

/** The deadlines of readers that wait on one {@link Loop}. Any thread adds and cancels, the loop's thread fires. */
final class LoopTimers {
    /** One deadline. A cancelled one keeps nothing of its stream alive. */
    static final class Timer implements Comparable<Timer> {
        private final long deadlineNanos;
        private volatile SocketStream stream;

        Timer(long deadlineNanos, SocketStream stream) {
            this.deadlineNanos = deadlineNanos;
            this.stream = stream;
        }

        long deadlineNanos() {
            return deadlineNanos;
        }

        private void fire(long now) {
            SocketStream one = stream;
            if (one != null) {
                one.onTimer(this, now);
            }
        }

        @Override
        public int compareTo(Timer other) {
            return Long.signum(deadlineNanos - other.deadlineNanos);
        }
    }

    /** Cancelled timers that may stay until their time comes. */
    private static final int FEW = 64;

    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private int cancelled;

    void add(Timer timer) {
        lock.lock();
        try {
            timers.add(timer);
        } finally {
            lock.unlock();
        }
    }

    /**
     * The timer need not fire any more. All that are cancelled go at once when they are half of the queue: else those
     * who connect and go by the thousands fill it.
     */
    void cancel(Timer timer) {
        lock.lock();
        try {
            if (timer.stream == null) {
                return;
            }
            timer.stream = null;
            cancelled++;
            if (cancelled > FEW && cancelled > timers.size() / 2) {
                timers.removeIf(each -> each.stream == null);
                cancelled = 0;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Loop thread: until the next deadline, or {@link Long#MAX_VALUE}. */
    long nanosToNext() {
        lockWithoutQueueing();
        try {
            Timer next = timers.peek();
            return next == null ? Long.MAX_VALUE : Math.max(0, next.deadlineNanos - System.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    /** Loop thread: wakes every reader whose deadline has come. */
    void fire() {
        if (timers.isEmpty()) {
            return;
        }
        long now = System.nanoTime();
        for (Timer due = takeDue(now); due != null; due = takeDue(now)) {
            due.fire(now);
        }
    }

    private Timer takeDue(long now) {
        lockWithoutQueueing();
        try {
            Timer next = timers.peek();
            if (next == null || next.deadlineNanos > now) {
                return null;
            }
            if (next.stream == null) {
                cancelled--;
            }
            return timers.poll();
        } finally {
            lock.unlock();
        }
    }

    /** A virtual thread of this loop may be ahead in the lock's queue, and only this thread can run it. */
    private void lockWithoutQueueing() {
        while (!lock.tryLock()) {
            Thread.onSpinWait();
        }
    }
}
