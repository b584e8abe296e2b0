package loomchat.report.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import loomchat.log.files.LogFileNames;
import loomchat.report.render.ReportJson;
import loomchat.report.render.ReportText;
import loomchat.report.scan.LogFolder;
import loomchat.report.series.ChatCount;
import loomchat.report.series.ChatTotals;
import loomchat.report.series.CountSeries;
import loomchat.report.series.Distribution;
import loomchat.report.series.GaugeSeries;
import loomchat.report.series.Histogram;
import loomchat.report.series.LogTimes;
import loomchat.report.series.SampleColumn;
import loomchat.terminal.Terminal;
import loomchat.testing.GeneratedHistory;
import loomchat.testing.IndependentCount;
import loomchat.testing.LogLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The whole report against an independent count of the same files. Long, because each part of the report is compared.
 */
class HistoryReaderTest {
    private static final long START = Instant.parse("2026-03-01T10:00:00Z").toEpochMilli();

    @TempDir
    Path folder;

    private long now = START;

    @Test
    void anEmptyFolderIsNoError() {
        Report report = read(ReportQuery.ALL);
        assertThat(report.chat().count(ChatCount.CONNECTIONS)).isZero();
        assertThat(report.scan().lines()).isZero();
        assertThat(report.problems()).isEmpty();
        assertThat(report.isEmpty()).isTrue();
    }

    @Test
    void aFolderThatIsNotThereIsNoError() {
        folder = folder.resolve("nothing");
        assertThat(read(ReportQuery.ALL).problems()).isEmpty();
    }

    @Test
    void numbersEqualAnIndependentCountOverSegmentsRestartsCrashesOldLinesAndDamage() throws IOException {
        for (boolean damaged : new boolean[] {false, true}) {
            long seed = new Random().nextLong();
            System.out.println("HistoryReaderTest seed " + seed + " damaged " + damaged);
            clear();
            generate(seed, damaged);
            IndependentCount expected = IndependentCount.of(folder);
            assertEqual(read(ReportQuery.ALL), expected, "first reading, which makes the rollups");
            assertThat(rollups()).hasSize(6);
            Report again = read(ReportQuery.ALL);
            assertEqual(again, expected, "from rollups");
            assertThat(again.scan().rollups())
                    .isEqualTo(usableRollups(again.axis().bucketSeconds()));
            assertEqual(
                    read(new ReportQuery("all", LogTimes.UNKNOWN, Long.MAX_VALUE, 0, true, null)), expected, "rescan");
        }
    }

    @Test
    void shortBucketsOfBusySegmentsComeFromTheirRollups() throws IOException {
        generate(29, false);
        read(ReportQuery.ALL);
        for (long bucket : new long[] {1, 5, 60, 3600}) {
            Report rolledUp = read(all(bucket));
            Report lineByLine = read(new ReportQuery("all", LogTimes.UNKNOWN, Long.MAX_VALUE, bucket, true, null));
            assertThat(rolledUp.scan().rollups()).isEqualTo(usableRollups(bucket));
            assertThat(rolledUp.axis().bucketSeconds()).isEqualTo(bucket);
            assertThat(messages(rolledUp)).isEqualTo(messages(lineByLine));
        }
    }

    /** Of three segments of each record: events are summed up by the second, samples by the minute. */
    private static int usableRollups(long bucketSeconds) {
        return bucketSeconds < 60 ? 3 : 6;
    }

    @Test
    void seriesEqualAnIndependentCountByTheMinute() throws IOException {
        generate(5, false);
        IndependentCount expected = IndependentCount.of(folder);
        for (int i = 0; i < 2; i++) {
            Report report = read(all(60));
            Map<Long, Long> messages = new TreeMap<>();
            messages(report).forEach((start, count) -> messages.put(start / 60_000, count));
            Map<Long, Long> calls = new TreeMap<>();
            counts(report, ChatCount.CALLS).forEach((start, count) -> calls.put(start / 60_000, count));
            // Old lines have local times, which the independent count cannot read.
            messages.keySet()
                    .removeIf(minute -> minute
                            < expected.messagesByMinute.keySet().iterator().next());
            assertThat(messages).isEqualTo(expected.messagesByMinute);
            assertThat(calls).isNotEmpty().isEqualTo(expected.callsByMinute);
            assertThat(greatest(report, SampleColumn.CPU_PERCENT)).isEqualTo(expected.greatestCpuByMinute);
            assertThat(greatest(report, SampleColumn.CALLS)).isEqualTo(expected.greatestCallsByMinute);
        }
    }

