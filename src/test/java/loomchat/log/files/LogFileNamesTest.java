package loomchat.log.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import loomchat.log.Event;
import loomchat.log.EventLog;
import loomchat.log.LogOptions;
import loomchat.testing.StrictLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LogFileNamesTest {
    private static final long SEGMENT_BYTES = 64 << 10;

    @TempDir
    Path dir;

    @Test
    void fullFilesAreSealedUnderTheTimeOfTheirLastLine() throws Exception {
        List<Path> told = new CopyOnWriteArrayList<>();
        EventLog log = EventLog.open(new LogOptions(dir, 1000, SEGMENT_BYTES, 0, 256), told::add);
        record(log, 5000);
        log.close();

        StrictLogReader folder = new StrictLogReader(dir);
        assertThat(StrictLogReader.assertNoGap(folder.events())).isEqualTo(1);
        assertThat(folder.events()).hasSize(5000);
        List<Path> sealed = LogFileNames.oldestFirst(dir);
        assertThat(sealed).hasSizeGreaterThan(4);
        assertThat(told).containsExactlyElementsOf(sealed);
        for (Path each : sealed) {
            assertThat(Files.size(each)).isBetween(SEGMENT_BYTES, SEGMENT_BYTES + (1 << 19));
        }
        JsonObject last = StrictLogReader.parse(sealed.getFirst()).getLast();
        String stamp = LogFileNames.stamp(Instant.parse(last.getString("time")).toEpochMilli());
        assertThat(sealed.getFirst()).hasFileName("chat-logs-" + stamp + ".jsonl");
    }

    @Test
    void namesSortAlsoWhenTheClockStoodStillOrWentBack() throws Exception {
        Files.createFile(dir.resolve("chat-logs-20261124T015042999Z.jsonl"));
        Files.createFile(dir.resolve("bandwidth-20270101T000000000Z.jsonl"));
        long noon = Instant.parse("2026-11-24T01:50:42.999Z").toEpochMilli();
        for (long millis : new long[] {noon, noon - 1, noon - 86_400_000}) {
            assertThat(LogFileNames.sealedName(dir, "chat-logs", millis))
                    .hasFileName("chat-logs-20261124T015043000Z.jsonl");
        }
        assertThat(LogFileNames.sealedName(dir, "chat-logs", noon + 5))
                .hasFileName("chat-logs-20261124T015043004Z.jsonl");
    }

    @Test
    void aFileThatIsFullAtTheStartIsSealedUnderTheTimeOfItsLastLine() throws Exception {
        String line = "{\"time\":\"%s\",\"event\":\"e\",\"details\":\"d\"}\n";
        Path file = dir.resolve("chat-logs.jsonl");
        Path samples = dir.resolve("bandwidth.jsonl");
        Files.writeString(file, line.formatted("2026-11-24T01:50:42.123Z").repeat(2000));
        Files.writeString(samples, "{\"time\":\"2026-11-24T01:50:43.000Z\",\"millis\":1000}\n".repeat(2000));
        for (Path each : List.of(file, samples)) {
            Files.setLastModifiedTime(each, FileTime.fromMillis(0));
        }
        EventLog.open(new LogOptions(dir, 1000, SEGMENT_BYTES, 0, 256)).close();
        assertThat(dir.resolve("chat-logs-20261124T015042123Z.jsonl")).exists();
        assertThat(dir.resolve("bandwidth-20261124T015043000Z.jsonl")).exists();
        assertThat(file).isEmptyFile();
        assertThat(samples).isEmptyFile();
    }

    @Test
    void whereItsLastLineHasNoTimeOfOursItIsTheTimeItWasLastWritten() throws Exception {
        Path file = dir.resolve("chat-logs.jsonl");
        for (String line : List.of(
                "{}\n",
                "\n",
                "x",
                "{\"time\":\"7/29/2025, 10:20:50 PM\",\"event\":\"e\",\"details\":\"d\"}\n",
                "{\"time\":\"2026-13-24T01:50:42.123Z\"}\n",
                "{\"time\":\"2026-11-24T01:50:42.1")) {
            Files.writeString(file, line.repeat(2));
            Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2025-07-29T22:20:50Z")));
            assertThat(LogFileNames.stamp(LogFileNames.lastTime(file))).as(line).isEqualTo("20250729T222050000Z");
        }
    }

    @Test
    void theOldestSealedFilesAreRemovedAndTheirRollupsStay() throws Exception {
        long retain = 5 * SEGMENT_BYTES;
        EventLog log = EventLog.open(new LogOptions(dir, 1000, SEGMENT_BYTES, retain, 256), LogFileNamesTest::rollUp);
        Path other = Files.write(dir.resolve("chat-logs-2025.jsonl"), new byte[1 << 20]);
        record(log, 10_000);
        await().until(() -> log.health().queued() == 0 && bytes() <= retain + 2 * SEGMENT_BYTES);
        log.close();

        List<JsonObject> events = new StrictLogReader(dir).events();
        assertThat(events.getFirst().getInt("seq")).isGreaterThan(1);
        // A slow disk adds a line of its own.
        assertThat(events.getLast().getInt("seq")).isGreaterThanOrEqualTo(10_000);
        assertThat(events.getLast().getInt("seq") - events.getFirst().getInt("seq"))
                .isEqualTo(events.size() - 1);
        long rollups = new StrictLogReader(dir)
                .all().stream()
                        .filter(each -> each.toString().endsWith(".rollup.json"))
                        .count();
        assertThat(rollups).isGreaterThan(LogFileNames.oldestFirst(dir).size());
        assertThat(other).as("a file that is not ours").exists();
    }

    @Test
    void aSlowOrBrokenListenerHoldsNobodyUp() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        List<Path> told = new CopyOnWriteArrayList<>();
        EventLog log = EventLog.open(new LogOptions(dir, 1000, SEGMENT_BYTES, 0, 256), segment -> {
            told.add(segment);
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new IllegalStateException("broken on purpose");
        });
        record(log, 5000);
        await().until(() ->
                LogFileNames.oldestFirst(dir).size() > 4 && log.health().queued() == 0);
        assertThat(told).hasSize(1);
        go.countDown();
        log.close();
        assertThat(told).containsExactlyElementsOf(LogFileNames.oldestFirst(dir));
    }

    private static void rollUp(Path segment) {
        try {
            Files.writeString(LogFileNames.rollup(segment), "{}");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private long bytes() throws IOException {
        long bytes = 0;
        for (Path each : LogFileNames.oldestFirst(dir)) {
            bytes += Files.size(each);
        }
        return bytes + Files.size(dir.resolve("chat-logs.jsonl"));
    }

    private static void record(EventLog log, int count) {
        for (int i = 0; i < count; i++) {
            log.record(new Event.MessageRelay(System.currentTimeMillis(), i, 1, 500));
        }
    }
}
