package loomchat.report.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import loomchat.report.render.RenderedReport;
import loomchat.report.series.ChatCount;
import loomchat.report.series.CountSeries;
import loomchat.report.series.Distribution;
import loomchat.report.series.GaugeSeries;
import loomchat.report.series.GraphMark;
import loomchat.report.series.LogTimes;
import loomchat.report.series.SampleColumn;
import loomchat.testing.GeneratedHistory;
import loomchat.testing.LogLines;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folders of several servers as one history. Long, because each rule of the sum has a history of its own. */
class SeveralNodesTest {
    private static final long START = Instant.parse("2026-03-01T10:00:00Z").toEpochMilli();
    private static final int SECOND = 1000;

    @TempDir
    Path root;

    private Path one;
    private Path other;
    private long now = START;

    @BeforeEach
    void folders() throws IOException {
        one = Files.createDirectories(root.resolve("one/logs"));
        other = Files.createDirectories(root.resolve("other/logs"));
    }

    private Report read(ReportQuery query, Path... folders) {
        try (HistoryReader history = new HistoryReader(NodeFolders.of(List.of(folders)), 2, () -> now)) {
            return history.read(query);
        }
    }

    private static ReportQuery all(long bucketSeconds) {
        return new ReportQuery("all", LogTimes.UNKNOWN, Long.MAX_VALUE, bucketSeconds, false, null);
    }

    private void generate() throws IOException {
        long seed = new Random().nextLong();
        System.out.println("SeveralNodesTest seed " + seed);
        GeneratedHistory first = new GeneratedHistory(seed, one, START, true);
        first.run(3_000, 200, true).seal();
        first.run(2_000, 100, false).run(500, 50, true).finish();
        GeneratedHistory second = new GeneratedHistory(seed + 1, other, START + 300 * SECOND, true);
        second.run(1_000, 300, false).seal();
        second.run(3_000, 100, true).finish();
        now = Math.max(first.now(), second.now());
    }

    @Test
    void eventsAndAmountsAreAddedUpExactly() throws IOException {
        generate();
        // The second time from rollups.
        for (int i = 0; i < 2; i++) {
            Report together = read(all(60), one, other);
            List<Report> alone = List.of(read(all(60), one), read(all(60), other));
            for (ChatCount each : ChatCount.values()) {
                assertThat(together.chat().count(each))
                        .as(each.name())
                        .isEqualTo(alone.stream()
                                .mapToLong(report -> report.chat().count(each))
                                .sum());
            }
            for (SampleColumn each : SampleColumn.values()) {
                assertThat(together.amount(each))
                        .as(each.name())
                        .isEqualTo(alone.stream()
                                .mapToDouble(report -> report.amount(each))
                                .sum());
            }
            for (Distribution each : Distribution.values()) {
                assertThat(together.chat().histogram(each).count())
                        .as(each.name())
                        .isEqualTo(alone.stream()
                                .mapToLong(
                                        report -> report.chat().histogram(each).count())
                                .sum());
            }
            assertThat(together.starts()).isEqualTo(5);
            assertThat(together.crashes()).isEqualTo(2);
            assertThat(together.uptimeSeconds())
                    .isCloseTo(alone.stream().mapToDouble(Report::uptimeSeconds).sum(), within(1e-6));
            assertThat(together.scan().lines())
                    .isEqualTo(alone.stream()
                            .mapToLong(report -> report.scan().lines())
                            .sum());
            Map<Long, Long> messages = new TreeMap<>(messages(alone.get(0)));
            messages(alone.get(1)).forEach((start, count) -> messages.merge(start, count, Long::sum));
            assertThat(messages(together)).isEqualTo(messages);
        }
    }

    private static Map<Long, Long> messages(Report report) {
        CountSeries series = report.chat().series();
        Map<Long, Long> byStart = new TreeMap<>();
        for (int row = 0; row < series.rows(); row++) {
            byStart.put(series.startOf(row), series.sum(row, ChatCount.MESSAGES.ordinal()));
        }
        return byStart;
    }

