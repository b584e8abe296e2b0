package loomchat.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
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
import java.util.function.Function;
import loomchat.report.history.HistoryReader;
import loomchat.report.history.NodeFolders;
import loomchat.report.history.Report;
import loomchat.report.history.ReportQuery;
import loomchat.report.render.RenderedReport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class ReportServiceTest {
    @TempDir
    Path folder;

    private final AtomicInteger begun = new AtomicInteger();
    private final Semaphore mayEnd = new Semaphore(0);
    private HistoryReader history;

    @BeforeEach
    void setUp() {
        history = new HistoryReader(NodeFolders.of(folder), 1, () -> 0);
    }

    @Test
    void readersWhoAskWhileAScanRunsGetTheNextOneAndShareIt() throws Exception {
        try (ReportService service = service(this::scan, Duration.ofSeconds(10));
                ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<byte[]> first = readers.submit(() -> ask(service, ReportQuery.ALL));
            Awaitility.await().until(() -> begun.get() == 1);
            CountDownLatch asking = new CountDownLatch(50);
            List<Future<byte[]>> later = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                later.add(readers.submit(() -> {
                    asking.countDown();
                    return ask(service, ReportQuery.ALL);
                }));
            }
            assertThat(asking.await(10, TimeUnit.SECONDS)).isTrue();
            Awaitility.await().until(() -> service.readersWaiting() == 50);
            assertThat(later).noneMatch(Future::isDone);
            mayEnd.release(2);
            byte[] shared = later.getFirst().get();
            for (Future<byte[]> each : later) {
                assertThat(each.get()).isSameAs(shared);
            }
            assertThat(first.get()).isNotSameAs(shared);
            assertThat(begun.get()).isEqualTo(2);
        }
    }

    @Test
    void tooManyDifferentQuestionsAreRefusedAtOnce() throws Exception {
        try (ReportService service = service(this::scan, Duration.ofSeconds(10));
                ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            readers.submit(() -> ask(service, ReportQuery.ALL));
            Awaitility.await().until(() -> begun.get() == 1);
            for (int i = 0; i < ReportService.MOST_WAITING; i++) {
                ReportQuery question = new ReportQuery(null, i, i + 1, 1, false, null);
                readers.submit(() -> ask(service, question));
            }
            Awaitility.await().until(() -> service.readersWaiting() == ReportService.MOST_WAITING);
            assertThatThrownBy(() -> ask(service, new ReportQuery(null, -1, 0, 1, false, null)))
                    .isInstanceOf(ReportService.Unavailable.class)
                    .hasMessageContaining("too many");
            mayEnd.release(100);
        }
    }

    @Test
    void aScanThatTakesTooLongIsNotWaitedFor() throws Exception {
        try (ReportService service = service(this::scan, Duration.ofMillis(50))) {
            assertThatThrownBy(() -> ask(service, ReportQuery.ALL)).isInstanceOf(ReportService.Unavailable.class);
            mayEnd.release(1);
        }
    }

    @Test
    void aScanThatFailsFailsItsReadersAndNotTheNext() throws Exception {
        Function<ReportQuery, Report> scan = query -> {
            if (begun.getAndIncrement() == 0) {
                throw new IllegalArgumentException("the first");
            }
            return history.read(query);
        };
        try (ReportService service = service(scan, Duration.ofSeconds(10))) {
            assertThatThrownBy(() -> ask(service, ReportQuery.ALL)).hasMessage("the first");
            assertThat(ask(service, ReportQuery.ALL)).isNotEmpty();
        }
    }

    @Test
    void closingAnswersWaitingReadersThatTheServerShutsDown() throws Exception {
        ReportService service = service(this::scan, Duration.ofSeconds(10));
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            readers.submit(() -> ask(service, ReportQuery.ALL));
            Awaitility.await().until(() -> begun.get() == 1);
            Future<byte[]> second = readers.submit(() -> ask(service, ReportQuery.ALL));
            Awaitility.await().until(() -> service.readersWaiting() == 1);
            service.close();
            assertThatThrownBy(second::get).cause().hasMessage("the server is shutting down");
            assertThatThrownBy(() -> ask(service, ReportQuery.ALL)).hasMessage("the server is shutting down");
            mayEnd.release(1);
        }
    }

    private ReportService service(Function<ReportQuery, Report> scan, Duration patience) {
        return new ReportService(history, scan, patience, () -> 0);
    }

    private static byte[] ask(ReportService service, ReportQuery query) throws Exception {
        return service.ask(query, RenderedReport.Form.CSV, false);
    }

    private Report scan(ReportQuery query) {
        begun.incrementAndGet();
        try {
            assertThat(mayEnd.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return history.read(query);
    }
}
