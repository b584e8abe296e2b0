package loomchat.net;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Virtual threads of the JDK's own scheduler, whoever starts them. A virtual thread that is started without a scheduler gets its
 * parent's: one started by a thread of a {@link Loop} would run on that loop, and hold its connections up when it waits for a disk.
 * A platform thread, which exists while there is something to start, has no scheduler to pass on. Any thread; the callers wait for
 * what they start, which bounds the queue.
 */
public final class OrdinaryThreads {
    private static final Executor STARTER = starter();

    private OrdinaryThreads() {}

    public static void start(Runnable task) {
        if (Loop.carriesThreads()) {
            STARTER.execute(() -> Thread.startVirtualThread(task));
        } else {
            Thread.startVirtualThread(task);
        }
    }

    private static Executor starter() {
        ThreadPoolExecutor starter = new ThreadPoolExecutor(
                1,
                1,
                5,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("request-starter").factory());
        starter.allowCoreThreadTimeOut(true);
        return starter;
    }
}
