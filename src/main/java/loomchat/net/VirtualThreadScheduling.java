package loomchat.net;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Gives virtual threads a scheduler of our own: by a public method of the builder, which JDK 25 lacks and a later one
 * may have, else by the builder's constructor with a scheduler, which has to be opened
 * ({@code --add-opens java.base/java.lang}, as in the jar's manifest). Stateless.
 */
final class VirtualThreadScheduling {
    private static final Way<Thread.Builder.OfVirtual> FOUND =
            find(Thread.Builder.OfVirtual.class, Thread::ofVirtual, "java.lang.ThreadBuilders$VirtualThreadBuilder");

    private static final MethodHandle CURRENT_CARRIER = currentCarrier();

    static {
        // The JDK's own pollers of blocked sockets are virtual threads that inherit the scheduler of the first thread
        // that needs them: they must not run on a loop.
        try {
            Class.forName("sun.nio.ch.Poller");
        } catch (ClassNotFoundException e) {
            // Another JDK, with another name for it.
        }
    }

    private VirtualThreadScheduling() {}

    /** Makes a builder of threads whose continuations {@code scheduler} runs. */
    @FunctionalInterface
    interface Way<B> {
        B builder(Executor scheduler) throws ReflectiveOperationException;
    }

    static boolean isPossible() {
        return FOUND != null;
    }

    /** The platform thread that runs the caller; without access to it, the calling thread itself. */
    static Thread carrier() {
        try {
            return CURRENT_CARRIER == null ? Thread.currentThread() : (Thread) CURRENT_CARRIER.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static MethodHandle currentCarrier() {
        try {
            return MethodHandles.privateLookupIn(Thread.class, MethodHandles.lookup())
                    .findStatic(Thread.class, "currentCarrierThread", MethodType.methodType(Thread.class));
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }

    /** A builder of threads that {@code scheduler} runs, or of plain virtual threads if this JDK has no way. */
    static Thread.Builder.OfVirtual builder(Executor scheduler) {
        try {
            return FOUND == null ? Thread.ofVirtual() : FOUND.builder(scheduler);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("A way that worked does not work any more", e);
        }
    }

    /**
     * The first way that works, or null.
     *
     * @param type the public type of the builders
     * @param plain makes a builder of threads with the default scheduler
     * @param implementation the class of the builders, with a constructor that takes an {@link Executor}
     */
    static <B> Way<B> find(Class<B> type, Supplier<B> plain, String implementation) {
        List<Supplier<Way<B>>> ways =
                List.of(() -> byPublicMethod(type, plain), () -> byConstructor(type, implementation));
        for (Supplier<Way<B>> each : ways) {
            Way<B> way = each.get();
            if (way != null && works(way)) {
                return way;
            }
        }
        return null;
    }

    private static boolean works(Way<?> way) {
        try {
            return way.builder(Runnable::run) != null;
        } catch (ReflectiveOperationException | RuntimeException e) {
            return false;
        }
    }

    private static <B> Way<B> byPublicMethod(Class<B> type, Supplier<B> plain) {
        return Arrays.stream(type.getMethods())
                .filter(each -> each.getName().equals("scheduler") && each.getParameterCount() == 1)
                .filter(each -> each.getParameterTypes()[0].isInterface())
                .findFirst()
                .<Way<B>>map(method -> scheduler ->
                        type.cast(method.invoke(plain.get(), as(method.getParameterTypes()[0], scheduler))))
                .orElse(null);
    }

    private static Object as(Class<?> schedulerType, Executor scheduler) {
        return schedulerType.isAssignableFrom(Executor.class)
                ? scheduler
                : Proxy.newProxyInstance(
                        schedulerType.getClassLoader(), new Class<?>[] {schedulerType}, handler(scheduler));
    }

    /** Whatever the names of the methods: runs the task among their arguments. */
    private static InvocationHandler handler(Executor scheduler) {
        return (proxy, method, arguments) -> {
            if (method.getDeclaringClass() == Object.class) {
                return objectMethod(proxy, method, arguments);
            }
            if (method.isDefault()) {
                return InvocationHandler.invokeDefault(proxy, method, arguments);
            }
            scheduler.execute(task(method, arguments));
            return null;
        };
    }

    private static Object objectMethod(Object proxy, Method method, Object[] arguments) {
        return switch (method.getName()) {
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "a loop's scheduler";
        };
    }

    /** The task among the arguments; the thread itself, which is a {@link Runnable} too, may be there as well. */
    private static Runnable task(Method method, Object[] arguments) {
        for (Object each : arguments == null ? new Object[0] : arguments) {
            if (each instanceof Runnable task && !(each instanceof Thread)) {
                return task;
            }
        }
        throw new UnsupportedOperationException("A scheduler has to " + method.getName() + ", which is not known here");
    }

    private static <B> Way<B> byConstructor(Class<B> type, String implementation) {
        try {
            Constructor<?> constructor = Class.forName(implementation).getDeclaredConstructor(Executor.class);
            constructor.setAccessible(true);
            return scheduler -> type.cast(constructor.newInstance(scheduler));
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }
}
