package loomchat.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import loomchat.testing.StrictLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventLogTest {
    @TempDir
    Path dir;

    @Test
    void whatManyThreadsRecordIsThereInTheOrderOfEach() throws Exception {
        int threads = 100;
        int each = 300;
        EventLog log = EventLog.open(options(1 << 10));
        log.record(started());
        try (var producers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int thread = 0; thread < threads; thread++) {
                int session = thread;
                producers.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        log.record(new Event.MessageRelay(System.currentTimeMillis(), session, 1, i));
                    }
                });
            }
        }
        assertThat(log.close(new Event.ServerStopped(System.currentTimeMillis(), "test", 1)))
                .isZero();

        List<JsonObject> events = new StrictLogReader(dir).events();
        assertThat(StrictLogReader.assertNoGap(events)).isEqualTo(1);
        assertThat(events).hasSize(threads * each + 2);
        assertThat(events.getFirst().getString("event")).isEqualTo("Server Started");
        assertThat(events.getLast().getString("event")).isEqualTo("Server Stopped");
        int[] next = new int[threads];
        for (JsonObject event : events.subList(1, events.size() - 1)) {
            assertThat(event.getInt("bytes")).isEqualTo(next[event.getInt("session")]++);
        }
    }

    /**
     * A writer that nobody wakes looks after 250 ms by itself, so one round in twelve would be quick by luck; a woken
     * one may be slow on a busy machine.
     */
    @Test
    void aSleepingWriterIsWoken() throws Exception {
        Path file = dir.resolve("chat-logs.jsonl");
        int quick = 0;
        try (EventLog log = EventLog.open(options(1 << 10))) {
            for (int round = 0; round < 40 && quick < 10; round++) {
                awaitWriterAsleep();
                long size = Files.size(file);
                long start = System.nanoTime();
                log.record(new Event.NewConnection(System.currentTimeMillis(), round, "plain", null));
                await().pollInSameThread()
                        .pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> Files.size(file) > size);
                quick += System.nanoTime() - start < 20_000_000 ? 1 : 0;
            }
        }
        assertThat(quick).isEqualTo(10);
    }

    /** It looks every 4 ms until two looks found nothing. */
    private static void awaitWriterAsleep() {
        Thread writer = Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().equals("log-writer"))
                .findAny()
                .orElseThrow();
        await().pollDelay(Duration.ofMillis(60)).until(() -> writer.getState() == Thread.State.TIMED_WAITING);
    }

    @Test
    void aSecondServerIsRefusedAndToldWhoHoldsTheFolder() throws Exception {
        try (EventLog log = EventLog.open(options(1 << 10))) {
            assertThat(log.health().healthy()).isTrue();
            assertThatThrownBy(() -> EventLog.open(options(1 << 10)))
                    .isInstanceOf(LogUnavailable.class)
                    .hasMessage("LOG_DIR=" + dir + " is in use by the server with process id "
                            + ProcessHandle.current().pid() + ": stop it, or choose another folder");
        }
        EventLog.open(options(1 << 10)).close();
    }

    @Test
    void aFolderThatIsAFileIsNamed() throws Exception {
        Path file = Files.createFile(dir.resolve("file"));
        assertThatThrownBy(() -> EventLog.open(LogOptions.in(file)))
                .isInstanceOf(LogUnavailable.class)
                .hasMessageStartingWith("LOG_DIR=" + file + " cannot be created: ");
    }

    @Test
    void recordingAfterTheEndIsHarmless() throws Exception {
        EventLog log = EventLog.open(options(2));
        log.close();
        for (int i = 0; i < 10; i++) {
            log.record(new Event.NewConnection(1, i, "plain", null));
        }
        assertThat(new StrictLogReader(dir).events()).isEmpty();
    }

    private LogOptions options(int queue) {
        return new LogOptions(dir, 1000, 1 << 28, 0, queue);
    }

    static Event started() {
        return new Event.ServerStarted(
                System.currentTimeMillis(),
                "0.1.0",
                "25",
                ProcessHandle.current().pid(),
                "127.0.0.1:0",
                new TreeMap<>(),
                0,
                "loops",
                0);
    }
}