    private static Map<Long, Double> greatest(Report report, SampleColumn column) {
        GaugeSeries samples = report.samples().series();
        Map<Long, Double> byMinute = new TreeMap<>();
        for (int row = 0; row < samples.rows(); row++) {
            if (samples.has(row, column.ordinal())) {
                byMinute.put(samples.startOf(row) / 60_000, samples.max(row, column.ordinal()));
            }
        }
        return byMinute;
    }

    @Test
    void aRangeCountsExactlyWhatLiesInIt() throws IOException {
        generate(7, false);
        Report all = read(ReportQuery.ALL);
        long middle = all.chat().first() + (all.chat().last() - all.chat().first()) / 2 + 123;
        Report before = read(new ReportQuery(null, LogTimes.UNKNOWN, middle, 0, false, null));
        Report after = read(new ReportQuery(null, middle, Long.MAX_VALUE, 0, false, null));
        assertThat(before.chat().count(ChatCount.MESSAGES)).isPositive();
        assertThat(after.chat().count(ChatCount.MESSAGES)).isPositive();
        assertThat(before.chat().count(ChatCount.MESSAGES) + after.chat().count(ChatCount.MESSAGES))
                .isEqualTo(all.chat().count(ChatCount.MESSAGES));
        for (ChatCount each : ChatCount.values()) {
            assertThat(before.chat().count(each) + after.chat().count(each))
                    .as(each.key)
                    .isEqualTo(all.chat().count(each));
        }
        assertThat(before.starts() + after.starts()).isEqualTo(all.starts());
        assertThat(before.crashes() + after.crashes()).isEqualTo(all.crashes());
        assertThat(before.uptimeSeconds() + after.uptimeSeconds()).isCloseTo(all.uptimeSeconds(), within(0.01));
        assertThat(before.chat().histogram(Distribution.MESSAGE_BYTES).count()
                        + after.chat().histogram(Distribution.MESSAGE_BYTES).count())
                .isEqualTo(all.chat().histogram(Distribution.MESSAGE_BYTES).count());
        assertThat(before.samples().samples() + after.samples().samples())
                .isEqualTo(all.samples().samples());
    }

    @Test
    void aSegmentThatRetentionRemovedStaysInTheHistory() throws IOException {
        generate(11, true);
        Report before = read(ReportQuery.ALL);
        for (Path each : segments()) {
            Files.delete(each);
        }
        Report after = read(ReportQuery.ALL);
        assertThat(after.problems()).isEmpty();
        assertThat(after.chat().count(ChatCount.MESSAGES))
                .isEqualTo(before.chat().count(ChatCount.MESSAGES));
        assertThat(after.chat().reasons().all())
                .isEqualTo(before.chat().reasons().all());
        assertThat(after.chat().callReasons().all())
                .isEqualTo(before.chat().callReasons().all());
        for (ChatCount each : ChatCount.values()) {
            assertThat(after.chat().count(each)).isEqualTo(before.chat().count(each));
        }
        assertThat(after.scan().skippedLines()).isEqualTo(before.scan().skippedLines());
        assertThat(after.starts()).isEqualTo(before.starts());
        assertThat(after.uptimeSeconds()).isEqualTo(before.uptimeSeconds());
        assertThat(after.axis().from()).isEqualTo(before.axis().from());
        assertThat(after.marks()).isEqualTo(before.marks());
    }

