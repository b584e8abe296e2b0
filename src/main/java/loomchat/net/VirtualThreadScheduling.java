package loomchat.net;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * How this JDK lets a virtual thread have a scheduler of its own: a public method of the builder, which JDK 25 has
 * not and a later one may have, else the builder's constructor that takes a scheduler, which has to be opened ({@code
 * --add-opens java.base/java.lang}, as the jar's manifest does). Stateless.
 */
final class VirtualThreadScheduling {
    private static final Way<Thread.Builder.OfVirtual> FOUND =
            find(Thread.Builder.OfVirtual.class, Thread::ofVirtual, "java.lang.ThreadBuilders$VirtualThreadBuilder");

    private VirtualThreadScheduling() {}

    /** Makes a builder of threads whose continuations {@code scheduler} runs. */
    @FunctionalInterface
    interface Way<B> {
        B builder(Executor scheduler) throws ReflectiveOperationException;
    }

    static boolean isPossible() {
        return FOUND != null;
    }

    /**
     * A builder of threads that {@code scheduler} runs; where this JDK has no way to do that, of plain virtual
     * threads.
     */
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

    /** Whatever the methods are called: what they are handed to run is run. */
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

    /** A thread, which is a {@link Runnable} too, is told beside the task. */
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
