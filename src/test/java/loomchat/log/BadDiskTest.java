package loomchat.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import loomchat.testing.StrictLogReader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The disk refuses, in a channel that does so on demand. {@link FullDiskTest} has the real thing. */
@Timeout(60)
class BadDiskTest {
    @TempDir
    Path dir;

    private final FaultyDisk disk = new FaultyDisk();

    @Test
    void aFullDiskDelaysLinesAndLosesNone() throws Exception {
        int count = 2000;
        AtomicInteger recorded = new AtomicInteger();
        EventLog log = open(256);
        log.record(EventLogTest.started());
        disk.room.set(1_234);
        Thread producer = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < count; i++) {
                log.record(new Event.MessageRelay(System.currentTimeMillis(), i, 1, 500));
                recorded.incrementAndGet();
            }
        });
        // The queue may fill up before the writer has met the full disk.
        LogHealth stalled = await().until(log::health, health -> health.queued() == 256 && !health.healthy());
        assertThat(stalled.cause()).isEqualTo("No space left on device");
        assertThat(System.currentTimeMillis() - stalled.stalledSince()).isBetween(0L, 30_000L);
        assertThat(recorded.get()).as("the producer waits").isLessThan(count);
        disk.room.set(500);
        await().until(() -> disk.room.get() == 0);
        assertThat(log.health().healthy()).isFalse();
        disk.room.set(Long.MAX_VALUE);
        producer.join();
        await().until(() -> log.health().healthy());
        assertThat(log.close(null)).isZero();

        List<JsonObject> events = new StrictLogReader(dir).events();
        assertThat(StrictLogReader.assertNoGap(events)).isEqualTo(1);
        assertThat(events.stream().filter(each -> each.containsKey("bytes")).map(each -> each.getInt("session")))
                .containsExactlyElementsOf(
                        java.util.stream.IntStream.range(0, count).boxed().toList());
        JsonObject recovered = only(events, "Log Recovered");
        assertThat(recovered.getString("details")).startsWith("Disk full for ");
        assertThat(recovered.getString("cause")).isEqualTo("No space left on device");
        assertThat(recovered.getInt("stalledMillis")).isPositive();
        assertThat(recovered.getInt("heldLines")).isGreaterThan(256);
        assertThat(recovered.getInt("seq")).as("after what was held").isGreaterThan(recovered.getInt("heldLines"));
    }

    @Test
    void retriesGrowRare() throws Exception {
        EventLog log = open(256);
        disk.room.set(0);
        log.record(new Event.NewConnection(1, 1, "plain", null));
        await().until(() -> disk.refusedWrites.get() == 5);
        long start = System.nanoTime();
        await().until(() -> disk.refusedWrites.get() == 7);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(300));
        disk.room.set(Long.MAX_VALUE);
        assertThat(log.close(null)).isZero();
    }

    @Test
    void aFailingSyncIsReportedAndMadeUpFor() throws Exception {
        EventLog log = open(256);
        disk.syncFault = "Input/output error";
        log.record(new Event.NewConnection(1, 1, "plain", null));
        await().until(() -> !log.health().healthy());
        assertThat(log.health().cause()).isEqualTo("Input/output error");
        disk.syncFault = null;
        await().until(() -> log.health().healthy());
        assertThat(log.close(null)).isZero();
        assertThat(only(new StrictLogReader(dir).events(), "Log Recovered").getString("details"))
                .startsWith("Disk failed for ");
    }

    @Test
    void aFaultWhileWritingIsRetriedLikeABadDisk() throws Exception {
        AtomicInteger faults = new AtomicInteger(2);
        disk.onWrite = batch -> {
            if (faults.getAndDecrement() > 0) {
                throw new OutOfMemoryError("on purpose");
            }
        };
        EventLog log = open(256);
        log.record(new Event.NewConnection(1, 1, "plain", null));
        await().until(() -> faults.get() < 0);
        assertThat(log.close(null)).isZero();
        List<JsonObject> events = new StrictLogReader(dir).events();
        assertThat(StrictLogReader.assertNoGap(events)).isEqualTo(1);
        assertThat(only(events, "Log Recovered").getString("cause")).contains("on purpose");
    }

    /** Settings that cannot be encoded as long as {@code fault} throws. */
    private static Event.ServerStarted broken(Runnable fault) {
        TreeMap<String, String> settings = new TreeMap<>() {
            @Override
            public Set<Map.Entry<String, String>> entrySet() {
                fault.run();
                return super.entrySet();
            }
        };
        return new Event.ServerStarted(1, "1", "25", 1, "broken:1", settings, 0, "loops", 0);
    }

    private static Runnable failing(AtomicInteger times, Supplier<Error> error) {
        return () -> {
            if (times.getAndDecrement() > 0) {
                throw error.get();
            }
        };
    }

    private static void relay(EventLog log, int from, int to) {
        for (int i = from; i < to; i++) {
            log.record(new Event.MessageRelay(1, i, 1, 500));
        }
    }

    @Test
    void recordingGoesOnByItselfWhenMemoryIsBack() throws Exception {
        EventLog log = open(256);
        AtomicInteger times = new AtomicInteger(6);
        relay(log, 0, 100);
        log.record(broken(failing(times, () -> new OutOfMemoryError("on purpose"))));
        relay(log, 100, 200);
        await().until(() -> !log.health().healthy());
        assertThat(log.health().cause()).contains("on purpose");
        await().until(() -> log.health().healthy());
        relay(log, 200, 300);
        assertThat(log.close(null)).isZero();

        List<JsonObject> events = new StrictLogReader(dir).events();
        assertThat(StrictLogReader.assertNoGap(events)).isEqualTo(1);
        assertThat(relayed(events))
                .containsExactlyElementsOf(
                        java.util.stream.IntStream.range(0, 300).boxed().toList());
        assertThat(only(events, "Server Started").getInt("seq"))
                .as("in its place")
                .isEqualTo(101);
        assertThat(only(events, "Log Recovered").getString("cause")).contains("on purpose");
    }

    @Test
    void anEventThatCannotBeEncodedAtAllIsLeftOutAndTheRestGoesOn() throws Exception {
        EventLog log = open(256);
        relay(log, 0, 100);
        log.record(broken(failing(new AtomicInteger(Integer.MAX_VALUE), () -> new AssertionError("on purpose"))));
        relay(log, 100, 200);
        await().until(() -> log.health().healthy() && log.health().queued() == 0);
        assertThat(log.close(null)).isZero();
        List<JsonObject> events = new StrictLogReader(dir).events();
        assertThat(StrictLogReader.assertNoGap(events)).isEqualTo(1);
        assertThat(relayed(events))
                .containsExactlyElementsOf(
                        java.util.stream.IntStream.range(0, 200).boxed().toList());
        assertThat(only(events, "Log Recovered").getString("cause")).contains("on purpose");
    }

    private static List<Integer> relayed(List<JsonObject> events) {
        return events.stream()
                .filter(each -> each.containsKey("bytes"))
                .map(each -> each.getInt("session"))
                .toList();
    }

    @Test
    void aWriterThatCannotGoOnIsNoSecret() throws Exception {
        EventLog log = open(4);
        log.record(broken(failing(new AtomicInteger(Integer.MAX_VALUE), () -> new OutOfMemoryError("on purpose"))));
        await().until(() -> !log.health().healthy());
        assertThat(log.health().cause()).contains("on purpose");
        Thread producer = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < 100; i++) {
                log.record(new Event.NewConnection(1, i, "plain", null));
            }
        });
        await().until(() -> log.health().queued() == 4);
        assertThat(log.close(null, Duration.ofSeconds(1))).isBetween(5L, 10L);
        assertThat(producer.join(Duration.ofSeconds(5))).isTrue();
    }

    @Test
    @Tag("slow")
    void aWriterWhoseMemoryStaysExhaustedTellsOfIt() throws Exception {
        EventLog log = open(4);
        CompletableFuture<String> told = new CompletableFuture<>();
        log.onFatal((thread, error) -> told.complete(thread + ": " + error.getMessage()));
        log.record(broken(failing(new AtomicInteger(Integer.MAX_VALUE), () -> new OutOfMemoryError("on purpose"))));
        assertThat(told.get(30, TimeUnit.SECONDS)).isEqualTo("log-writer: on purpose");
        assertThat(log.close(null, Duration.ofMillis(100))).isPositive();
    }

    @Test
    void anErrorThatStaysIsToldOnOnce() {
        AtomicLong clock = new AtomicLong(-5);
        List<String> told = new ArrayList<>();
        FaultEscalation escalation =
                new FaultEscalation((thread, error) -> told.add(thread + " " + error.getMessage()), clock::get);
        Error error = new OutOfMemoryError("on purpose");
        escalation.failed(error);
        clock.addAndGet(FaultEscalation.LONGEST_NANOS - 1);
        escalation.failed(error);
        escalation.succeeded();
        escalation.failed(error);
        clock.addAndGet(FaultEscalation.LONGEST_NANOS);
        escalation.failed(new IllegalStateException());
        assertThat(told).isEmpty();
        escalation.failed(error);
        escalation.failed(error);
        assertThat(told).containsExactly(Thread.currentThread().getName() + " on purpose");
    }

    @Test
    void theEndOnABadDiskComesAtItsDeadlineAndCountsWhatIsMissing() throws Exception {
        EventLog log = open(4);
        disk.room.set(0);
        Thread producer = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < 100; i++) {
                log.record(new Event.NewConnection(1, i, "plain", null));
            }
        });
        await().until(() -> log.health().queued() == 4);
        long start = System.nanoTime();
        long missing = log.close(new Event.ServerStopped(1, "test", 1), Duration.ofSeconds(1));
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(900), Duration.ofSeconds(5));
        assertThat(missing).isBetween(6L, 10L);
        assertThat(producer.join(Duration.ofSeconds(5)))
                .as("nobody waits for a closed log")
                .isTrue();
    }

    private EventLog open(int queue) throws LogUnavailable {
        return EventLog.open(new LogOptions(dir, 50, 1 << 28, 0, queue), segment -> {}, disk);
    }

    private static JsonObject only(List<JsonObject> events, String name) {
        List<JsonObject> found = events.stream()
                .filter(each -> each.getString("event").equals(name))
                .toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }
}