    @Test
    void aRangeThroughARemovedSegmentIsExactToTheMinute() throws IOException {
        generate(19, false);
        Report all = read(ReportQuery.ALL);
        // On a minute: nothing that began before it can have ended after it in the sums of its bucket.
        long middle = (all.chat().first() + (all.chat().last() - all.chat().first()) / 2) / 60_000 * 60_000;
        for (ReportQuery query : List.of(
                new ReportQuery(null, LogTimes.UNKNOWN, middle, 0, false, null),
                new ReportQuery(null, middle, now, 0, false, null))) {
            Report before = read(query);
            for (Path each : segments()) {
                Files.move(each, folder.resolve(each.getFileName() + ".away"));
            }
            Report after = read(query);
            for (Path each : files(".away")) {
                Files.move(each, folder.resolve(each.getFileName().toString().replace(".away", "")));
            }
            assertThat(before.chat().count(ChatCount.MESSAGES)).isPositive();
            assertThat(after.chat().count(ChatCount.MESSAGES))
                    .isEqualTo(before.chat().count(ChatCount.MESSAGES));
            assertThat(before.chat().count(ChatCount.CALLS_RELAYED)).isPositive();
            for (ChatCount each : ChatCount.IN_SERIES) {
                assertThat(after.chat().count(each))
                        .as(each.key)
                        .isEqualTo(before.chat().count(each));
            }
            assertThat(after.amount(SampleColumn.BYTES_IN))
                    .isCloseTo(before.amount(SampleColumn.BYTES_IN), within(1.0));
            assertThat(after.problems()).isEmpty();
        }
    }

    @Test
    void bucketsAreAsWideAsWhatARemovedSegmentLeft() throws IOException {
        generate(23, false);
        Report minutes = read(all(60));
        for (Path each : segments()) {
            Files.delete(each);
        }
        assertThat(messages(read(all(5)))).isEqualTo(messages(minutes));
        // The first segment cut through, on a minute.
        long from = (minutes.axis().from() / 60_000 + 2) * 60_000;
        Map<Long, Long> part = messages(read(new ReportQuery(null, from, Long.MAX_VALUE, 5, false, null)));
        Map<Long, Long> expected = messages(minutes);
        expected.keySet().removeIf(start -> start < from);
        assertThat(part).isEqualTo(expected);
    }

    private static Map<Long, Long> messages(Report report) {
        return counts(report, ChatCount.MESSAGES);
    }

    private static Map<Long, Long> counts(Report report, ChatCount what) {
        CountSeries series = report.chat().series();
        Map<Long, Long> counts = new TreeMap<>();
        for (int row = 0; row < series.rows(); row++) {
            long count = series.sum(row, what.ordinal());
            if (count > 0) {
                counts.put(series.startOf(row), count);
            }
        }
        return counts;
    }

    @Test
    void aDamagedOrStaleRollupIsMadeAnew() throws IOException {
        generate(13, false);
        Report expected = read(ReportQuery.ALL);
        Random random = new Random(13);
        for (Path rollup : rollups()) {
            byte[] bytes = Files.readAllBytes(rollup);
            for (int i = 0; i < 12; i++) {
                byte[] damaged = bytes.clone();
                int at = random.nextInt(bytes.length - 2);
                damaged[at] = (byte) (damaged[at] == '7' ? '8' : '7');
                Files.write(rollup, i % 4 == 0 ? java.util.Arrays.copyOf(bytes, at) : damaged);
                for (long bucket : new long[] {60, 3600}) {
                    Report report = read(all(bucket));
                    assertThat(report.chat().count(ChatCount.MESSAGES))
                            .isEqualTo(expected.chat().count(ChatCount.MESSAGES));
                    assertThat(report.samples().samples())
                            .isEqualTo(expected.samples().samples());
                    assertThat(report.uptimeSeconds()).isEqualTo(expected.uptimeSeconds());
                }
            }
            Files.write(rollup, bytes);
        }
        Path segment = segments().getFirst();
        Files.writeString(segment, LogLines.message(START, 9, 1, 1, 5), java.nio.file.StandardOpenOption.APPEND);
        assertThat(read(ReportQuery.ALL).chat().count(ChatCount.MESSAGES))
                .isEqualTo(expected.chat().count(ChatCount.MESSAGES)
                        + (segment.toString().contains("chat") ? 1 : 0));
    }

