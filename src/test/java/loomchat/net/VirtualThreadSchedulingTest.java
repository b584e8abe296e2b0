package loomchat.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which way is taken to give a virtual thread its scheduler, with builders such as JDKs have or may have. */
class VirtualThreadSchedulingTest {
    private final List<Runnable> scheduled = new ArrayList<>();
    private final Executor scheduler = scheduled::add;

    /** A task of the kind that later JDKs hand to a scheduler. */
    public interface Task extends Runnable {
        Thread thread();
    }

    /** As drafts of the JDK have it: two moments, one of them named by default. */
    public interface Scheduler {
        void onContinue(Task task);

        default void onStart(Task task) {
            onContinue(task);
        }

        /** Not to be taken for an order to run the task now. */
        default Object later(Runnable task, long delay) {
            return delay;
        }

        void unknown(String what);
    }

    /** Another draft's. */
    public interface OlderScheduler {
        void execute(Thread thread, Runnable task);
    }

    public interface Builder {
        Object scheduler();
    }

    public interface WithScheduler extends Builder {
        Builder scheduler(Scheduler scheduler);
    }

    public interface WithOlderScheduler extends Builder {
        Builder scheduler(OlderScheduler scheduler);
    }

    public interface WithExecutor extends Builder {
        Builder scheduler(Executor scheduler);
    }

    public interface Refusing extends Builder {
        Builder scheduler(Scheduler scheduler);
    }

    /** Has a constructor, as the JDK's builder has. */
    public record Implementation(Object scheduler) implements Refusing {
        Implementation(Executor scheduler) {
            this((Object) scheduler);
        }

        @Override
        public Builder scheduler(Scheduler scheduler) {
            throw new UnsupportedOperationException("not switched on");
        }
    }

    private static final class Given implements WithScheduler, WithOlderScheduler, WithExecutor {
        private Object scheduler;

        @Override
        public Object scheduler() {
            return scheduler;
        }

        @Override
        public Builder scheduler(Scheduler given) {
            scheduler = given;
            return this;
        }

        @Override
        public Builder scheduler(OlderScheduler given) {
            scheduler = given;
            return this;
        }

        @Override
        public Builder scheduler(Executor given) {
            scheduler = given;
            return this;
        }
    }

    private <B extends Builder> Object found(Class<B> type, B plain, String implementation) throws Exception {
        VirtualThreadScheduling.Way<Builder> way =
                VirtualThreadScheduling.find(cast(type), () -> plain, implementation);
        return way == null ? null : way.builder(scheduler).scheduler();
    }

    @SuppressWarnings("unchecked")
    private static Class<Builder> cast(Class<? extends Builder> type) {
        return (Class<Builder>) type;
    }

    private static final class Started implements Task {
        @Override
        public Thread thread() {
            return Thread.currentThread();
        }

        @Override
        public void run() {}
    }

    @Test
    void aPublicMethodIsTakenBeforeAConstructor() throws Exception {
        Scheduler given = (Scheduler) found(WithScheduler.class, new Given(), Implementation.class.getName());
        Task first = new Started();
        Task second = new Started();
        given.onStart(first);
        given.onContinue(second);
        assertThat(scheduled).containsExactly(first, second);
        assertThat(given.later(first, 7)).isEqualTo(7L);
        assertThat(scheduled).hasSize(2);
        assertThat(given).isEqualTo(given).hasSameHashCodeAs(given);
        assertThat(given.toString()).isNotEmpty();
        assertThatThrownBy(() -> given.unknown("x")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void theTaskIsRunAndNotTheThreadBesideIt() throws Exception {
        OlderScheduler given = (OlderScheduler) found(WithOlderScheduler.class, new Given(), "no.such.Class");
        Task task = new Started();
        given.execute(Thread.currentThread(), task);
        assertThat(scheduled).containsExactly(task);
    }

    @Test
    void anExecutorIsHandedOverAsItIs() throws Exception {
        assertThat(found(WithExecutor.class, new Given(), "no.such.Class")).isSameAs(scheduler);
    }

    @Test
    void aMethodThatRefusesLeavesTheConstructor() throws Exception {
        Implementation plain = new Implementation((Object) null);
        assertThat(found(Refusing.class, plain, Implementation.class.getName())).isSameAs(scheduler);
    }

    @Test
    void withoutAnyWayThereIsNone() throws Exception {
        assertThat(found(Builder.class, new Given(), "no.such.Class")).isNull();
        assertThat(found(Builder.class, new Given(), Given.class.getName())).isNull();
    }

    /** In the mode in which these tests run, whichever that is. */
    @Test
    void aThreadRunsOnItsLoopWhereThatIsPossible() throws Exception {
        try (Loop loop = new Loop("tested")) {
            CompletableFuture<Boolean> here = new CompletableFuture<>();
            loop.start(() -> here.complete(loop.isHere()));
            assertThat(here.get(10, TimeUnit.SECONDS)).isEqualTo(Loop.carriesThreads());
            CompletableFuture<Boolean> task = new CompletableFuture<>();
            loop.execute(() -> task.complete(loop.isHere()));
            assertThat(task.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
