package loomchat.log.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import loomchat.log.EventLog;
import loomchat.log.LogArchiver;
import loomchat.log.LogOptions;
import loomchat.log.files.LogFileNames;
import loomchat.log.retention.SegmentCompressor.Step;
import loomchat.report.history.HistoryReader;
import loomchat.report.history.NodeFolders;
import loomchat.report.history.Report;
import loomchat.report.history.ReportQuery;
import loomchat.report.render.ReportJson;
import loomchat.report.series.LogTimes;
import loomchat.testing.GeneratedHistory;
import loomchat.testing.LogLines;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sealed files are compressed without a moment in which the report counts a line twice or not at all, whatever fails
 * and whenever the process is killed. Long, because each step can fail.
 */
@Timeout(120)
class SegmentCompressorTest {
    private static final long START = Instant.parse("2026-03-01T10:00:00Z").toEpochMilli();
    private static final ReportQuery RESCAN = new ReportQuery("all", LogTimes.UNKNOWN, Long.MAX_VALUE, 0, true, null);

    /** Two sealed files of each log, one of several frames, with their rollups. */
    @TempDir
    static Path made;

    private static long now;
    private static String expected;

    @TempDir
    Path dir;

    @BeforeAll
    static void make() throws IOException {
        GeneratedHistory history = new GeneratedHistory(3, made, START, true);
        history.run(16_000, 40, true).seal();
        history.run(900, 300, false).seal();
        history.run(200, 100, false).finish();
        // A line that is longer than a frame, and one that has no end.
        Path last = sealed(made, "chat-logs").getLast();
        Files.writeString(
                last,
                "{\"time\":\"" + LogLines.iso(history.now()) + "\",\"event\":\"New\",\"details\":\""
                        + "x".repeat(5 << 20) + "\"}\n"
                        + LogLines.message(history.now(), 9, 1, 1, 7).trim(),
                java.nio.file.StandardOpenOption.APPEND);
        now = history.now() + 1000;
        expected = json(read(made, ReportQuery.ALL));
    }

