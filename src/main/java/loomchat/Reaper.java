package loomchat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

/**
 * Looks once a second for overdue connections, on a thread of its own, until {@link #close}. Also while clients are
 * sent away: those that do not leave must still be cut.
 *
 * <p>A platform thread that parks, because both need no memory. Without memory, the JDK loses a virtual thread in a
 * timed wait, and a latch forgets its time limit; nobody would notice.
 */
final class Reaper implements AutoCloseable {
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long SHORT_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Runnable look;
    private final BiConsumer<String, Throwable> onFatal;
    private final Thread thread;
    private volatile boolean hurrying;

    /** @param onFatal learns that the thread has ended with an error, and with which */
    Reaper(Runnable look, BiConsumer<String, Throwable> onFatal) {
        this.look = look;
        this.onFatal = onFatal;
        thread = Thread.ofPlatform().daemon().name("reaper").unstarted(this::run);
        thread.start();
    }

    /** Looks at once, and more often from now on. Any thread. */
    void hurry() {
        hurrying = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                LockSupport.parkNanos(this, hurrying ? SHORT_PAUSE_NANOS : PAUSE_NANOS);
                if (Thread.interrupted()) {
                    return;
                }
                lookOnce();
            }
        } catch (Error e) {
            onFatal.accept("reaper", e);
        }
    }

    /** After an exception, the next look comes a second later. */
    private void lookOnce() {
        try {
            look.run();
        } catch (RuntimeException e) {
            System.getLogger("loomchat").log(System.Logger.Level.ERROR, "The check of idle connections failed", e);
        }
    }
}
