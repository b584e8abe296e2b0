package loomchat.report.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import loomchat.report.render.RenderedReport;
import loomchat.report.render.ReportText;
import loomchat.report.scan.LogFolder;
import loomchat.report.series.ChatCount;
import loomchat.report.series.Distribution;
import loomchat.report.series.GaugeSeries;
import loomchat.report.series.LogTimes;
import loomchat.report.series.SampleColumn;
import loomchat.terminal.Terminal;
import loomchat.testing.IndependentCount;
import loomchat.testing.LogLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the report says of calls, and of histories from before there were any. */
class CallHistoryTest {
    private static final long START = Instant.parse("2026-03-01T23:00:00Z").toEpochMilli();
    private static final int MINUTE = 60_000;

    /** Written by a version that knew nothing of calls: two sealed files and their rollups. */
    private static final Path BEFORE_CALLS = Path.of("src/test/resources/loomchat/report/history/before-calls");

    private static final ReportQuery MINUTES =
            new ReportQuery("all", LogTimes.UNKNOWN, Long.MAX_VALUE, 60, false, null);

    @TempDir
    Path folder;

    private long now = START + 120 * MINUTE;

    @Test
    void sharesTimesAndDaysAreThoseOfTheLines() throws IOException {
        writeCalls(folder, START, 0);
        Report report = read(ReportQuery.ALL, folder);
        // Counted by hand: of 20 calls every fourth did not connect, of the 15 others every third was relayed.
        assertThat(report.chat().count(ChatCount.CALLS)).isEqualTo(21);
        assertThat(report.chat().count(ChatCount.CALLS_ENDED)).isEqualTo(20);
        assertThat(report.chat().count(ChatCount.CALLS_CONNECTED)).isEqualTo(15);
        assertThat(report.chat().count(ChatCount.CALLS_RELAYED)).isEqualTo(5);
        assertThat(report.chat().histogram(Distribution.FIRST_FRAME_MILLIS).max())
                .isEqualTo(1_900);
        String text = text(report);
        assertThat(text)
                .containsPattern("\nCalls\nCalls +21 +Connected +75 % +Relayed +33.3 %\n")
                .containsPattern("Setup p50 +\\S+ m?s +Setup p95 +1.9\\d* s +Setup max +1.90 s")
                .containsPattern("Why calls ended\nended +15 +75 %\nfailed +5 +25 %\n")
                .containsPattern("Media +6.30 MB");
        String page = page(report);
        assertThat(page)
                .contains("<h2 id=\"calls\">Calls</h2>")
                .contains("data-graph=\"calls\"")
                .contains("Call duration")
                .contains("title=\"15 of 20 that ended\"");
        // 12 calls begin before midnight and 9 after it.
        assertThat(page)
                .containsSubsequence(
                        "2026-03-02</th><td class=\"number\">9</td>", "2026-03-01</th><td class=\"number\">12</td>");
        assertThat(json(report))
                .contains(
                        "\"calls\":21,\"callsEnded\":20,\"callsConnected\":15,\"callsRelayed\":5,\"mediaBytes\":6300000")
                .contains("\"callsByReason\":{\"ended\":15,\"failed\":5}");
        IndependentCount count = IndependentCount.of(folder);
        assertThat(report.chat().histogram(Distribution.FIRST_FRAME_MILLIS).percentile(95))
                .isCloseTo(
                        IndependentCount.percentile(count.firstFrameMillis, 95),
                        org.assertj.core.data.Percentage.withPercentage(0.8));
    }