    @Test
    void theReportIsTheSameFromCompressedFilesAndTheirRollupsStay() throws Exception {
        copyTo(dir);
        List<Path> before = sealed(dir, "");
        byte[] chat = Files.readAllBytes(sealed(dir, "chat-logs").getFirst());
        List<String> rollups = contents(".rollup.json");
        compress(dir, (step, segment) -> {});
        List<Path> after = sealed(dir, "");
        assertThat(after).hasSameSizeAs(before).allMatch(LogFileNames::isCompressed);
        assertThat(names(dir, ".tmp")).isEmpty();
        for (Path each : after) {
            assertThat(Files.getPosixFilePermissions(each)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
        Report rolledUp = read(dir, ReportQuery.ALL);
        assertThat(rolledUp.scan().rollups()).isEqualTo(4);
        assertThat(rolledUp.scan().bytes()).as("of lines, not of files").isGreaterThan(4 * sizes(after));
        assertThat(json(rolledUp)).isEqualTo(expected);
        assertThat(json(read(dir, RESCAN))).as("every line").isEqualTo(expected);
        long middle = START + (now - START) / 3 + 123;
        ReportQuery cut = new ReportQuery(null, middle, middle + 120_000, 1, false, null);
        assertThat(json(read(dir, cut))).isEqualTo(json(read(made, cut)));
        assertThat(contents(".rollup.json")).as("not made anew").isEqualTo(rollups);
        for (Path each : names(dir, ".rollup.json")) {
            Files.delete(each);
        }
        assertThat(json(read(dir, ReportQuery.ALL)))
                .as("rollups of compressed files")
                .isEqualTo(expected);
        assertThat(json(read(dir, cut))).isEqualTo(json(read(made, cut)));
        assertThat(contents(".rollup.json").stream().map(SegmentCompressorTest::source))
                .as("they name the same file")
                .isEqualTo(rollups.stream().map(SegmentCompressorTest::source).toList());
        assertThat(zstdcat(sealed(dir, "chat-logs").getFirst())).as("zstd -dc").isEqualTo(chat);
    }

    @Test
    void atEachStepTheReportCountsEachLineOnce() throws Exception {
        copyTo(dir);
        List<Step> seen = new ArrayList<>();
        compress(dir, (step, segment) -> {
            if (segment.getFileName().toString().startsWith("chat-logs")) {
                assertThat(json(read(dir, RESCAN))).as(step + " of " + segment).isEqualTo(expected);
                seen.add(step);
            }
        });
        assertThat(seen).hasSize(2 * Step.values().length);
    }

    @Test
    void aFailureAtAnyStepKeepsTheLinesAndIsToldOnce() throws Exception {
        for (Step failing : Step.values()) {
            Path folder = Files.createDirectory(dir.resolve(failing.name()));
            copyTo(folder);
            List<String> told = new ArrayList<>();
            AtomicInteger failures = new AtomicInteger();
            SegmentCompressor compressor = new SegmentCompressor(folder, (step, segment) -> {
                if (step == failing && failures.getAndIncrement() < 2) {
                    throw new IOException("No space left on device");
                }
            });
            try (Told _ = new Told(told)) {
                for (int round = 1; round <= 2; round++) {
                    int wanted = round;
                    compressor.wake();
                    await().atMost(Duration.ofSeconds(60)).until(() -> failures.get() >= wanted);
                    assertThat(json(read(folder, RESCAN))).as(failing.name()).isEqualTo(expected);
                }
                compressor.wake();
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> sealed(folder, "").stream().allMatch(LogFileNames::isCompressed)
                                && failures.get() >= 4);
            } finally {
                compressor.stop(5000);
            }
            assertThat(json(read(folder, RESCAN))).as(failing.name()).isEqualTo(expected);
            assertThat(names(folder, ".tmp")).isEmpty();
            assertThat(told).as("lines of the log").hasSize(1);
            assertThat(told.getFirst()).contains("No space left on device");
        }
    }

    @Test
    void aKillLosesAndDoublesNothing() throws Exception {
        for (Step last : List.of(Step.WRITTEN, Step.VERIFIED, Step.RENAMED)) {
            Path folder = Files.createDirectory(dir.resolve(last.name()));
            copyTo(folder);
            killAt(folder, last);
            assertThat(json(read(folder, RESCAN))).as("killed at " + last).isEqualTo(expected);
            assertThat(json(read(folder, ReportQuery.ALL)))
                    .as("killed at " + last)
                    .isEqualTo(expected);
            SegmentCompressor.removeLeftovers(folder);
            assertThat(names(folder, ".tmp")).isEmpty();
            assertThat(json(read(folder, RESCAN)))
                    .as("begun anew after " + last)
                    .isEqualTo(expected);
            compress(folder, (step, segment) -> {});
            assertThat(sealed(folder, "")).allMatch(LogFileNames::isCompressed);
            assertThat(json(read(folder, RESCAN)))
                    .as("compressed after " + last)
                    .isEqualTo(expected);
        }
    }

    @Test
    void aServerCompressesWhatItSealsAndOneThatDoesNotReadsIt() throws Exception {
        LogOptions options = new LogOptions(dir, 1000, 64 << 10, 0, 256, true);
        int messages = 6_000;
        try (HistoryReader history = new HistoryReader(NodeFolders.of(dir), 1, System::currentTimeMillis);
                EventLog log = EventLog.open(options, history::rollUp)) {
            for (int i = 0; i < messages; i++) {
                log.relayed(System.currentTimeMillis(), i, 1, 100);
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> sealed(dir, "chat-logs").size() > 8
                            && sealed(dir, "chat-logs").stream().allMatch(LogFileNames::isCompressed));
        }
        for (Path each : sealed(dir, "chat-logs")) {
            assertThat(names(dir, LogFileNames.rollup(each).getFileName().toString()))
                    .hasSize(1);
        }
        Files.writeString(dir.resolve("chat-logs-20200101T000000000Z.jsonl.zst.tmp"), "left by a kill");
        EventLog.open(new LogOptions(dir, 1000, 64 << 10, 0, 256)).close();
        assertThat(names(dir, ".tmp")).isEmpty();
        assertThat(count(dir)).isEqualTo(messages);
        assertThat(LogArchiver.archive(dir)).startsWith("Archived ");
        try (Stream<Path> folders = Files.list(dir)) {
            Path archive = folders.filter(each -> each.toString().contains("archive-"))
                    .findFirst()
                    .orElseThrow();
            assertThat(count(archive)).isEqualTo(messages);
        }
    }

    /** Whatever the report reads while files are sealed and compressed, no line counts twice or not at all. */
    @Test
    void whileFilesAreCompressedTheCountOnlyGrows() throws Exception {
        LogOptions options = new LogOptions(dir, 1000, 64 << 10, 0, 1 << 10, true);
        long recorded = 0;
        long seen = 0;
        try (EventLog log = EventLog.open(options)) {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1500);
            while (System.nanoTime() < end) {
                for (int i = 0; i < 400; i++) {
                    log.relayed(System.currentTimeMillis(), i, 1, 100);
                }
                recorded += 400;
                long count = count(dir);
                assertThat(count).isBetween(seen, recorded);
                seen = count;
            }
        }
        assertThat(count(dir)).isEqualTo(recorded);
        assertThat(names(dir, ".jsonl.zst"))
                .as("some were compressed meanwhile")
                .isNotEmpty();
    }

