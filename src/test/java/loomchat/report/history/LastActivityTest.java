package loomchat.report.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import loomchat.report.series.ChatCount;
import loomchat.report.series.GraphMark;
import loomchat.report.series.LogTimes;
import loomchat.testing.LogLines;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the range {@code last} is, and which load tests there were, whatever the range is. */
class LastActivityTest {
    private static final long START = Instant.parse("2026-03-01T10:00:00Z").toEpochMilli();
    private static final long MINUTE = 60_000;
    private static final ReportQuery LAST =
            new ReportQuery(ReportQuery.LAST, LogTimes.UNKNOWN, Long.MAX_VALUE, 0, false, null);

    @TempDir
    Path dir;

    private Path one;
    private Path other;
    private long now = START + 600 * MINUTE;

    @BeforeEach
    void makeFolders() throws IOException {
        one = Files.createDirectories(dir.resolve("one"));
        other = Files.createDirectories(dir.resolve("other"));
    }

    @Test
    void itGoesBackToTheFirstGapWithAMarginOnBothSides() throws IOException {
        // An hour ago, then a stretch of 40 minutes with gaps of 8 minutes, then a restart that nobody used.
        write(one, "chat-logs.jsonl", LogLines.started(START, 1), messages(START, START + MINUTE));
        write(
                one,
                "chat-logs.jsonl",
                messages(START + 60 * MINUTE, START + 68 * MINUTE, START + 76 * MINUTE, START + 80 * MINUTE),
                LogLines.stopped(START + 200 * MINUTE, 9, 1),
                LogLines.started(START + 201 * MINUTE, 1));
        Report report = read(LAST, one);
        assertThat(report.query().range()).isEqualTo("last");
        assertThat(report.axis().from()).isEqualTo(START + 60 * MINUTE - MINUTE - 50);
        // Events count for the second that they are in.
        assertThat(report.axis().to()).isEqualTo(START + 80 * MINUTE + MINUTE + 1000 + 50);
        assertThat(report.chat().count(ChatCount.MESSAGES)).isEqualTo(4);
        assertThat(report.starts()).isZero();
    }

    @Test
    void itReachesAcrossSealedFilesAndServers() throws IOException {
        write(one, "chat-logs-20260301T100000000Z.jsonl", messages(START, START + 60 * MINUTE));
        write(one, "chat-logs-20260301T110000000Z.jsonl", messages(START + 65 * MINUTE));
        write(one, "chat-logs.jsonl", messages(START + 81 * MINUTE));
        // It fills the gap between the others.
        write(other, "chat-logs.jsonl", messages(START + 73 * MINUTE));
        // The second time from rollups.
        for (int i = 0; i < 2; i++) {
            Report both = read(LAST, one, other);
            assertThat(both.axis().from()).isBetween(START + 58 * MINUTE, START + 60 * MINUTE);
            assertThat(both.chat().count(ChatCount.MESSAGES)).isEqualTo(4);
            Report alone = read(LAST, one);
            assertThat(alone.axis().from()).isEqualTo(START + 81 * MINUTE - 5_000);
            assertThat(alone.chat().count(ChatCount.MESSAGES)).isEqualTo(1);
        }
    }

    /** Nothing is said during the test. */
    @Test
    void theRunOfALoadTestIsNotCut() throws IOException {
        write(
                one,
                "chat-logs.jsonl",
                LogLines.loadTest(START, 1, true, "idle"),
                LogLines.loadTest(START + 100 * MINUTE, 2, false, "idle"),
                LogLines.connected(START + 105 * MINUTE, 3, 1));
        Report report = read(LAST, one);
        assertThat(report.axis().from()).isEqualTo(START - 105 * MINUTE / 20);
        assertThat(report.marks().all()).hasSize(2);
    }

