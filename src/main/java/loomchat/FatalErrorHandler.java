package loomchat;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import loomchat.output.ProcessLog;

/**
 * Ends a server of which a part has failed: no process may stay alive that answers nobody.
 *
 * <p>It is made when the server starts, with everything that it needs, because there may be no memory left later: two
 * threads that wait, and bytes to give back. For the same reason it uses monitors and volatile fields only, and is
 * rehearsed: the first use of an atomic class, a latch or a text makes objects. The thread on which something failed
 * calls {@link #accept}, which only notes it and wakes the two threads. One says why in one line and stops the server
 * in order; the other bounds the time for that. Then {@code end} runs, once; in the program it ends the process.
 */
final class FatalErrorHandler implements BiConsumer<String, Throwable>, AutoCloseable {
    /** Exit code of a process that ended like this: {@code EX_SOFTWARE} of {@code sysexits.h}. */
    static final int EXIT_CODE = 70;

    private static final int RESERVE_BYTES = 1 << 20;
    private static final byte[] NOTHING = {};

    private final ProcessLog format;
    private final byte[] lineWithoutMemory;
    private final Runnable stop;
    private final long patienceNanos;
    private final Runnable end;
    private final Thread stopping;
    private final Thread watching;

    // Written under this object's monitor
    private volatile String who;
    private volatile Throwable cause;
    private boolean ended;

    private volatile boolean stopped;
    private volatile boolean closed;
    /** Given back to the heap, which may be exhausted. */
    private volatile byte[] reserve = new byte[RESERVE_BYTES];

    private final OutputStream errors = new FileOutputStream(FileDescriptor.err);

    /**
     * @param format of the line that says why
     * @param stop stops the server in order; called once, on a thread of its own
     * @param patience how long that may take
     * @param end runs then
     */
    FatalErrorHandler(ProcessLog format, Runnable stop, Duration patience, Runnable end) {
        this.format = format;
        lineWithoutMemory = line("something", "there is no memory to tell what");
        this.stop = stop;
        patienceNanos = patience.toNanos();
        this.end = end;
        oneLine(new Error("rehearsal"));
        stopping = Thread.ofPlatform().daemon().name("fatal-error").start(this::stop);
        watching = Thread.ofPlatform().daemon().name("fatal-error-watchdog").start(this::watch);
        accept("rehearsal", null);
    }

    /** {@code part} has failed because of {@code why}. The first call counts. Allocates nothing, blocks nowhere. */
    @Override
    public void accept(String part, Throwable why) {
        note(part, why);
        LockSupport.unpark(stopping);
        LockSupport.unpark(watching);
    }

    private synchronized void note(String part, Throwable why) {
        if (cause == null) {
            who = part;
            cause = why;
        }
    }

    /** What failed and why, in a few words; null while nothing has. */
    String failure() {
        Throwable why = cause;
        return why == null ? null : who + ": " + why.getClass().getName();
    }

    /** The server has ended in order, and both threads may end. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(stopping);
        LockSupport.unpark(watching);
    }

    private void stop() {
        if (!awaitFailure()) {
            return;
        }
        if (reserve.length > 0) {
            reserve = NOTHING;
        }
        try {
            say();
            stop.run();
        } catch (Throwable e) {
            // Saved as much as possible.
        } finally {
            stopped = true;
            endOnce();
        }
    }

    private void watch() {
        if (!awaitFailure()) {
            return;
        }
        long deadline = System.nanoTime() + patienceNanos;
        // A latch needs memory, and without it forgets its time limit.
        for (long left = patienceNanos; left > 0 && !stopped; left = deadline - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
        endOnce();
    }

    private synchronized void endOnce() {
        if (!ended) {
            ended = true;
            end.run();
        }
    }

    /** False when the server ended without a failure. */
    private boolean awaitFailure() {
        while (cause == null && !closed) {
            LockSupport.park(this);
        }
        return cause != null;
    }

    private void say() {
        byte[] line = lineWithoutMemory;
        try {
            line = line(who, oneLine(cause));
        } catch (Throwable e) {
            // No memory, or an exception that cannot describe itself.
        }
        try {
            errors.write(line);
        } catch (IOException | RuntimeException | Error e) {
            // There is no standard error.
        }
    }

    private static String oneLine(Throwable cause) {
        StackTraceElement[] trace = cause.getStackTrace();
        String text = cause + (trace.length == 0 ? "" : " at " + trace[0]);
        return text.replaceAll("\\R", " ");
    }

    private byte[] line(String who, String why) {
        return format.line(
                        "SEVERE",
                        "Loomchat cannot go on and stops: " + who + " failed, " + why
                                + ". Start it again; if memory was"
                                + " short, give it more (java -Xmx) or let fewer in (MAX_CONNECTIONS)")
                .getBytes(StandardCharsets.UTF_8);
    }
}
