package loomchat.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;

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
 * <p>Where virtual threads cannot be given a scheduler ({@link VirtualThreadScheduling}), they run on the JDK's and
 * the loop only polls: the same code, at the cost of one more hand-over a message. They are never {@link #isHere
 * here} then.
 *
 * <p>A task that throws an exception ends, and the loop goes on. An {@link Error} that nobody caught, or a selector
 * that goes on failing for {@value #MOST_FAILING_SECONDS} s, is the loop's {@link #failure}: nobody knows what was
 * lost with it. It is told once to whom the loop was made for, who ends what depends on it. Until {@link #close} the
 * loop goes on as well as it can, so that those whom it carries can say goodbye.
 */
public final class Loop implements Executor, AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger("loomchat");
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
    private static final long MOST_FAILING_SECONDS = 2;
    /** Between two lines about tasks that failed. */
    private static final long COMPLAINT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final String name;
    private final BiConsumer<String, Throwable> onFatal;

    private final Selector selector;
    private final Thread thread;
    private final ThreadFactory virtualThreads;

    // Loop thread only
    private final ArrayDeque<Runnable> ready = new ArrayDeque<>();
    /** When turns began to fail one after the other; 0 when the last one did not. */
    private long failingSince;

    private long complainedAt;
    private long notComplainedOf;

    // Any thread
    private final ConcurrentLinkedQueue<Runnable> submitted = new ConcurrentLinkedQueue<>();
    private volatile boolean asleep;
    private volatile boolean closed;
    private volatile boolean ended;
    /** Written under this object's monitor: an atomic class may need memory when it is used first. */
    private volatile Throwable failure;

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

    /** A loop whose failure is logged, and no more. */
    public Loop(String name) {
        this(name, (who, cause) -> LOGGER.log(System.Logger.Level.ERROR, who + " cannot go on", cause));
    }

    /**
     * @param onFatal told once that this loop, by its name, cannot go on, and why; on the thread on which it was
     *     noticed, after {@link #failure} was set. It must not block, and should need no memory
     */
    public Loop(String name, BiConsumer<String, Throwable> onFatal) {
        this.name = name;
        this.onFatal = onFatal;
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
        return failure == null && !closed;
    }

    /** Why this loop cannot go on, or null. */
    public Throwable failure() {
        return failure;
    }

    /**
     * Begins a virtual thread on this loop. An error that {@code task} throws is this loop's {@link #failure}, unless
     * it has only used up its own stack.
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
                // Its own stack, which is gone with it.
                throw e;
            } catch (Error e) {
                fail(e);
            } finally {
                live.decrement();
            }
        });
        virtual.start();
        return virtual;
    }

    /** Begins a virtual thread that cleans up; where the loop has ended, the caller does it. */
    void startLast(Runnable task) {
        try {
            start(task);
        } catch (RejectedExecutionException e) {
            task.run();
        }
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
        submitted.add(task);
        wakeUp();
        // The loop looks a last time after it said so: either it runs the task, or the task is still here to be taken
        // back.
        if (ended && submitted.remove(task)) {
            throw hasEnded();
        }
    }

    /** What is ready is lost when there is no memory for one more, and nobody would miss it. */
    private void addReady(Runnable task) {
        try {
            ready.add(task);
        } catch (Error e) {
            fail(e);
            throw e;
        }
    }

    private RejectedExecutionException hasEnded() {
        return new RejectedExecutionException(name + " has ended");
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

    /**
     * A channel was closed that this loop may poll. The system's socket stays open until the selector has looked: on
     * this loop it looks next, but a thread that runs elsewhere has to make it.
     */
    void forget() {
        if (!isHere()) {
            wakeUp();
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
                failingSince = 0;
            } catch (Throwable e) {
                turnFailed(e);
            }
        }
        for (int i = 0; i < LAST_ROUNDS; i++) {
            lastRound();
        }
        ended = true;
        lastRound();
    }

    private void lastRound() {
        try {
            takeSubmitted();
            runReady();
        } catch (Throwable e) {
            fail(e);
        }
    }

    /** An exception may pass; one that does not, and an error, leave a loop that cannot be relied on. */
    private void turnFailed(Throwable cause) {
        long now = System.nanoTime();
        if (failingSince == 0) {
            failingSince = Math.max(1, now);
        }
        if (cause instanceof Error || now - failingSince > TimeUnit.SECONDS.toNanos(MOST_FAILING_SECONDS)) {
            fail(cause);
        } else {
            complain("Polling sockets failed", cause);
        }
        LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
    }

    /** Any thread that met what this loop cannot survive. Never throws: nobody is left to catch it. */
    private void fail(Throwable cause) {
        try {
            if (isFirst(cause)) {
                onFatal.accept(name, cause);
            }
        } catch (Throwable e) {
            // The state says it.
        }
    }

    private synchronized boolean isFirst(Throwable cause) {
        if (failure != null) {
            return false;
        }
        failure = cause;
        return true;
    }

    /** Loop thread: one line in a while, however often something fails. */
    private void complain(String what, Throwable cause) {
        long now = System.nanoTime();
        if (complainedAt != 0 && now - complainedAt < COMPLAINT_NANOS) {
            notComplainedOf++;
            return;
        }
        String more = notComplainedOf == 0 ? "" : ", and " + notComplainedOf + " times before";
        complainedAt = Math.max(1, now);
        notComplainedOf = 0;
        try {
            LOGGER.log(System.Logger.Level.ERROR, what + " on " + name + more, cause);
        } catch (Throwable e) {
            fail(e);
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
            Runnable task = ready.poll();
            try {
                task.run();
            } catch (Throwable e) {
                taskFailed(e);
            }
        }
    }

    private void taskFailed(Throwable cause) {
        if (cause instanceof Error) {
            fail(cause);
        } else {
            complain("A task failed", cause);
        }
    }

    private void poll() throws IOException {
        if (!ready.isEmpty()) {
            selector.selectNow(SocketStream::onReady);
            return;
        }
        asleep = true;
        try {
            long wait = submitted.isEmpty() && !closed ? nanosToNextTimer() : 0;
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

    /** Drops interest in a socket that nobody waits for. */
    static void ignore(SelectionKey key, int operation) {
        key.interestOpsAnd(~operation);
    }

    private static MethodHandle currentCarrier() {
        try {
            return MethodHandles.privateLookupIn(Thread.class, MethodHandles.lookup())
                    .findStatic(Thread.class, "currentCarrierThread", MethodType.methodType(Thread.class));
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }
}
