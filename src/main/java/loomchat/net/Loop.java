package loomchat.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

/**
 * One platform thread that carries virtual threads and polls their sockets.
 *
 * <p>{@link #start} begins a virtual thread here, from any thread. In each turn the loop runs all ready threads, then
 * asks which sockets are ready, and blocks in the selector only when no thread and no socket is ready. All threads of
 * a loop share one platform thread and are not time-sliced: each must yield after a bounded amount of work. The JDK
 * calls {@link #execute}, which queues a continuation.
 *
 * <p>Only this thread and its virtual threads use the selector's keys ({@link #isHere}); others give it a task. The
 * selector's methods take monitors. A virtual thread that meets a monitor held by another thread is unmounted and
 * becomes its next owner; if this thread then waits for the same monitor, it waits for a thread that only it can run.
 * For the same reason one thread at a time wakes the selector.
 *
 * <p>On a JDK that does not let virtual threads have a scheduler ({@link VirtualThreadScheduling}), they run on the
 * JDK's own and the loop only polls: the same code, at the cost of one more hand-over a message. They are never
 * {@link #isHere here} then.
 *
 * <p>A task that throws an exception ends, and the loop goes on. An {@link Error} that nobody caught, or a selector
 * that goes on failing, is the loop's {@link #failure} ({@link LoopFailures}): nobody knows what was lost with it. The
 * owner of the loop is told once, and ends everything that depends on it. Until {@link #close} the loop goes on as
 * well as it can, so that its connections can still say goodbye.
 *
 * <p>Long, because all that its thread does is in one place.
 */
public final class Loop implements Executor, AutoCloseable {
    /** Tasks of other threads in one turn. */
    private static final int MOST_TAKEN = 10_000;
    /** For threads that are about to end when the loop does. */
    private static final int LAST_ROUNDS = 100;

    private static final long PAUSE_AFTER_FAILURE_NANOS = 1_000_000;

    private final String name;
    private final LoopFailures failures;
    private final LoopTimers timers = new LoopTimers();
    private final Selector selector;
    private final Thread thread;
    private final ThreadFactory virtualThreads;

    // Loop thread only
    private final ArrayDeque<Runnable> ready = new ArrayDeque<>();

    // Any thread
    private final ConcurrentLinkedQueue<Runnable> submitted = new ConcurrentLinkedQueue<>();
    private volatile boolean asleep;
    private volatile boolean closed;
    private volatile boolean ended;

    /** Calls of {@link #wakeUp} that the one in the selector answers. */
    private final AtomicInteger wakers = new AtomicInteger();

    private final LongAdder live = new LongAdder();

    /** A loop whose failure is logged, and no more. */
    public Loop(String name) {
        this(name, LoopFailures::log);
    }