    @Test
    void eachNodeIsShownWithItsOwnRunsNumbersAndMarks() throws IOException {
        generate();
        Report together = read(ReportQuery.ALL, one, other);
        assertThat(together.nodes()).extracting(Report.Node::name).containsExactly("one/logs", "other/logs");
        for (Report.Node each : together.nodes()) {
            Report alone = read(ReportQuery.ALL.of(each.name()), one, other);
            assertThat(alone.nodes()).hasSize(1);
            assertThat(alone.choices()).isEqualTo(together.choices());
            assertThat(each.messages()).isEqualTo(alone.chat().count(ChatCount.MESSAGES));
            assertThat(each.connections()).isEqualTo(alone.chat().count(ChatCount.CONNECTIONS));
            assertThat(each.starts(together.query())).isEqualTo(alone.starts());
            assertThat(together.runs().stream()
                            .filter(run -> run.node().name().equals(each.name()))
                            .map(Report.NodeRun::run))
                    .isEqualTo(alone.runs().stream().map(Report.NodeRun::run).toList());
        }
        assertThat(together.runs())
                .extracting(run -> run.run().start())
                .isSorted()
                .hasSize(5);
        assertThat(together.marks().all())
                .isSorted()
                .extracting(GraphMark::text)
                .allSatisfy(text -> assertThat(text).containsPattern("^(one|other)/logs: "));
    }

    /** One server has 10 connections for a minute, the other 4 for its second half. */
    @Test
    void whatServersHaveAtTheSameTimeAddsUp() throws IOException {
        StringBuilder first = new StringBuilder();
        StringBuilder second = new StringBuilder();
        for (int i = 1; i <= 60; i++) {
            first.append(LogLines.sample(START + i * SECOND, SECOND, 100, 10, 40));
            if (i > 30) {
                second.append(LogLines.sample(START + i * SECOND, SECOND, 50, 4, 20));
            }
        }
        Files.writeString(one.resolve("bandwidth.jsonl"), first);
        Files.writeString(other.resolve("bandwidth.jsonl"), second);
        now = START + 60 * SECOND;
        Report minute = read(all(60), one, other);
        assertThat(mean(minute, START, SampleColumn.CONNECTIONS)).isCloseTo(12, within(1e-9));
        assertThat(mean(minute, START, SampleColumn.MESSAGES_RELAYED)).isCloseTo(125, within(1e-9));
        // 23 % for a minute and 13 % for half of one.
        assertThat(mean(minute, START, SampleColumn.MACHINE_CPU_PERCENT)).isCloseTo(59.0 / 3, within(1e-9));
        assertThat(minute.amount(SampleColumn.MESSAGES_RELAYED)).isEqualTo(7_500);
        assertThat(max(minute, START, SampleColumn.CONNECTIONS)).isEqualTo(14);
        Report second1 = read(all(1), one, other);
        assertThat(mean(second1, START + 5 * SECOND, SampleColumn.CONNECTIONS)).isCloseTo(10, within(1e-9));
        assertThat(mean(second1, START + 45 * SECOND, SampleColumn.CONNECTIONS)).isCloseTo(14, within(1e-9));
        assertThat(minute.now().live()).isTrue();
        assertThat(minute.now().value(SampleColumn.CONNECTIONS)).isEqualTo(14);
        assertThat(minute.now().value(SampleColumn.CPU_PERCENT)).isEqualTo(60);
        assertThat(minute.now().value(SampleColumn.CPU_CORES)).isEqualTo(2);
        now += 10 * SECOND;
        assertThat(read(all(60), one, other).now().live()).isFalse();
    }

    /** One server's samples end in the middle of a second, the other's slip over the end of one. */
    @Test
    void aSampleThatEndsLateLeavesNoHoleInTheSum() throws IOException {
        StringBuilder first = new StringBuilder();
        StringBuilder second = new StringBuilder();
        for (int i = 0; i < 120; i++) {
            first.append(LogLines.sample(START + i * SECOND + 500, SECOND, 100, 10, 40));
            // The 61st ends 28 ms after the end of its second and covers 1044 ms, the 91st is three seconds late.
            int late = i < 60 ? -16 : i < 90 ? 28 : 3_028;
            int length = i == 60 ? 1_044 : i == 90 ? 4_000 : SECOND;
            second.append(LogLines.sample(START + (i + 1) * SECOND + late, length, 50, 4, 20));
        }
        Files.writeString(one.resolve("bandwidth.jsonl"), first);
        Files.writeString(other.resolve("bandwidth.jsonl"), second);
        now = START + 123_028;
        for (int width : new int[] {1, 5, 60}) {
            Report report = read(all(width), one, other);
            for (long start = START; start < START + 119 * SECOND; start += width * SECOND) {
                assertThat(mean(report, start, SampleColumn.CONNECTIONS))
                        .as("%d s at %d", width, start - START)
                        .isCloseTo(14, within(1e-9));
                assertThat(min(report, start, SampleColumn.CONNECTIONS)).isEqualTo(14);
                assertThat(max(report, start, SampleColumn.CONNECTIONS)).isEqualTo(14);
            }
            assertThat(report.amount(SampleColumn.MESSAGES_RELAYED)).isEqualTo(120 * 150);
        }
    }

