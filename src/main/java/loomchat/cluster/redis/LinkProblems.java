package loomchat.cluster.redis;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Says what goes wrong with Redis while the server runs: at most one line a minute. Any thread. */
public final class LinkProblems {
    private static final System.Logger LOGGER = System.getLogger("loomchat");
    private static final long EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final AtomicLong LAST = new AtomicLong(System.nanoTime() - EVERY_NANOS);

    private LinkProblems() {}

    public static void say(String line) {
        long now = System.nanoTime();
        long last = LAST.get();
        if (now - last >= EVERY_NANOS && LAST.compareAndSet(last, now)) {
            LOGGER.log(System.Logger.Level.WARNING, line);
        }
    }

    static void refused(Exception e) {
        if (!"no reply".equals(e.getMessage())) {
            say("Redis refused a command: " + e.getMessage());
        }
    }

    /** A fault of ours that must not end the thread. */
    public static void unexpected(RuntimeException e) {
        LOGGER.log(System.Logger.Level.ERROR, "A part of the cluster failed", e);
    }
}
