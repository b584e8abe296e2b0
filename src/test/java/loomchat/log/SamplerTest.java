package loomchat.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import loomchat.counters.Counters;
import loomchat.testing.StrictLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SamplerTest {
    @TempDir
    Path dir;

    private final Counters counters = new Counters();

    @Test
    void theSumsOverAllSamplesAreTheTotals() throws Exception {
        EventLog log = EventLog.open(LogOptions.in(dir));
        counters.bytesIn.add(7);
        for (int i = 0; i < 3; i++) {
            counters.connections.increment("plain");
        }
        Sampler sampler = new Sampler(log, counters, () -> 5, () -> 2);
        long start = System.nanoTime();
        sampler.start();
        await().atMost(Duration.ofSeconds(5))
                .until(() -> !new StrictLogReader(dir).samples().isEmpty());
        counters.bytesIn.add(5);
        counters.messagesRelayed.add(2);
        sampler.close();
        long took = (System.nanoTime() - start) / 1_000_000;
        log.close();

        List<JsonObject> samples = new StrictLogReader(dir).samples();
        assertThat(samples).hasSizeGreaterThanOrEqualTo(2);
        assertThat(sum(samples, "bytesIn")).isEqualTo(12);
        assertThat(sum(samples, "messagesRelayed")).isEqualTo(2);
        assertThat(sum(samples, "millis")).isBetween(took - 200, took + 1);
        JsonObject last = samples.getLast();
        assertThat(last.getInt("connections")).isEqualTo(3);
        assertThat(last.getInt("virtualThreads")).isEqualTo(5);
        assertThat(last.getInt("carriers")).isGreaterThanOrEqualTo(2);
        for (String gauge : List.of(
                "rssBytes", "heapUsedBytes", "heapCommittedBytes", "cpuCores", "threads", "carriers", "openFiles")) {
            assertThat(last.getJsonNumber(gauge).longValue()).as(gauge).isPositive();
        }
        // Of a whole second: the system counts CPU time in ticks, which are much for the few milliseconds of a last
        // sample.
        JsonObject first = samples.getFirst();
        assertThat(first.getJsonNumber("cpuPercent").doubleValue())
                .isBetween(0.0, 100.0 * first.getInt("cpuCores") + 10);
        assertThat(last.getJsonNumber("machineCpuPercent").doubleValue()).isBetween(0.0, 100.0);
        assertThat(last.getJsonNumber("rssBytes").longValue())
                .isGreaterThan(last.getJsonNumber("heapUsedBytes").longValue() / 2);
    }

    @Test
    void aSampleThatCannotBeTakenIsMadeUpForByTheNext() throws Exception {
        EventLog log = EventLog.open(LogOptions.in(dir));
        AtomicInteger reads = new AtomicInteger();
        Sampler sampler = new Sampler(
                log,
                counters,
                () -> {
                    if (reads.incrementAndGet() == 2) {
                        throw new OutOfMemoryError("on purpose");
                    }
                    return 5;
                },
                () -> 2);
        sampler.start();
        counters.bytesIn.add(7);
        await().until(() -> !new StrictLogReader(dir).samples().isEmpty());
        sampler.close();
        log.close();
        JsonObject first = new StrictLogReader(dir).samples().getFirst();
        assertThat(first.getInt("millis")).isGreaterThanOrEqualTo(1900);
        assertThat(first.getInt("bytesIn")).isEqualTo(7);
    }

    @Test
    void samplesComeEachSecondWhenEveryCarrierIsBusy() throws Exception {
        EventLog log = EventLog.open(LogOptions.in(dir));
        Sampler sampler = new Sampler(log, counters, () -> 5, () -> 2);
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> busy = java.util.stream.IntStream.range(0, 4)
                .mapToObj(i -> Thread.ofVirtual().start(() -> {
                    while (!stop.get()) {
                        Thread.onSpinWait();
                    }
                }))
                .toList();
        sampler.start();
        Thread waiter = Thread.ofPlatform()
                .start(() -> await().pollInSameThread()
                        .atMost(Duration.ofSeconds(10))
                        .until(() -> new StrictLogReader(dir).samples().size() >= 3));
        waiter.join();
        stop.set(true);
        for (Thread each : busy) {
            each.join();
        }
        sampler.close();
        log.close();
        List<JsonObject> samples = new StrictLogReader(dir).samples();
        for (JsonObject sample : samples.subList(0, 3)) {
            assertThat(sample.getInt("millis")).isBetween(500, 2500);
            assertThat(sample.getJsonNumber("cpuPercent").doubleValue()).isGreaterThan(1);
        }
    }

    private static long sum(List<JsonObject> samples, String count) {
        return samples.stream()
                .mapToLong(each -> each.getJsonNumber(count).longValueExact())
                .sum();
    }
}
