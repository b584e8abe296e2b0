package loomchat.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One platform thread that carries virtual threads and polls their sockets.
 *
 * <p>{@link #start} begins a virtual thread here, from any thread. The loop runs what is ready, then looks which sockets
 * are, and blocks in the selector only when nothing is. Whatever runs here shares one thread and is not time-sliced: it
 * must yield after a bounded amount of work. {@link #execute} is the JDK's side of it: it queues a continuation.
 *
 * <p>Only this thread and what it carries touch the selector's keys ({@link #isHere}); others hand it a task. The selector's
 * methods take monitors. A virtual thread that meets one held by another thread is unmounted and becomes its heir; if this
 * thread then waits for the same monitor, it waits for a thread that only it can run. For the same reason one thread at a
 * time wakes the selector.
 *
 * <p>The JDK has no public way to give a virtual thread its scheduler, so the builder's constructor that takes one is
 * opened by reflection (the manifest says {@code Add-Opens: java.base/java.lang}). Where that fails, virtual threads run on
 * the default scheduler and the loop only polls: the same code, at the cost of one more hand-over a message.
 */
public final class Loop implements Executor, AutoCloseable {
    private static final Constructor<?> BUILDER_WITH_SCHEDULER = builderWithScheduler();
    private static final MethodHandle CURRENT_CARRIER = currentCarrier();

    static {
        // The JDK's own pollers of blocked sockets are virtual threads of whoever needs them first: that must not be a
        // loop's.
        try {
            Class.forName("sun.nio.ch.Poller");
        } catch (ClassNotFoundException e) {
            // Another JDK, with another name for it.
        }
    }

    /** Given to threads that are about to end when the loop does. */
    private static final int LAST_ROUNDS = 100;

    private static final long PAUSE_AFTER_FAILURE_NANOS = 1_000_000;

    private final Selector selector;
    private final Thread thread;
    private final ThreadFactory virtualThreads;

    // Loop thread only
    private final ArrayDeque<Runnable> ready = new ArrayDeque<>();

    // Any thread
    private final ConcurrentLinkedQueue<Runnable> submitted = new ConcurrentLinkedQueue<>();
    private volatile boolean asleep;
    private volatile boolean closed;
    /** Calls of {@link #wakeUp} that the one in the selector answers. */
    private final AtomicInteger wakers = new AtomicInteger();

    private final LongAdder live = new LongAdder();

    // Guarded by timersLock
    private final ReentrantLock timersLock = new ReentrantLock();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();

    /** Wakes whoever reads {@code stream} when its time has come. */
    private record Timer(long deadlineNanos, SocketStream stream) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            return Long.signum(deadlineNanos - other.deadlineNanos);
        }
    }

    public Loop(String name) {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException("No selector for a loop", e);
        }
        virtualThreads = virtualThreadBuilder()
                .inheritInheritableThreadLocals(false)
                .name(name + "-virtual")
                .factory();
        thread = Thread.ofPlatform().daemon(true).name(name).unstarted(this::run);
        thread.start();
    }

    /** Whether virtual threads are carried by loops, not by the JDK's scheduler. */
    public static boolean carriesThreads() {
        return BUILDER_WITH_SCHEDULER != null;
    }

    /** Begins a virtual thread on this loop. */
    public Thread start(Runnable task) {
        Thread virtual = virtualThreads.newThread(() -> {
            live.increment();
            try {
                task.run();
            } finally {
                live.decrement();
            }
        });
        virtual.start();
        return virtual;
    }

    /** Begins a virtual thread that cleans up; where the loop has ended, the caller does it. */
    void startLast(Runnable task) {
        if (thread.isAlive()) {
            start(task);
        } else {
            task.run();
        }
    }

    /** Virtual threads that were started here and have not ended. */
    public long liveThreads() {
        return live.sum();
    }

    @Override
    public void execute(Runnable task) {
        if (Thread.currentThread() == thread) {
            ready.add(task);
        } else {
            submitted.add(task);
            wakeUp();
        }
    }

    /** Only for who {@link #isHere}. */
    Selector selector() {
        return selector;
    }

    /** Whether the caller is this loop's thread, or a virtual one that it carries right now. */
    boolean isHere() {
        try {
            return (CURRENT_CARRIER == null ? Thread.currentThread() : (Thread) CURRENT_CARRIER.invokeExact())
                    == thread;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Makes the loop look at new tasks, timers and its end, if it sleeps. */
    private void wakeUp() {
        if (asleep && wakers.getAndIncrement() == 0) {
            int answered;
            do {
                answered = wakers.get();
                selector.wakeup();
            } while (!wakers.compareAndSet(answered, 0));
        }
    }

    void wakeAt(long deadlineNanos, SocketStream stream) {
        timersLock.lock();
        try {
            timers.add(new Timer(deadlineNanos, stream));
        } finally {
            timersLock.unlock();
        }
        wakeUp();
    }

    private void run() {
        while (!closed) {
            try {
                takeSubmitted();
                runReady();
                fireTimers();
                poll();
            } catch (IOException | RuntimeException e) {
                System.getLogger("loomchat")
                        .log(System.Logger.Level.ERROR, "Polling sockets failed: " + e.getMessage());
                LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
            }
        }
        for (int i = 0; i < LAST_ROUNDS; i++) {
            takeSubmitted();
            runReady();
        }
    }

    private void takeSubmitted() {
        for (Runnable task = submitted.poll(); task != null; task = submitted.poll()) {
            ready.add(task);
        }
    }

    /**
     * Runs everything that is ready now, each once. Looking at the sockets before all of it has run would find those again
     * whose reader has been woken but has not read, and cost two calls each to ignore them.
     */
    private void runReady() {
        for (int left = ready.size(); left > 0; left--) {
            ready.poll().run();
        }
    }

    private void poll() throws IOException {
        if (!ready.isEmpty()) {
            selector.selectNow(Loop::dispatch);
            return;
        }
        asleep = true;
        try {
            long wait = submitted.isEmpty() && !closed ? nanosToNextTimer() : 0;
            if (wait == 0) {
                selector.selectNow(Loop::dispatch);
            } else {
                // Whole milliseconds, so that timers close together share one wake-up.
                selector.select(Loop::dispatch, wait == Long.MAX_VALUE ? 0 : Math.ceilDiv(wait, 1_000_000));
            }
        } finally {
            asleep = false;
        }
    }

    /** Loop thread: takes the lock without queueing, because a virtual thread of this loop may be ahead in the queue. */
    private void lockTimers() {
        while (!timersLock.tryLock()) {
            Thread.onSpinWait();
        }
    }

    private long nanosToNextTimer() {
        lockTimers();
        try {
            Timer next = timers.peek();
            return next == null ? Long.MAX_VALUE : Math.max(0, next.deadlineNanos - System.nanoTime());
        } finally {
            timersLock.unlock();
        }
    }

    private void fireTimers() {
        if (timers.isEmpty()) {
            return;
        }
        long now = System.nanoTime();
        for (Timer due = takeDue(now); due != null; due = takeDue(now)) {
            due.stream.onTimer(due.deadlineNanos, now);
        }
    }

    private Timer takeDue(long now) {
        lockTimers();
        try {
            Timer next = timers.peek();
            return next == null || next.deadlineNanos > now ? null : timers.poll();
        } finally {
            timersLock.unlock();
        }
    }

    /** Stops the thread. Virtual threads that are still blocked here never go on: close their streams first. */
    @Override
    public void close() {
        closed = true;
        wakeUp();
        try {
            thread.join(1000);
            selector.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a selector's key is attached to: told on the loop's thread when its channel is ready. */
    interface Pollable {
        void onReady(SelectionKey key);
    }

    private static void dispatch(SelectionKey key) {
        ((Pollable) key.attachment()).onReady(key);
    }

    /** Drops interest in a socket that nobody waits for. */
    static void ignore(SelectionKey key, int operation) {
        key.interestOpsAnd(~operation);
    }

    private Thread.Builder.OfVirtual virtualThreadBuilder() {
        if (BUILDER_WITH_SCHEDULER == null) {
            return Thread.ofVirtual();
        }
        try {
            return (Thread.Builder.OfVirtual) BUILDER_WITH_SCHEDULER.newInstance(this);
        } catch (ReflectiveOperationException e) {
            return Thread.ofVirtual();
        }
    }

    private static MethodHandle currentCarrier() {
        try {
            return MethodHandles.privateLookupIn(Thread.class, MethodHandles.lookup())
                    .findStatic(Thread.class, "currentCarrierThread", MethodType.methodType(Thread.class));
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }

    private static Constructor<?> builderWithScheduler() {
        try {
            Constructor<?> constructor = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
                    .getDeclaredConstructor(Executor.class);
            constructor.setAccessible(true);
            return constructor;
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }
}
