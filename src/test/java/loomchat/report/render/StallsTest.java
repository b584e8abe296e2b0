package loomchat.report.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import loomchat.report.history.HistoryReader;
import loomchat.report.history.LogStall;
import loomchat.report.history.NodeFolders;
import loomchat.report.history.Report;
import loomchat.report.history.ReportQuery;
import loomchat.report.scan.LogFolder;
import loomchat.terminal.Terminal;
import loomchat.testing.LogLines;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the report says of a log that cannot be written, or could not for some time. */
class StallsTest {
    private static final long START = Instant.parse("2026-11-24T10:00:00Z").toEpochMilli();
    private static final long NOW = START + 60_000;
    private static final String NONE = "No crash, log stall or torn tail in this range.";

    @TempDir
    private Path folder;

    private String lines = LogLines.started(START, 1) + LogLines.connected(START + 1_000, 2, 1);

    private static String page(Report report) {
        return new String(new RenderedReport(report).as(RenderedReport.Form.PAGE, false), StandardCharsets.UTF_8);
    }

    private static String text(Report report, boolean all) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ReportText text = new ReportText(
                report,
                new Terminal(80, 24, false, false, false),
                new PrintStream(bytes, true, StandardCharsets.UTF_8));
        if (all) {
            text.write();
        } else {
            text.writeSummary("hint");
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static String json(Report report) {
        return new String(new RenderedReport(report).as(RenderedReport.Form.JSON, false), StandardCharsets.UTF_8);
    }

    private Report report(ReportQuery query) throws IOException {
        Files.writeString(folder.resolve("chat-logs.jsonl"), lines);
        try (HistoryReader reader = new HistoryReader(NodeFolders.of(folder), 1, () -> NOW)) {
            return reader.read(query);
        }
    }

    private static ReportQuery range(String name) {
        return ReportQuery.parse(name, null, null, null, false, null, NOW);
    }

    private void claimedBy(long pid) throws IOException {
        Files.writeString(folder.resolve("loomchat.lock"), pid + "\n");
    }

    @BeforeEach
    void samplesUntilAMomentAgo() throws IOException {
        Files.writeString(folder.resolve("bandwidth.jsonl"), LogLines.sample(START + 2_000, 1_000, 0, 1, 5));
    }

    @Test
    void aLineThatAServerCannotFinishIsNoTornTail() throws Exception {
        Process killed = new ProcessBuilder("true").start();
        killed.waitFor();
        lines += "{\"time\":\"2026-11-24T10:00:0";
        claimedBy(killed.pid());
        assertThat(report(range("all")).chat().torn()).isEqualTo(1);
        claimedBy(ProcessHandle.current().pid());
        Report report = report(range("last"));
        assertThat(report.chat().torn()).isZero();
        assertThat(page(report)).doesNotContain(NONE);
    }

    @Test
    void aServerThatWritesNothingMayHaveAFullDisk() throws Exception {
        claimedBy(ProcessHandle.current().pid());
        Report report = report(range("last"));
        assertThat(page(report))
                .containsPattern(
                        "<p class=\"notice bad\" role=\"status\">The server has its folder, but wrote no sample"
                                + " since <time [^>]*>2026-11-24 10:00:02</time>:"
                                + " it hangs, or it cannot write, as on a full disk\\.</p>");
        String silent = "No sample since 2026-11-24 10:00:02 UTC: the server hangs, or its disk is full\n";
        assertThat(text(report, false)).contains(silent);
        assertThat(text(report, true)).contains(silent);
        assertThat(json(report)).contains("\"silent\":true", "\"stalledSince\":null");
    }

    @Test
    void aServerThatCannotWriteSaysWhy() throws Exception {
        claimedBy(ProcessHandle.current().pid());
        Report report = report(range("last")).toldBy(null, new LogStall(START + 3_000, "No space left on device"));
        assertThat(page(report))
                .containsPattern("<p class=\"notice bad\" role=\"status\">The log cannot be written:"
                        + " No space left on device, since <time [^>]*>2026-11-24 10:00:03</time>;"
                        + " no new visitor is let in\\.</p>")
                .contains("nothing is written now")
                .doesNotContain(NONE, "wrote no sample");
        assertThat(json(report))
                .contains("\"stalledSince\":\"2026-11-24T10:00:03.000Z\",\"stallCause\":\"No space left on device\"");
    }

    /** From 9 s to 50 s after the start, with the last visitor after 1 s: the activity ends 5 s after that. */
    private void stalledAfterTheActivity() {
        lines += LogLines.recovered(START + 50_000, 3, 41_000) + LogLines.stopped(START + 51_000, 4, 51_000);
    }

    private static ReportQuery between(long from, long to) {
        return new ReportQuery(null, START + from, START + to, 1, false, null);
    }

    @Test
    void aStallAfterTheLastActivityIsToldAsSuch() throws Exception {
        stalledAfterTheActivity();
        Report last = report(range("last"));
        assertThat(last.stalls().count()).isZero();
        assertThat(page(last)).contains("Since this activity: 1 log stall. <a").contains(NONE);
        assertThat(text(last, false)).contains("Not well: 1 log stall since this activity\n");
        Report all = report(range("all"));
        assertThat(page(all))
                .contains("In this range: 1 log stall (41.0 s in all).")
                .doesNotContain("Since this");
        assertThat(text(all, false)).contains("Not well: 1 log stall\n");
    }

    @Test
    void aStallThatBeganInTheLastActivityIsInIt() throws Exception {
        lines += LogLines.recovered(START + 50_000, 3, 45_000) + LogLines.stopped(START + 51_000, 4, 51_000);
        Report last = report(range("last"));
        assertThat(page(last))
                .contains(
                        "In this range: 1 log stall (45.0 s in all).",
                        "<dt>Log stalls</dt><dd title=\"45.0 s in all\">1<")
                .doesNotContain("Since this activity", NONE);
        assertThat(text(last, false)).contains("Not well: 1 log stall\n");
        assertThat(json(last)).contains("\"logStalls\":1,\"logStalledMillis\":45000,");
    }

    @Test
    void aStallCountsForEachRangeThatItOverlaps() throws Exception {
        stalledAfterTheActivity();
        for (long[] each : new long[][] {{20_000, 30_000}, {0, 9_001}, {50_000, 50_001}, {0, 60_000}}) {
            Report report = report(between(each[0], each[1]));
            assertThat(report.stalls().count()).as(each[0] + " to " + each[1]).isEqualTo(1);
            assertThat(report.stalls().millis()).isEqualTo(41_000);
            assertThat(page(report)).doesNotContain(NONE);
        }
        for (long[] each : new long[][] {{0, 9_000}, {50_001, 60_000}}) {
            Report report = report(between(each[0], each[1]));
            assertThat(report.stalls().count()).as(each[0] + " to " + each[1]).isZero();
            assertThat(page(report)).contains(NONE);
        }
    }

    @Test
    void rollupsOfSealedFilesSayTheSame() throws Exception {
        stalledAfterTheActivity();
        Path segment = Files.writeString(folder.resolve("chat-logs-20261124T100051000Z.jsonl"), lines);
        lines = LogLines.started(START + 52_000, 5) + LogLines.stopped(START + 53_000, 6, 1_000);
        for (boolean linesExist : new boolean[] {true, false}) {
            if (!linesExist) {
                Files.delete(segment);
            }
            assertThat(report(range("all")).stalls().millis()).isEqualTo(41_000);
            assertThat(report(between(20_000, 30_000)).stalls().millis()).isEqualTo(41_000);
            assertThat(report(between(0, 9_000)).stalls().count()).isZero();
            assertThat(page(report(range("last")))).contains("Since this activity: 1 log stall.");
        }
    }

    /** Version 3 had the end of a stall as a mark, and how long all stalls of a file were. */
    @Test
    void aRollupOfAnOlderVersionKnowsHowLongItsOnlyStallWas() throws Exception {
        stalledAfterTheActivity();
        Path segment = Files.writeString(folder.resolve("chat-logs-20261124T100051000Z.jsonl"), lines);
        lines = LogLines.started(START + 52_000, 5) + LogLines.stopped(START + 53_000, 6, 1_000);
        report(range("all"));
        Files.delete(segment);
        makeOld(LogFolder.rollupOf(segment));
        assertThat(report(between(20_000, 30_000)).stalls().millis()).isEqualTo(41_000);
        assertThat(report(between(0, 9_000)).stalls().count()).isZero();
        assertThat(report(range("all")).problems()).isEmpty();
    }

    /** The stall becomes lines of the run, which a rollup of that version may have. */
    private static void makeOld(Path rollup) throws IOException {
        String file = Files.readString(rollup, StandardCharsets.ISO_8859_1);
        String stall = "3," + (START + 9_000) + "," + (START + 50_000);
        assertThat(file).startsWith("{\"format\":4,").contains(stall);
        String old = file.replace("{\"format\":4,", "{\"format\":3,").replace(stall, "0" + stall.substring(1));
        Matcher header = Pattern.compile("(.*\"headBytes\":(\\d+),.*)\"head\":\"(\\w+)\",\"tail.*\n")
                .matcher(old);
        assertThat(header.lookingAt()).isTrue();
        CRC32C checksum = new CRC32C();
        String covered = header.group(1) + old.substring(header.end(), Integer.parseInt(header.group(2)));
        checksum.update(covered.getBytes(StandardCharsets.ISO_8859_1));
        Files.writeString(
                rollup,
                old.substring(0, header.start(3))
                        + "%08x".formatted(checksum.getValue())
                        + old.substring(header.end(3)),
                StandardCharsets.ISO_8859_1);
    }
}
