package loomchat.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class SharedScansTest {
    private final AtomicInteger begun = new AtomicInteger();
    private final Semaphore mayEnd = new Semaphore(0);

    @Test
    void whoAsksWhileAScanRunsGetsTheNextOneAndSharesIt() throws Exception {
        try (SharedScans scans = new SharedScans(this::scan, Duration.ofSeconds(10));
                ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Answer> first = readers.submit(() -> scans.ask(Query.ALL));
            Awaitility.await().until(() -> begun.get() == 1);
            CountDownLatch asking = new CountDownLatch(50);
            List<Future<Answer>> later = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                later.add(readers.submit(() -> {
                    asking.countDown();
                    return scans.ask(Query.ALL);
                }));
            }
            assertThat(asking.await(10, TimeUnit.SECONDS)).isTrue();
            Awaitility.await().until(() -> scans.readersWaiting() == 50);
            assertThat(later).noneMatch(Future::isDone);
            mayEnd.release(2);
            Answer shared = later.getFirst().get();
            for (Future<Answer> each : later) {
                assertThat(each.get()).isSameAs(shared);
            }
            assertThat(first.get()).isNotSameAs(shared);
            assertThat(begun.get()).isEqualTo(2);
        }
    }

    @Test
    void tooManyDifferentQuestionsAreRefusedAtOnce() throws Exception {
        try (SharedScans scans = new SharedScans(this::scan, Duration.ofSeconds(10));
                ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            readers.submit(() -> scans.ask(Query.ALL));
            Awaitility.await().until(() -> begun.get() == 1);
            for (int i = 0; i < SharedScans.MOST_WAITING; i++) {
                Query question = new Query(null, i, i + 1, 1, false);
                readers.submit(() -> scans.ask(question));
            }
            Awaitility.await().until(() -> scans.readersWaiting() == SharedScans.MOST_WAITING);
            assertThatThrownBy(() -> scans.ask(new Query(null, -1, 0, 1, false)))
                    .isInstanceOf(SharedScans.Busy.class)
                    .hasMessageContaining("too many");
            mayEnd.release(100);
        }
    }

    @Test
    void aScanThatTakesTooLongIsNotWaitedFor() throws Exception {
        try (SharedScans scans = new SharedScans(this::scan, Duration.ofMillis(50))) {
            assertThatThrownBy(() -> scans.ask(Query.ALL)).isInstanceOf(SharedScans.Busy.class);
            mayEnd.release(1);
        }
    }

    @Test
    void aScanThatFailsFailsItsReadersAndNotTheNext() throws Exception {
        try (SharedScans scans = new SharedScans(
                query -> {
                    if (begun.getAndIncrement() == 0) {
                        throw new IllegalArgumentException("the first");
                    }
                    return new Answer(null);
                },
                Duration.ofSeconds(10))) {
            assertThatThrownBy(() -> scans.ask(Query.ALL)).hasMessage("the first");
            assertThat(scans.ask(Query.ALL)).isNotNull();
        }
    }

    private Answer scan(Query query) {
        begun.incrementAndGet();
        try {
            assertThat(mayEnd.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return new Answer(null);
    }
}
