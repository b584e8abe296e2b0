package loomchat.net;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.util.concurrent.Executor;

/**
 * Virtual threads of the JDK's own scheduler, whoever starts them. A virtual thread that is started without a scheduler gets its
 * parent's: one started by a thread of a {@link Loop} would run on that loop, and hold its connections up when it waits for a disk.
 * Any thread.
 */
public final class OrdinaryThreads {
    /** Null where virtual threads cannot be given a scheduler: then there is only the one. */
    private static final Thread.Builder.OfVirtual BUILDER = builder();

    private OrdinaryThreads() {}

    public static Thread start(Runnable task) {
        return BUILDER == null ? Thread.startVirtualThread(task) : startOnDefault(task);
    }

    /** A builder is used by one thread at a time. */
    private static Thread startOnDefault(Runnable task) {
        Thread thread;
        synchronized (BUILDER) {
            thread = BUILDER.unstarted(task);
        }
        thread.start();
        return thread;
    }

    private static Thread.Builder.OfVirtual builder() {
        try {
            Executor scheduler = (Executor)
                    MethodHandles.privateLookupIn(Class.forName("java.lang.VirtualThread"), MethodHandles.lookup())
                            .findStatic(
                                    Class.forName("java.lang.VirtualThread"),
                                    "defaultScheduler",
                                    MethodType.methodType(Executor.class))
                            .invoke();
            Constructor<?> constructor = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
                    .getDeclaredConstructor(Executor.class);
            constructor.setAccessible(true);
            return ((Thread.Builder.OfVirtual) constructor.newInstance(scheduler))
                    .inheritInheritableThreadLocals(false);
        } catch (Throwable e) {
            return null;
        }
    }
}
