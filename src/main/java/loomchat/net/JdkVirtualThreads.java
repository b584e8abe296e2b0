package loomchat.net;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Starts virtual threads on the JDK's own scheduler, from any thread. A virtual thread without a scheduler of its own
 * inherits its parent's: started by a thread of a {@link Loop} it would run on that loop, and block its connections
 * when it waits for a disk. So a platform thread, which has no scheduler to pass on, starts them here; it exists while
 * there is work. Callers wait for the threads that they start, which bounds the queue.
 */
public final class JdkVirtualThreads {
    private static final Executor STARTER = starter();

    private JdkVirtualThreads() {}

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