    /** The sum does not fall off while the next sample of one of them has not come. */
    @Test
    void theNewestBucketHasAllServersThatWrite() throws IOException {
        StringBuilder first = new StringBuilder();
        StringBuilder second = new StringBuilder();
        for (int i = 1; i <= 62; i++) {
            first.append(LogLines.sample(START + i * SECOND + 40, SECOND, 100, 10, 40));
            if (i < 62) {
                second.append(LogLines.sample(START + i * SECOND + 800, SECOND, 50, 4, 20));
            }
        }
        Files.writeString(one.resolve("bandwidth.jsonl"), first);
        Files.writeString(other.resolve("bandwidth.jsonl"), second);
        now = START + 62 * SECOND + 700;
        for (int width : new int[] {1, 2, 5, 60}) {
            Report report = read(all(width), one, other);
            GaugeSeries series = report.samples().series();
            int newest = series.sorted()[series.rows() - 1];
            assertThat(series.mean(newest, SampleColumn.CONNECTIONS.ordinal()))
                    .as("%d s", width)
                    .isCloseTo(14, within(1e-9));
            assertThat(series.min(newest, SampleColumn.CONNECTIONS.ordinal())).isEqualTo(14);
        }
        // A server that wrote nothing for longer is not taken to go on.
        for (int i = 63; i <= 66; i++) {
            first.append(LogLines.sample(START + i * SECOND + 40, SECOND, 100, 10, 40));
        }
        Files.writeString(one.resolve("bandwidth.jsonl"), first);
        now = START + 67 * SECOND;
        Report report = read(all(1), one, other);
        assertThat(mean(report, START + 61 * SECOND, SampleColumn.CONNECTIONS)).isCloseTo(14, within(1e-9));
        assertThat(mean(report, START + 62 * SECOND, SampleColumn.CONNECTIONS)).isCloseTo(10, within(1e-9));
    }

    /** One server had 200 connections at first, the other one 100 later: never together. */
    @Test
    void whatServersHadOneAfterTheOtherWasNotThereAtOnce() throws IOException {
        StringBuilder first = new StringBuilder();
        StringBuilder second = new StringBuilder();
        for (int i = 1; i <= 60; i++) {
            first.append(LogLines.sample(START + i * SECOND, SECOND, i <= 30 ? 50 : 0, i <= 30 ? 200 : 0, 40));
            second.append(LogLines.sample(START + i * SECOND, SECOND, i <= 30 ? 0 : 20, i <= 30 ? 0 : 100, 20));
        }
        Files.writeString(one.resolve("bandwidth.jsonl"), first);
        Files.writeString(other.resolve("bandwidth.jsonl"), second);
        now = START + 60 * SECOND;
        assertThat(read(all(1), one, other).peak(SampleColumn.CONNECTIONS)).isEqualTo(Peak.of(200));
        Report minute = read(all(60), one, other);
        assertThat(minute.peak(SampleColumn.CONNECTIONS)).isEqualTo(new Peak(200, 300));
        assertThat(text(minute, RenderedReport.Form.PAGE))
                .contains("<dt>Open connections, at most</dt><dd>200 to 300</dd>");
        assertThat(text(minute, RenderedReport.Form.JSON)).contains("\"connections\":{\"least\":200,\"most\":300}");
        // The CPU of both was in use all the time.
        assertThat(minute.peak(SampleColumn.CPU_PERCENT)).isEqualTo(Peak.of(60));
        assertThat(read(all(60), one).peak(SampleColumn.CONNECTIONS)).isEqualTo(Peak.of(200));
    }