    /**
     * @param onFatal gets this loop's name and its {@link #failure}, once, on the thread that met it. It must not
     *     block, and should need no memory
     */
    public Loop(String name, BiConsumer<String, Throwable> onFatal) {
        this.name = name;
        failures = new LoopFailures(name, onFatal);
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException("No selector for a loop", e);
        }
        virtualThreads = VirtualThreadScheduling.builder(this)
                .inheritInheritableThreadLocals(false)
                .name(name + "-virtual")
                .factory();
        thread = Thread.ofPlatform().daemon(true).name(name).unstarted(this::run);
        thread.start();
    }

    /** Whether virtual threads are carried by loops, not by the JDK's scheduler. */
    public static boolean carriesThreads() {
        return VirtualThreadScheduling.isPossible();
    }

    /** Whether this loop should be given connections: it has not failed and is not closed. */
    public boolean isAlive() {
        return failures.failure() == null && !closed;
    }

    /** Why this loop cannot go on, or null. */
    public Throwable failure() {
        return failures.failure();
    }

    /**
     * Begins a virtual thread on this loop. An error that {@code task} throws is this loop's {@link #failure}, unless
     * it is the overflow of the thread's own stack.
     *
     * @throws RejectedExecutionException the loop has ended
     */
    public Thread start(Runnable task) {
        if (ended) {
            throw hasEnded();
        }
        Thread virtual = virtualThreads.newThread(() -> {
            live.increment();
            try {
                task.run();
            } catch (StackOverflowError e) {
                // The stack is gone with its thread.
                throw e;
            } catch (Error e) {
                failures.fail(e);
            } finally {
                live.decrement();
            }
        });
        virtual.start();
        return virtual;
    }

    /** Begins a virtual thread that cleans up; if the loop has ended, the caller's thread does it. */
    void startCleanup(Runnable task) {
        try {
            start(task);
        } catch (RejectedExecutionException e) {
            task.run();
        }
    }

    /** The number of the platform thread, as the JVM's management knows it. */
    public long threadId() {
        return thread.threadId();
    }

    /** Virtual threads that were started here and have not ended. */
    public long liveThreads() {
        return live.sum();
    }

    /** @throws RejectedExecutionException the loop has ended, and will not run {@code task} */
    @Override
    public void execute(Runnable task) {
        if (Thread.currentThread() == thread) {
            addReady(task);
            return;
        }
        if (ended) {
            throw hasEnded();
        }
        submitted.add(task);
        wakeUp();
        // The loop takes what is queued once more after it has set ended: either it runs this task, or the task is
        // still queued.
        if (ended && submitted.remove(task)) {
            throw hasEnded();
        }
    }

    /** Without memory for one more entry a ready thread would be lost unnoticed. */
    private void addReady(Runnable task) {
        try {
            ready.add(task);
        } catch (Error e) {
            failures.fail(e);
            throw e;
        }
    }

    private RejectedExecutionException hasEnded() {
        return new RejectedExecutionException(name + " has ended");
    }

    /** Only for threads that are {@link #isHere here}. */
    Selector selector() {
        return selector;
    }

    /** Whether the caller is this loop's thread, or a virtual one that it carries right now. */
    boolean isHere() {
        return VirtualThreadScheduling.carrier() == thread;
    }

    /** Makes a sleeping loop look at new tasks, timers and its end. */
    private void wakeUp() {
        if (asleep && wakers.getAndIncrement() == 0) {
            int answered;
            do {
                answered = wakers.get();
                selector.wakeup();
            } while (!wakers.compareAndSet(answered, 0));
        }
    }

    /**
     * After the close of a channel that this loop may poll: the system's socket stays open until the next select. A
     * thread of this loop is followed by one anyway, others have to cause it.
     */
    void deregisterClosed() {
        if (!isHere()) {
            wakeUp();
        }
    }

    void wakeAt(LoopTimers.Timer timer) {
        timers.add(timer);
        wakeUp();
    }

    void cancel(LoopTimers.Timer timer) {
        timers.cancel(timer);
    }

    private void run() {
        while (!closed) {
            try {
                takeSubmitted();
                runReady();
                timers.fire();
                poll();
                failures.turnSucceeded();
            } catch (Throwable e) {
                failures.turnFailed(e);
                LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
            }
        }
        lastRounds();
        ended = true;
        // What was accepted runs, however much it is: nobody adds to it any more.
        while (!submitted.isEmpty()) {
            lastRound();
        }
        lastRounds();
    }

    private void lastRounds() {
        for (int i = 0; i < LAST_ROUNDS; i++) {
            lastRound();
        }
    }

    private void lastRound() {
        try {
            takeSubmitted();
            runReady();
        } catch (Throwable e) {
            failures.fail(e);
        }
    }

    /** Takes some tasks, so that threads which submit without a pause cannot keep the loop here. */
    private void takeSubmitted() {
        for (int left = MOST_TAKEN; left > 0; left--) {
            Runnable task = submitted.poll();
            if (task == null) {
                return;
            }
            ready.add(task);
        }
    }

    /**
     * Runs every task that is ready now, once. A select before all of them have run would find the sockets again whose
     * readers were woken but have not read, and cost two calls for each to ignore it.
     */
    private void runReady() {
        for (int left = ready.size(); left > 0; left--) {
            Runnable task = ready.poll();
            try {
                task.run();
            } catch (Throwable e) {
                failures.taskFailed(e);
            }
        }
    }

    private void poll() throws IOException {
        if (!ready.isEmpty()) {
            selector.selectNow(SocketStream::onReady);
            return;
        }
        asleep = true;
        try {
            long wait = submitted.isEmpty() && !closed ? timers.nanosToNext() : 0;
            if (wait == 0) {
                selector.selectNow(SocketStream::onReady);
            } else {
                // Whole milliseconds, so that timers close together share one wake-up.
                selector.select(SocketStream::onReady, wait == Long.MAX_VALUE ? 0 : Math.ceilDiv(wait, 1_000_000));
            }
        } finally {
            asleep = false;
        }
    }

    /** Stops the thread. Virtual threads that are still blocked here never continue: close their streams first. */
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
}
