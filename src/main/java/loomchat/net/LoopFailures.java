package loomchat.net;

import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * What goes wrong on one {@link Loop}: an exception of a task or a turn is logged, not too often, and an
 * {@link Error}, or turns that go on failing, are the loop's one failure. Nothing here throws, because nobody is left
 * to catch it.
 */
final class LoopFailures {
    private static final System.Logger LOGGER = System.getLogger("loomchat");
    private static final long MOST_FAILING_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** Between two log lines about failed tasks. */
    private static final long LOG_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final String name;
    private final BiConsumer<String, Throwable> onFatal;

    /** Written under this object's monitor: an atomic class may need memory when it is used first. */
    private volatile Throwable failure;

    // Loop thread only
    /** When turns began to fail one after the other; 0 when the last one succeeded. */
    private long failingSince;

    private long loggedAt;
    private long notLogged;

    /** @param onFatal gets the loop's name and its failure, once, after {@link #failure} was set */
    LoopFailures(String name, BiConsumer<String, Throwable> onFatal) {
        this.name = name;
        this.onFatal = onFatal;
    }

    /** Logs a failure and does nothing else. */
    static void log(String name, Throwable cause) {
        LOGGER.log(System.Logger.Level.ERROR, name + " cannot go on", cause);
    }

    /** Why the loop cannot go on, or null. Any thread. */
    Throwable failure() {
        return failure;
    }

    /** Any thread: the loop cannot survive {@code cause}. */
    void fail(Throwable cause) {
        try {
            if (isFirst(cause)) {
                onFatal.accept(name, cause);
            }
        } catch (Throwable e) {
            // The failure is set all the same.
        }
    }

    private synchronized boolean isFirst(Throwable cause) {
        if (failure != null) {
            return false;
        }
        failure = cause;
        return true;
    }

    // Loop thread

    void turnSucceeded() {
        failingSince = 0;
    }

    /** An exception may pass. An error, and an exception that lasts, leave a loop that is not reliable. */
    void turnFailed(Throwable cause) {
        long now = System.nanoTime();
        if (failingSince == 0) {
            failingSince = Math.max(1, now);
        }
        if (cause instanceof Error || now - failingSince > MOST_FAILING_NANOS) {
            fail(cause);
        } else {
            logSometimes("Polling sockets failed", cause);
        }
    }

    void taskFailed(Throwable cause) {
        if (cause instanceof Error) {
            fail(cause);
        } else {
            logSometimes("A task failed", cause);
        }
    }

    private void logSometimes(String what, Throwable cause) {
        long now = System.nanoTime();
        if (loggedAt != 0 && now - loggedAt < LOG_NANOS) {
            notLogged++;
            return;
        }
        String more = notLogged == 0 ? "" : ", and " + notLogged + " times before";
        loggedAt = Math.max(1, now);
        notLogged = 0;
        try {
            LOGGER.log(System.Logger.Level.ERROR, what + " on " + name + more, cause);
        } catch (Throwable e) {
            fail(e);
        }
    }
}