    /** Each keeps its own history, and no folder of another one is known. */
    @Test
    void theReportOfOneServerOfACrowdSaysSo() throws IOException {
        Files.writeString(one.resolve("bandwidth.jsonl"), LogLines.sample(START, SECOND, 1, 1, 1));
        Report report = read(all(60), one).toldBy(new Crowd("lorry:3000", 3), null);
        assertThat(text(report, RenderedReport.Form.PAGE))
                .contains("This is lorry:3000, one of 3 servers; the others keep their own history.", ">lorry:3000 ");
        assertThat(text(report, RenderedReport.Form.PUBLIC_PAGE))
                .contains("This is one of 3 servers; the others keep their own history.", ">Server running")
                .doesNotContain("lorry");
        assertThat(text(report, RenderedReport.Form.JSON))
                .contains("\"crowdServers\":3")
                .doesNotContain("lorry");
        assertThat(text(read(all(60), one), RenderedReport.Form.PAGE)).doesNotContain("own history");
    }

    private static String text(Report report, RenderedReport.Form form) {
        return new String(new RenderedReport(report).as(form, false), StandardCharsets.UTF_8);
    }

    private static double mean(Report report, long start, SampleColumn column) {
        GaugeSeries series = report.samples().series();
        return series.mean(row(series, start), column.ordinal());
    }

    private static double max(Report report, long start, SampleColumn column) {
        GaugeSeries series = report.samples().series();
        return series.max(row(series, start), column.ordinal());
    }

    private static double min(Report report, long start, SampleColumn column) {
        GaugeSeries series = report.samples().series();
        return series.min(row(series, start), column.ordinal());
    }

    private static int row(GaugeSeries series, long start) {
        for (int row = 0; row < series.rows(); row++) {
            if (series.startOf(row) == start) {
                return row;
            }
        }
        throw new AssertionError("no bucket at " + start);
    }

    @Test
    void aServerThatWasAloneForYearsFitsBesideOneOfToday() throws IOException {
        Files.writeString(one.resolve("bandwidth.jsonl"), LogLines.sample(START, SECOND, 1, 1, 1));
        StringBuilder today = new StringBuilder();
        long later = START + 3L * 365 * 86_400 * SECOND;
        for (int i = 1; i <= 9_000; i++) {
            today.append(LogLines.sample(later + i * SECOND, SECOND, 1, 3, 1));
        }
        Files.writeString(other.resolve("bandwidth.jsonl"), today);
        now = later + 9_000 * SECOND;
        Report report = read(ReportQuery.ALL, one, other);
        assertThat(report.amount(SampleColumn.MESSAGES_RELAYED)).isEqualTo(9_001);
        assertThat(report.samples().series().seconds()).isEqualTo(report.axis().bucketSeconds());
    }

    @Test
    void whatCannotBeReadIsToldWithTheNameOfItsNode() throws IOException {
        Files.createDirectories(other.resolve("chat-logs-20260301T100000000Z.jsonl"));
        assertThat(read(ReportQuery.ALL, one, other).problems())
                .singleElement()
                .asString()
                .startsWith("other/logs: chat-logs-20260301T100000000Z.jsonl cannot be read");
        try (Stream<Path> files = Files.list(other)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void aNodeThatIsNotThereIsAWrongQuery() {
        assertThatThrownBy(() -> read(ReportQuery.ALL.of("third"), one, other))
                .isInstanceOf(InvalidQuery.class)
                .hasMessage("node=third is not allowed: one of one/logs, other/logs; without it all are read");
    }

    @Test
    void namesAreAsShortAsTheyMayBe() {
        assertThat(NodeFolders.of(List.of(root.resolve("a"), root.resolve("b"))).names())
                .containsExactly("a", "b");
        assertThat(NodeFolders.of(List.of(Path.of("/a/x/logs"), Path.of("/b/x/logs")))
                        .names())
                .containsExactly("a/x/logs", "b/x/logs");
        assertThat(NodeFolders.of(List.of(Path.of("/logs"), Path.of("/a/logs"))).names())
                .containsExactly("logs", "a/logs");
        assertThat(NodeFolders.of(Path.of("/")).names()).containsExactly("/");
    }

    @Test
    void aFolderCountsOnceWhateverItsName() throws IOException {
        Path link = Files.createSymbolicLink(root.resolve("link"), one);
        assertThatThrownBy(() -> NodeFolders.of(one, other + ", " + link))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> NodeFolders.of(one, root.resolve("nothing").toString()))
                .hasMessageContaining("nothing");
        assertThat(NodeFolders.of(root.resolve("not-yet"), other + ",").names()).containsExactly("not-yet", "logs");
    }
}