    @Test
    void retentionCountsCompressedSizesAndRemovesCompressedFiles() throws Exception {
        copyTo(dir);
        compress(dir, (step, segment) -> {});
        Path oldest = sealed(dir, "").getFirst();
        long all = sizes(names(dir, ""));
        new Retention(dir, all, loomchat.log.files.Disk.REAL, segment -> {}).removeOldest();
        assertThat(oldest).exists();
        new Retention(dir, all - 1, loomchat.log.files.Disk.REAL, segment -> {}).removeOldest();
        assertThat(oldest).doesNotExist();
        assertThat(LogFileNames.rollup(oldest)).exists();
        assertThat(json(read(dir, ReportQuery.ALL))).isEqualTo(expected);
    }

    @Test
    void aDamagedCompressedFileIsNamedAndTheRestIsShown() throws Exception {
        copyTo(dir);
        compress(dir, (step, segment) -> {});
        Path damaged = sealed(dir, "chat-logs").getFirst();
        byte[] bytes = Files.readAllBytes(damaged);
        for (int at : new int[] {bytes.length / 2, bytes.length - 3, bytes.length - 12, bytes.length - 25, -1}) {
            byte[] wrong = bytes.clone();
            if (at >= 0) {
                wrong[at] ^= 0x55;
            }
            Files.write(damaged, at < 0 ? java.util.Arrays.copyOf(bytes, bytes.length / 3) : wrong);
            Report report = read(dir, RESCAN);
            assertThat(report.problems())
                    .as("byte " + at)
                    .singleElement()
                    .asString()
                    .startsWith(damaged.getFileName().toString().replace(".zst", "") + " cannot be read: ");
            assertThat(report.samples().samples()).isPositive();
        }
    }

    /** {@code FOLDER STEP}: compresses until the step is reached, says so, and waits to be killed. */
    public static void main(String[] args) throws Exception {
        Step last = Step.valueOf(args[1]);
        new SegmentCompressor(Path.of(args[0]), (step, segment) -> {
                    if (step == last && segment.getFileName().toString().startsWith("chat-logs")) {
                        System.out.println("reached");
                        awaitTheEndOfTheTest();
                    }
                })
                .wake();
        awaitTheEndOfTheTest();
    }