    @Test
    void anUnreadableFileIsNamedAndTheRestIsShown() throws IOException {
        generate(17, false);
        Report whole = read(ReportQuery.ALL);
        Path segment = segments().getFirst();
        Files.delete(segment);
        Files.delete(LogFolder.rollupOf(segment));
        Files.createDirectory(segment);
        Report report = read(ReportQuery.ALL);
        assertThat(report.problems())
                .singleElement()
                .asString()
                .contains(segment.getFileName().toString());
        assertThat(report.samples().samples())
                .isPositive()
                .isLessThanOrEqualTo(whole.samples().samples());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anEmptySegmentIsNamedAndItsRollupStillCounts(boolean compressed) throws IOException {
        generate(19, false);
        Report whole = read(ReportQuery.ALL);
        Path segment = segments().getFirst();
        if (compressed) {
            Files.delete(segment);
            segment = segment.resolveSibling(segment.getFileName() + ".zst");
        }
        Files.write(segment, new byte[0]);
        Path never = Files.createFile(folder.resolve("chat-logs-20250101T000000000Z.jsonl"));
        Report report = read(ReportQuery.ALL);
        assertThat(report.problems())
                .containsExactlyInAnyOrder(
                        segment.getFileName() + " is empty: its lines are lost",
                        never.getFileName() + " is empty: its lines are lost");
        assertThat(report.chat().count(ChatCount.MESSAGES))
                .isEqualTo(whole.chat().count(ChatCount.MESSAGES));
        assertThat(report.samples().samples()).isEqualTo(whole.samples().samples());
    }

    @Test
    void aDamagedRollupWhoseLinesAreGoneIsNamed() throws IOException {
        Files.writeString(folder.resolve("chat-logs-20250101T000000000Z.rollup.json"), "{}");
        assertThat(read(ReportQuery.ALL).problems())
                .containsExactly("chat-logs-20250101T000000000Z.jsonl cannot be read: its lines are gone and its rollup"
                        + " cannot be used");
    }

    @Test
    void anUnreadableActiveFileIsNamedAndTheRestIsShown() throws IOException {
        for (String name : List.of("bandwidth.jsonl", "chat-logs.jsonl")) {
            generate(31, false);
            Report whole = read(ReportQuery.ALL);
            Files.delete(folder.resolve(name));
            Files.createDirectory(folder.resolve(name));
            Report report = read(ReportQuery.ALL);
            assertThat(report.problems()).singleElement().asString().startsWith(name + " cannot be read: ");
            assertThat(report.scan().lines())
                    .isPositive()
                    .isLessThan(whole.scan().lines());
            clear();
        }
    }

    @Test
    @Timeout(30)
    void whatIsNoRegularFileIsNamedAndNeverOpened() throws Exception {
        generate(37, false);
        Report whole = read(ReportQuery.ALL);
        Path segment = segments().getFirst();
        Path outside = Files.move(segment, outside().resolve("segment"));
        Files.createSymbolicLink(segment, outside);
        Path rollup = LogFolder.rollupOf(segments().get(1));
        Files.delete(rollup);
        String[] pipes = {
            "bandwidth.jsonl",
            "chat-logs.jsonl",
            "chat-logs-2025.jsonl",
            rollup.getFileName().toString()
        };
        for (String each : pipes) {
            Files.deleteIfExists(folder.resolve(each));
            assertThat(new ProcessBuilder("mkfifo", folder.resolve(each).toString())
                            .start()
                            .waitFor())
                    .isZero();
        }
        Report report = read(ReportQuery.ALL);
        assertThat(report.problems())
                .contains(segment.getFileName() + " cannot be read: it is no regular file")
                .contains("bandwidth.jsonl cannot be read: it is no regular file")
                .contains("chat-logs.jsonl cannot be read: it is no regular file")
                .contains("chat-logs-2025.jsonl cannot be read: it is no regular file");
        assertThat(report.scan().lines()).isPositive().isLessThan(whole.scan().lines());
    }

    private Path outside() throws IOException {
        return Files.createDirectories(folder.resolve("elsewhere"));
    }

    @Test
    void itSaysSinceWhenSingleLinesAreThere() throws IOException {
        generate(41, false);
        Report whole = read(ReportQuery.ALL);
        assertThat(whole.scan().linesSince()).isEqualTo(LogTimes.UNKNOWN);
        assertThat(said(whole)).contains("\"linesSince\":null");
        List<Path> chat = segments().stream()
                .filter(each -> each.getFileName().toString().startsWith("chat"))
                .toList();
        Files.delete(chat.get(0));
        assertThat(read(ReportQuery.ALL).scan().linesSince()).isEqualTo(firstTime(chat.get(1)));
        Files.delete(chat.get(1));
        Report report = read(ReportQuery.ALL);
        long since = firstTime(chat.get(2));
        assertThat(report.scan().linesSince()).isEqualTo(since);
        assertThat(report.chat().count(ChatCount.MESSAGES))
                .isEqualTo(whole.chat().count(ChatCount.MESSAGES));
        assertThat(said(report)).contains("\"linesSince\":\"" + LogTimes.iso(since) + "\"");
        assertThat(shown(report))
                .contains("Single lines since "
                        + LogTimes.iso(since).substring(0, 19).replace('T', ' ') + " UTC");
        for (Path each : segments()) {
            Files.delete(each);
        }
        Files.write(folder.resolve("chat-logs.jsonl"), new byte[0]);
        Files.write(folder.resolve("bandwidth.jsonl"), new byte[0]);
        assertThat(read(ReportQuery.ALL).scan().linesSince())
                .as("no line is left: where the sums end")
                .isGreaterThan(since)
                .isLessThan(now);
    }

    @Test
    void itSaysUntilWhenNothingIsLeft() throws IOException {
        generate(43, false);
        Report whole = read(ReportQuery.ALL);
        assertThat(said(whole)).contains("\"sumsSince\":null");
        assertThat(shown(whole)).contains("Since the beginning").doesNotContain("Older records");
        Path oldest = segments().stream()
                .filter(each -> each.getFileName().toString().startsWith("chat"))
                .findFirst()
                .orElseThrow();
        LogFileNames.markGone(oldest);
        LogFileNames.markGone(oldest);
        Files.delete(oldest);
        Files.delete(LogFolder.rollupOf(oldest));
        Report report = read(ReportQuery.ALL);
        String name = oldest.getFileName().toString();
        String day = name.substring("chat-logs-".length(), "chat-logs-20260301".length());
        String since = LogTimes.iso(report.scan().sumsSince());
        assertThat(since.replaceAll("[-:.]", "")).startsWith(day).isEqualTo(name.substring(10, name.length() - 6));
        assertThat(said(report)).contains("\"sumsSince\":\"" + since + "\"");
        assertThat(shown(report))
                .contains("Older records, until " + since.substring(0, 19).replace('T', ' ') + " UTC, were removed")
                .doesNotContain("Since the beginning");
        Report later = read(new ReportQuery(null, report.scan().sumsSince() + 1, Long.MAX_VALUE, 60, false, null));
        assertThat(shown(later)).doesNotContain("Older records");
    }

    private static long firstTime(Path lines) throws IOException {
        String line = Files.readString(lines).lines().findFirst().orElseThrow();
        return Instant.parse(line.substring(9, 33)).toEpochMilli();
    }

    private static String said(Report report) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ReportJson.write(report, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String shown(Report report) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PrintStream printed = new PrintStream(out, false, StandardCharsets.UTF_8)) {
            new ReportText(report, Terminal.of(Map.of(), StandardCharsets.UTF_8), printed).write();
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private void assertEqual(Report report, IndependentCount expected, String which) {
        ChatTotals chat = report.chat();
        assertThat(report.problems()).as(which).isEmpty();
        assertThat(report.scan().lines()).as(which).isEqualTo(expected.lines);
        assertThat(report.scan().skippedLines()).as(which).isEqualTo(expected.skipped);
        assertThat(chat.count(ChatCount.CONNECTIONS)).as(which).isEqualTo(expected.connections);
        assertThat(chat.count(ChatCount.MATCHES)).as(which).isEqualTo(expected.matches);
        assertThat(chat.count(ChatCount.MESSAGES)).as(which).isEqualTo(expected.messages);
        assertThat(chat.count(ChatCount.DISCONNECTS)).as(which).isEqualTo(expected.disconnects);
        assertThat(chat.count(ChatCount.BYTES)).as(which).isEqualTo(expected.bytes);
        assertThat(chat.count(ChatCount.CHATS)).as(which).isEqualTo(expected.chats);
        assertThat(chat.count(ChatCount.STALLS)).as(which).isEqualTo(expected.stalls);
        assertThat(chat.reasons().all()).as(which).isEqualTo(expected.reasons);
        assertThat(report.starts()).as(which).isEqualTo(expected.starts);
        assertThat(report.crashes()).as(which).isEqualTo(expected.crashes);
        assertThat(Math.round(report.uptimeSeconds() * 1000)).as(which).isEqualTo(expected.uptimeMillis);
        assertThat(report.samples().samples()).as(which).isEqualTo(expected.samples);
        assertThat(report.amount(SampleColumn.BYTES_IN)).as(which).isCloseTo(expected.bytesIn, within(0.01));
        assertPercentiles(chat.histogram(Distribution.MESSAGE_BYTES), expected.messageBytes, which);
        assertPercentiles(chat.histogram(Distribution.WAIT_MILLIS), expected.waitMillis, which);
        assertPercentiles(chat.histogram(Distribution.CHAT_MILLIS), expected.chatMillis, which);
        assertThat(chat.count(ChatCount.CALLS)).as(which).isPositive().isEqualTo(expected.calls);
        assertThat(chat.count(ChatCount.CALLS_ENDED)).as(which).isPositive().isEqualTo(expected.callsEnded);
        assertThat(chat.count(ChatCount.CALLS_CONNECTED)).as(which).isEqualTo(expected.callsConnected);
        assertThat(chat.count(ChatCount.CALLS_RELAYED)).as(which).isEqualTo(expected.callsRelayed);
        assertThat(chat.count(ChatCount.MEDIA_BYTES)).as(which).isEqualTo(expected.mediaBytes);
        assertThat(chat.callReasons().all()).as(which).isEqualTo(expected.callReasons);
        assertThat(chat.count(ChatCount.REPORTS)).as(which).isEqualTo(expected.reports);
        assertThat(chat.count(ChatCount.RESUMES)).as(which).isEqualTo(expected.resumes);
        assertThat(chat.count(ChatCount.BLOCKS)).as(which).isEqualTo(expected.blocks);
        assertThat(chat.reportReasons().all()).as(which).isEqualTo(expected.reportReasons);
        assertPercentiles(chat.histogram(Distribution.CALL_MILLIS), expected.callMillis, which);
        assertPercentiles(chat.histogram(Distribution.FIRST_FRAME_MILLIS), expected.firstFrameMillis, which);
    }

    private static void assertPercentiles(Histogram histogram, List<Long> values, String which) {
        assertThat(histogram.count()).as(which).isEqualTo(values.size());
        assertThat(histogram.max()).as(which).isEqualTo(IndependentCount.percentile(values, 100));
        for (double percent : new double[] {50, 90, 99}) {
            long exact = IndependentCount.percentile(values, percent);
            assertThat((double) histogram.percentile(percent)).as(which).isCloseTo(exact, within(exact * 0.008 + 0.5));
        }
    }

    private void generate(long seed, boolean damaged) throws IOException {
        GeneratedHistory history = new GeneratedHistory(seed, folder, START, damaged);
        history.old(500).run(2_000, 200, true).run(500, 100, false).seal();
        history.run(3_000, 300, false).seal();
        history.run(20_000, 10, true).run(100, 100, false).run(1, 1, false).seal();
        history.run(1_000, 500, false);
        history.finish();
        now = history.now();
    }

    private static ReportQuery all(long bucketSeconds) {
        return new ReportQuery("all", LogTimes.UNKNOWN, Long.MAX_VALUE, bucketSeconds, false, null);
    }

    private Report read(ReportQuery query) {
        try (HistoryReader history = new HistoryReader(NodeFolders.of(folder), 2, () -> now)) {
            return history.read(query);
        }
    }

    private List<Path> rollups() throws IOException {
        return files(LogFolder.ROLLUP);
    }

    private List<Path> segments() throws IOException {
        return files("Z.jsonl");
    }

    private List<Path> files(String end) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(each -> each.toString().endsWith(end)).sorted().toList();
        }
    }

    private void clear() throws IOException {
        for (Path each : files("")) {
            Files.delete(each);
        }
    }
}