    @Test
    void nothingOfCallsIsShownWhereThereNeverWasOne() throws IOException {
        Files.writeString(
                folder.resolve("chat-logs.jsonl"),
                LogLines.started(START, 1) + LogLines.connected(START, 2, 1) + LogLines.message(START, 3, 1, 1, 5));
        Files.writeString(folder.resolve("bandwidth.jsonl"), LogLines.sample(START + 1000, 1000, 1, 1, 1, 0));
        Report report = read(ReportQuery.ALL, folder);
        assertThat(report.hasCalls()).isFalse();
        assertThat(page(report))
                .doesNotContain("Calls")
                .doesNotContain("Call duration")
                .doesNotContain("first frame");
        assertThat(text(report)).doesNotContain("Calls").doesNotContain("Call duration");
        assertThat(json(report)).contains("\"calls\":0,\"callsEnded\":0");
    }

    /** In the middle of a call nothing begins and nothing ends, but it is on. */
    @Test
    void aRangeWithinOneCallShowsThatItIsOn() throws IOException {
        writeCalls(folder, START, 0);
        ReportQuery within = new ReportQuery(null, START + 30_000, START + 45_000, 1, false, null);
        Report report = read(within, folder);
        assertThat(report.chat().count(ChatCount.CALLS)).isZero();
        assertThat(report.hasCalls()).isTrue();
        assertThat(page(report)).contains("data-graph=\"calls\"").contains("No call has ended in this range.");
    }

    @Test
    void callsOfSeveralServersAddUp() throws IOException {
        Path one = Files.createDirectories(folder.resolve("one"));
        Path other = Files.createDirectories(folder.resolve("other"));
        writeCalls(one, START, 0);
        writeCalls(other, START, 10);
        now = START + 22 * MINUTE;
        // The second time from rollups.
        for (int i = 0; i < 2; i++) {
            Report together = read(ReportQuery.ALL, one, other);
            assertThat(together.chat().count(ChatCount.CALLS)).isEqualTo(42);
            assertThat(together.chat().count(ChatCount.CALLS_CONNECTED)).isEqualTo(30);
            assertThat(together.chat().callReasons().all()).isEqualTo(Map.of("ended", 30L, "failed", 10L));
            assertThat(together.chat().histogram(Distribution.CALL_MILLIS).count())
                    .isEqualTo(40);
            assertThat(together.now().value(SampleColumn.CALLS)).isEqualTo(12);
            GaugeSeries series = together.samples().series();
            assertThat(series.mean(series.sorted()[0], SampleColumn.CALLS.ordinal()))
                    .isEqualTo(12);
            assertThat(page(together)).contains("<th scope=\"col\" class=\"number\">Calls</th>");
        }
    }

    @Test
    void aRollupFromBeforeCallsIsReadWhereItsLinesAreGone() throws IOException {
        Report lines = copyBeforeCalls(true);
        Report rollups = copyBeforeCalls(false);
        assertThat(rollups.problems()).isEmpty();
        assertThat(rollups.scan().rollups()).isEqualTo(2);
        assertThat(lines.chat().count(ChatCount.MESSAGES)).isEqualTo(66);
        for (ChatCount each : ChatCount.values()) {
            assertThat(rollups.chat().count(each))
                    .as(each.key)
                    .isEqualTo(lines.chat().count(each));
        }
        for (Distribution each : Distribution.values()) {
            assertThat(rollups.chat().histogram(each).count())
                    .as(each.key)
                    .isEqualTo(lines.chat().histogram(each).count());
        }
        assertThat(rollups.uptimeSeconds()).isEqualTo(lines.uptimeSeconds());
        GaugeSeries calm = rollups.samples().series();
        for (SampleColumn each : SampleColumn.values()) {
            int column = each.ordinal();
            assertThat(rollups.amount(each)).as(each.key).isEqualTo(lines.amount(each));
            for (int row = 0; row < calm.rows(); row++) {
                assertThat(calm.has(row, column))
                        .as(each.key)
                        .isEqualTo(lines.samples().series().has(row, column));
            }
        }
        assertThat(calm.rows()).isEqualTo(2);
        assertThat(calm.mean(0, SampleColumn.CALLS.ordinal())).isZero();
        assertThat(rollups.hasCalls()).isFalse();
    }