    @Test
    void itEndsNowWhileSomethingHappensAndIsADayAtMost() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i <= 30 * 12; i++) {
            lines.append(messages(START + i * 5 * MINUTE));
        }
        write(one, "chat-logs.jsonl", lines.toString());
        now = START + 30 * 60 * MINUTE + 2_000;
        Report report = read(LAST, one);
        assertThat(report.query().to()).isEqualTo(Long.MAX_VALUE);
        assertThat(report.axis().to()).isEqualTo(now);
        long day = 24 * 60 * MINUTE;
        assertThat(report.axis().from()).isBetween(now - day - day / 19, now - day);
    }

    /** Nobody was there any more when the server was killed: no less of a crash. */
    @Test
    void aCrashAfterTheLastActivityIsToldAllTheSame() throws IOException {
        write(one, "chat-logs.jsonl", LogLines.started(START, 1), messages(START, START + MINUTE));
        write(one, "bandwidth.jsonl", LogLines.sample(START + 20 * MINUTE, 20 * MINUTE, 0, 0, 0));
        write(one, "chat-logs.jsonl", LogLines.started(START + 30 * MINUTE, 1));
        Report report = read(LAST, one);
        assertThat(report.crashes()).isZero();
        assertThat(report.crashesSince()).isEqualTo(1);
        assertThat(read(ReportQuery.ALL, one).crashesSince()).isZero();
    }

    @Test
    void aCrashIsCountedWhereItsMarkIsAndNotAtTheNextStart() throws IOException {
        write(one, "chat-logs.jsonl", LogLines.started(START, 1), messages(START, START + MINUTE));
        write(one, "chat-logs.jsonl", LogLines.started(START + 30 * MINUTE, 1), messages(START + 31 * MINUTE));
        Report before = read(range(START, START + 2 * MINUTE), one);
        assertThat(before.crashes()).isEqualTo(1);
        assertThat(before.marks().all()).extracting(GraphMark::kind).contains(GraphMark.Kind.CRASH);
        Report after = read(range(START + 29 * MINUTE, START + 32 * MINUTE), one);
        assertThat(after.crashes()).isZero();
        assertThat(after.marks().all()).extracting(GraphMark::kind).doesNotContain(GraphMark.Kind.CRASH);
    }

    private static ReportQuery range(long from, long to) {
        return new ReportQuery(null, from, to, 60, false, null);
    }

    /** A clock was wrong for a moment. */
    @Test
    void whatIsWrittenInTheFutureHasNotHappened() throws IOException {
        write(one, "chat-logs.jsonl", LogLines.started(START, 1), messages(START, START + MINUTE));
        write(one, "chat-logs.jsonl", messages(now + 1000 * 24 * 60 * MINUTE), messages(START + 2 * MINUTE));
        Report report = read(LAST, one);
        assertThat(report.axis().to()).isLessThan(START + 4 * MINUTE);
        assertThat(report.chat().count(ChatCount.MESSAGES)).isEqualTo(3);
    }

    @Test
    void whereNobodyCameItIsTheLastStart() throws IOException {
        write(one, "chat-logs.jsonl", LogLines.started(START, 1));
        assertThat(read(LAST, one).axis().from()).isEqualTo(START - 5_000);
        assertThat(read(LAST, other).isEmpty()).isTrue();
    }

    @Test
    void loadTestsAreListedWithWhatTheirClientSaidWhateverTheRange() throws IOException {
        String said = ",\"result\":\"failed\",\"verdict\":\"FAILED: p99 < 1ms\",\"seconds\":10,"
                + "\"counts\":{\"delivered\":801,\"lost\":0},\"latencies\":{\"intended\":{\"p99\":1.5}}}\n";
        for (Path each : List.of(one, other)) {
            write(
                    each,
                    "chat-logs-20260301T100000000Z.jsonl",
                    LogLines.loadTest(START, 1, true, "a"),
                    LogLines.loadTest(START + MINUTE, 2, false, "a").replaceAll(",\"result.*\n", said));
        }
        write(
                one,
                "chat-logs.jsonl",
                LogLines.loadTest(START + 2 * MINUTE, 3, true, "killed"),
                LogLines.started(START + 3 * MINUTE, 1),
                LogLines.loadTest(START + 4 * MINUTE, 2, false, "killed"),
                LogLines.loadTest(START + 5 * MINUTE, 3, true, "cut"),
                LogLines.stopped(START + 6 * MINUTE, 4, 1),
                LogLines.started(START + 7 * MINUTE - 1_000, 1),
                LogLines.loadTest(START + 7 * MINUTE, 2, true, "on"));
        write(one, "bandwidth.jsonl", LogLines.sample(START + 7 * MINUTE, 1_000, 0, 0, 1));
        ReportQuery later = new ReportQuery(null, START + 500 * MINUTE, Long.MAX_VALUE, 0, false, null);
        now = START + 7 * MINUTE + 1_000;
        // The second time from rollups.
        for (int i = 0; i < 2; i++) {
            List<LoadTestRun> runs = read(later, one, other).loadTests();
            assertThat(runs).extracting(LoadTestRun::id).containsExactly("on", "cut", "killed", "a");
            LoadTestRun first = runs.getLast();
            assertThat(first.from()).isEqualTo(START);
            assertThat(first.to()).isEqualTo(START + MINUTE);
            assertThat(first.clients()).isEqualTo(3000);
            assertThat(first.end())
                    .isEqualTo(new GraphMark.LoadTest(
                            "classic", -1, "failed", "p99 < 1ms", 1.5, 80.1, 0, true, -1, "", ""));
            assertThat(runs.get(2).from()).isEqualTo(START + 2 * MINUTE);
            assertThat(runs.get(2).result()).isEqualTo("passed");
            assertThat(runs.get(1).ended()).isFalse();
            assertThat(runs.get(1).to()).isEqualTo(START + 6 * MINUTE);
            assertThat(runs.getFirst().to()).isEqualTo(LogTimes.UNKNOWN);
        }
    }

    private static String messages(long... times) {
        StringBuilder lines = new StringBuilder();
        for (long each : times) {
            lines.append(LogLines.message(each, 2, 1, 1, 5));
        }
        return lines.toString();
    }

    private static void write(Path folder, String name, String... lines) throws IOException {
        Path file = folder.resolve(name);
        String before = Files.exists(file) ? Files.readString(file) : "";
        Files.writeString(file, before + String.join("", lines));
    }

    private Report read(ReportQuery query, Path... folders) {
        try (HistoryReader history = new HistoryReader(NodeFolders.of(Arrays.asList(folders)), 2, () -> now)) {
            return history.read(query);
        }
    }
}