    /** The input ends when the test's process does, if nobody kills this one before. */
    private static void awaitTheEndOfTheTest() throws IOException {
        System.in.read();
    }

    private static void killAt(Path folder, Step step) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SegmentCompressorTest.class.getName(),
                        folder.toString(),
                        step.name())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            assertThat(out.readLine()).isEqualTo("reached");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static void compress(Path folder, SegmentCompressor.Steps steps) throws Exception {
        AtomicInteger left = new AtomicInteger((int) sealed(folder, "").stream()
                .filter(each -> !LogFileNames.isCompressed(each))
                .count());
        List<Throwable> failed = new ArrayList<>();
        SegmentCompressor compressor = new SegmentCompressor(folder, (step, segment) -> {
            try {
                steps.reached(step, segment);
            } catch (Throwable e) {
                failed.add(e);
            }
            if (step == Step.REMOVED) {
                left.decrementAndGet();
            }
        });
        compressor.wake();
        await().atMost(Duration.ofSeconds(60)).until(() -> left.get() == 0);
        compressor.stop(5000);
        assertThat(failed).isEmpty();
    }

    /** Collects the warnings of the compressor. */
    private static final class Told extends Handler implements AutoCloseable {
        private final Logger logger = Logger.getLogger(SegmentCompressor.class.getName());
        private final List<String> lines;

        Told(List<String> lines) {
            this.lines = lines;
            logger.addHandler(this);
            logger.setUseParentHandlers(false);
        }

        @Override
        public void publish(LogRecord line) {
            lines.add(java.text.MessageFormat.format(line.getMessage(), line.getParameters()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            logger.removeHandler(this);
            logger.setUseParentHandlers(true);
        }
    }

    private static byte[] zstdcat(Path file) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder("zstd", "-dcq", file.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            assumeTrue(System.getenv("CI") != null, "not compared with the tool zstd, which is not installed");
            throw e;
        }
        byte[] content = process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).isZero();
        return content;
    }

    private static String source(String rollup) {
        return rollup.substring(0, rollup.indexOf("\"headBytes\""));
    }

    private static long count(Path folder) {
        Report report = read(folder, ReportQuery.ALL);
        assertThat(report.problems()).isEmpty();
        return report.chat().count(loomchat.report.series.ChatCount.MESSAGES);
    }

    private static Report read(Path folder, ReportQuery query) {
        try (HistoryReader history = new HistoryReader(NodeFolders.of(folder), 2, System::currentTimeMillis)) {
            return history.read(query);
        }
    }

    /** Without what tells when, where and how it was read. */
    private static String json(Report report) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ReportJson.write(report, out);
        return out.toString(StandardCharsets.UTF_8)
                .replaceAll("\"scan\":\\{[^}]*}", "")
                .replaceAll("\"at\":\"[^\"]*\"", "")
                .replaceAll("\"(name|node)\":\"[^\"]*\"", "");
    }

    private void copyTo(Path folder) throws IOException {
        for (Path each : names(made, "")) {
            Files.copy(each, folder.resolve(each.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
        }
        for (Path each : names(folder, ".jsonl")) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rw-------"));
        }
    }

    private List<String> contents(String end) throws IOException {
        List<String> contents = new ArrayList<>();
        for (Path each : names(dir, end)) {
            contents.add(Files.readString(each));
        }
        return contents;
    }

    private static long sizes(List<Path> files) throws IOException {
        long bytes = 0;
        for (Path each : files) {
            bytes += Files.size(each);
        }
        return bytes;
    }

    private static List<Path> sealed(Path folder, String start) throws IOException {
        return LogFileNames.oldestFirst(folder).stream()
                .filter(each -> each.getFileName().toString().startsWith(start))
                .toList();
    }

    private static List<Path> names(Path folder, String end) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(each -> each.toString().endsWith(end)).sorted().toList();
        }
    }
}