    /** Lines of calls may be in a file whose rollup an older program made. */
    @Test
    void aRollupFromBeforeCallsIsMadeAnewWhereItsLinesAreThere() throws IOException {
        copyBeforeCalls(true);
        for (Path each : files(LogFolder.ROLLUP)) {
            assertThat(Files.readString(each)).startsWith("{\"format\":4,");
        }
        assertThat(read(MINUTES, folder).scan().rollups()).isEqualTo(2);
    }

    private Report copyBeforeCalls(boolean withLines) throws IOException {
        for (Path each : files("")) {
            Files.delete(each);
        }
        try (Stream<Path> files = Files.list(BEFORE_CALLS)) {
            for (Path each : files.toList()) {
                if (withLines || each.toString().endsWith(LogFolder.ROLLUP)) {
                    Path copy = Files.copy(each, folder.resolve(each.getFileName()));
                    // As the rollups have it: they fit these files in everything but their version.
                    Files.setLastModifiedTime(copy, FileTime.fromMillis(1_796_017_336_032L));
                }
            }
        }
        now = Instant.parse("2026-02-01T11:00:00Z").toEpochMilli();
        return read(MINUTES, folder);
    }

    /**
     * 21 calls, one every five minutes, which last from 4 minutes down, the last one still on; {@code more} calls are
     * on beside the two that samples show. The first half is sealed.
     */
    private static void writeCalls(Path folder, long start, int more) throws IOException {
        List<String> lines = new ArrayList<>(List.of(LogLines.started(start - 1000, 1)));
        for (int i = 0; i <= 20; i++) {
            long begin = start + i * 5L * MINUTE;
            lines.add(LogLines.callStarted(begin, 2 + 2 * i, 2, i + 1, 1, "video"));
            boolean connected = i % 4 != 3;
            if (i < 20) {
                long lasted = 240_000 - i * 1_000L;
                String reason = connected ? "ended" : "failed";
                long frame = connected ? 100 * (i + 1) : 0;
                // Those that connected, numbered from 0, are relayed when they are the third of three.
                boolean relayed = (i - i / 4) % 3 == 2 || !connected;
                lines.add(LogLines.callEnded(
                        begin + lasted, 3 + 2 * i, i + 1, reason, lasted, frame, relayed, connected ? 140_000 : 0));
            }
        }
        String sealed = String.join("", lines.subList(0, 20));
        String active = String.join("", lines.subList(20, lines.size()));
        Files.writeString(folder.resolve("chat-logs-20260301T235000000Z.jsonl"), sealed);
        Files.writeString(folder.resolve("chat-logs.jsonl"), active);
        StringBuilder samples = new StringBuilder();
        for (int i = 1; i <= 22 * 60; i++) {
            samples.append(LogLines.sample(start + i * 1000L, 1000, 1, 1, 1, 1 + more));
        }
        Files.writeString(folder.resolve("bandwidth.jsonl"), samples);
    }

    private Report read(ReportQuery query, Path... folders) {
        try (HistoryReader history = new HistoryReader(NodeFolders.of(Arrays.asList(folders)), 2, () -> now)) {
            return history.read(query);
        }
    }

    private static String page(Report report) {
        return rendered(report, RenderedReport.Form.PAGE);
    }

    private static String json(Report report) {
        return rendered(report, RenderedReport.Form.JSON);
    }

    private static String rendered(Report report, RenderedReport.Form form) {
        return new String(new RenderedReport(report).as(form, false), StandardCharsets.UTF_8);
    }

    private static String text(Report report) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PrintStream printed = new PrintStream(out, false, StandardCharsets.UTF_8)) {
            new ReportText(report, Terminal.of(Map.of(), StandardCharsets.UTF_8), printed).write();
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private List<Path> files(String end) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(each -> each.toString().endsWith(end)).sorted().toList();
        }
    }
}
