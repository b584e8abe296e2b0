package loomchat.threads;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.ThreadFactory;

/**
 * Platform threads that work on history beside a busy relay: the system gives them the time that other threads leave,
 * and about a tenth of a core when all cores are busy. Java's own thread priorities do nothing on Linux unless a flag
 * of the JVM is set.
 */
public final class BackgroundThreads {
    /** Niceness: the kernel gives such a thread a ninth of the usual weight. */
    private static final int NICENESS = 10;

    private static final int THIS_THREAD = 0;
    private static final MethodHandle SET_PRIORITY = setPriority();

    private BackgroundThreads() {}

    public static ThreadFactory threads(String name) {
        ThreadFactory factory = Thread.ofPlatform().name(name, 0).daemon().factory();
        return task -> factory.newThread(() -> {
            yieldToOthers();
            task.run();
        });
    }

    private static void yieldToOthers() {
        if (SET_PRIORITY == null) {
            return;
        }
        try {
            int _ = (int) SET_PRIORITY.invokeExact(0, THIS_THREAD, NICENESS);
        } catch (Throwable e) {
            throw new AssertionError("setpriority throws nothing", e);
        }
    }

    /**
     * {@code setpriority(2)}: on Linux it changes one thread. Null elsewhere, where it would change the whole
     * process.
     */
    private static MethodHandle setPriority() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return null;
        }
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find("setpriority")
                .map(address -> linker.downcallHandle(
                        address,
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT)))
                .orElse(null);
    }
}
