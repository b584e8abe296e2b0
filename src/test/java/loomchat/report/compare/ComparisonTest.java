package loomchat.report.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import loomchat.log.files.LogFileNames;
import loomchat.report.history.HistoryReader;
import loomchat.report.history.InvalidQuery;
import loomchat.report.history.LoadTestRun;
import loomchat.report.history.NodeFolders;
import loomchat.report.history.Report;
import loomchat.report.history.ReportQuery;
import loomchat.report.render.RenderedReport;
import loomchat.statistics.Difference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Load tests and comparisons from log files on disk. Long, because each kind of history is tried. */
class ComparisonTest {
    private static final long NOW = LoadTestHistory.FIRST + 86_400_000;

    @TempDir
    private Path folder;

    private LoadTests known;

    private Report read(ReportQuery query) {
        try (HistoryReader reader = new HistoryReader(NodeFolders.of(folder), 1, () -> NOW)) {
            return reader.read(query);
        }
    }

    private void usual() throws IOException {
        LoadTestHistory.usual().writeTo(folder);
        known = LoadTests.of(read(ReportQuery.ALL));
    }

    private Comparison compare(String a, String b) throws Exception {
        CompareQuery sides = CompareQuery.of(a, b, known);
        return Comparison.of(
                sides.a(), read(sides.a().query()), sides.b(), read(sides.b().query()));
    }

    private static ComparedValue value(List<ComparedValue> values, String key) {
        return values.stream()
                .filter(each -> each.key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theHistoryKnowsAllLoadTestsTheNewestFirst() throws Exception {
        usual();
        assertThat(known.all()).extracting(LoadTest::id).containsExactly("run-3", "run-2", "run-1");
        LoadTest last = known.find("run-3").orElseThrow();
        assertThat(last.result()).isEqualTo("failed");
        assertThat(last.verdict()).isEqualTo("FAILED: lost == 0 was missed (1)");
        assertThat(last.thresholds()).extracting(LoadTest.Threshold::met).containsExactly(false, true);
        assertThat(last.count("lost")).isEqualTo(1);
        assertThat(last.latencies().get("intended").get("max")).isEqualTo(80);
        assertThat(last.timeline("p99")).hasSize(60);
        assertThat(last.server().getString("version")).isEqualTo("1.1");
        assertThat(known.before(last)).map(LoadTest::id).hasValue("run-2");
        assertThat(known.find("run-4")).isEmpty();
        assertThat(SetUp.played(last))
                .containsEntry("clients", "300")
                .containsEntry("length", "1 min 0 s")
                .containsEntry("message size", "500 bytes");
    }

    /** The list and the top of a page say how it went. */
    @Test
    void theFiguresThatMatterComeFirst() throws Exception {
        usual();
        String list = new String(LoadTestList.page(known), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(list).contains("Delivered a second</th>", "<span>10.4 ms</span>", "<td class=\"number\">950</td>");
        String page = page("run-3");
        assertThat(page.indexOf("<dt>p99</dt><dd>10.4 ms</dd>")).isBetween(1, page.indexOf("Compare with another"));
    }

    @Test
    void twoRunsAlikeDoNotDiffer() throws Exception {
        usual();
        Comparison comparison = compare("run-1", "run-2");
        assertThat(comparison.setUp()).isEmpty();
        assertThat(comparison.paired()).isTrue();
        assertThat(comparison.faults()).isEmpty();
        assertThat(comparison.measured())
                .hasSizeGreaterThan(8)
                .allSatisfy(each -> assertThat(each.verdict()).isIn(Verdict.SAME, Verdict.NOT_SEEN));
        assertThat(value(comparison.measured(), "cpuMicrosPerMessage")
                        .difference()
                        .first())
                .isCloseTo(200, within(10.0));
    }

    @Test
    void aRunThatNeedsMoreIsWorseAndSaysByHowMuch() throws Exception {
        usual();
        Comparison comparison = compare("run-2", "run-3");
        ComparedValue cpu = value(comparison.measured(), "cpuMicrosPerMessage");
        assertThat(cpu.verdict()).isEqualTo(Verdict.WORSE);
        assertThat(cpu.difference().share()).isCloseTo(0.3, within(0.05));
        assertThat(cpu.difference().marginShare()).isBetween(0.01, 0.1);
        assertThat(cpu.sentence()).matches("b had \\d\\d % \\(±[\\d.]+ %\\) more CPU a message: worse\\.");
        assertThat(value(comparison.measured(), "latencyMillis.p50").verdict()).isEqualTo(Verdict.WORSE);
        assertThat(value(comparison.measured(), "messagesPerSecond").verdict()).isIn(Verdict.SAME, Verdict.NOT_SEEN);
        assertThat(value(comparison.faults(), "lost").sentence())
                .isEqualTo("Messages lost went from 0 in a to 1 in b: worse.");
        assertThat(comparison.setUp())
                .containsExactly(
                        new SetUp.Difference("server version", "1.0", "1.1"),
                        new SetUp.Difference("JVM flags", "not known", "-Xmx512m"));
    }

    @Test
    void theOtherWayRoundItIsBetter() throws Exception {
        usual();
        ComparedValue cpu = value(compare("run-3", "run-2").measured(), "cpuMicrosPerMessage");
        assertThat(cpu.verdict()).isEqualTo(Verdict.BETTER);
        assertThat(cpu.sentence()).contains(" less CPU a message: better.");
    }

    @Test
    void rangesAreComparedAsWellAndShortOnesSayNothing() throws Exception {
        usual();
        Comparison comparison =
                compare("2026-11-20T10:00:00Z..2026-11-20T10:01:00Z", "2026-11-20T10:20:00Z..2026-11-20T10:21:00Z");
        assertThat(value(comparison.measured(), "cpuMicrosPerMessage").verdict())
                .isEqualTo(Verdict.WORSE);
        assertThat(comparison.a().range().title()).isEqualTo("2026-11-20 10:00:00 to 2026-11-20 10:01:00");
        Comparison brief = compare("2026-11-20T10:00:00Z..2026-11-20T10:00:10Z", "run-3");
        assertThat(brief.paired()).isFalse();
        assertThat(value(brief.measured(), "cpuMicrosPerMessage").verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(brief.setUp())
                .extracting(SetUp.Difference::what)
                .contains("what it is", "measured time")
                .doesNotContain("scenario");
    }

    @Test
    void previousIsTheRunOfTheSameScenarioBefore() throws Exception {
        usual();
        assertThat(CompareQuery.of("previous", "latest", known).a().test().id()).isEqualTo("run-2");
        assertThatThrownBy(() -> CompareQuery.of("previous", "run-1", known))
                .isInstanceOf(InvalidQuery.class)
                .hasMessageContaining("no run of its scenario before it");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a b", "<script>", "..", "2026-11-20..", "2026-11-21..2026-11-20", "yesterday..now", "x..y"})
    void whatIsNeitherIsRefusedWithWhatIsAllowed(String a) throws Exception {
        usual();
        assertThatThrownBy(() -> CompareQuery.of(a, "run-1", known))
                .isInstanceOf(InvalidQuery.class)
                .hasMessageContaining("a load test");
    }

    @Test
    void anUnknownIdIsNamed() throws Exception {
        usual();
        assertThatThrownBy(() -> CompareQuery.of("run-9", "run-1", known))
                .isInstanceOf(CompareQuery.UnknownLoadTest.class)
                .hasMessageContaining("run-9");
    }

    /** Rollups are made by the first query, then the lines are removed as retention would. */
    @Test
    void whatIsKnownStaysKnownWhenTheLinesAreGone() throws Exception {
        usual();
        String whole = page("run-3");
        assertThat(whole).doesNotContain("were removed");
        try (var files = Files.newDirectoryStream(folder, "*.jsonl")) {
            for (Path each : files) {
                Files.delete(each);
            }
        }
        known = LoadTests.of(read(ReportQuery.ALL));
        assertThat(known.all()).extracting(LoadTest::id).containsExactly("run-3", "run-2", "run-1");
        assertThat(page("run-3"))
                .contains("The single lines of that time were removed")
                .contains("FAILED: lost == 0 was missed (1)")
                .contains("-Xmx512m")
                .contains("<dt>Messages relayed</dt><dd>180</dd>");
        Comparison comparison = compare("run-2", "run-3");
        ComparedValue cpu = value(comparison.measured(), "cpuMicrosPerMessage");
        assertThat(cpu.verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(cpu.difference().share()).isCloseTo(0.3, within(0.05));
        assertThat(value(comparison.measured(), "latencyMillis.p50").verdict()).isEqualTo(Verdict.WORSE);
    }

    /** Of what is left of it nothing can be told. */
    @Test
    void aSideWhoseRecordsArePartlyRemovedIsNotJudged() throws Exception {
        usual();
        assertThat(compare("run-2", "run-3").invalid()).isEmpty();
        LogFileNames.markGone(folder.resolve("chat-logs-20261120T101030000Z.jsonl"));
        for (Comparison each : List.of(compare("run-2", "run-3"), compare("run-1", "run-3"))) {
            assertThat(each.invalid())
                    .isEqualTo("No conclusion: records of a, until 2026-11-20 10:10:30 UTC, were removed to make room"
                            + " and are in no number.");
            assertThat(each.measured()).extracting(ComparedValue::verdict).containsOnly(Verdict.NOT_JUDGED);
            assertThat(each.singles()).extracting(ComparedValue::verdict).containsOnly(Verdict.NOT_JUDGED);
        }
        // Also where nothing at all is left of a.
        String nothing = Instant.ofEpochMilli(LoadTestHistory.FIRST - 400_000) + ".."
                + Instant.ofEpochMilli(LoadTestHistory.FIRST - 300_000);
        assertThat(compare(nothing, "run-3").invalid()).contains("records of a", "were removed");
        assertThat(compare("run-3", "run-3").invalid()).isEmpty();
    }

    private static JsonObject json(byte[] bytes) {
        try (JsonReader reader = Json.createReader(new ByteArrayInputStream(bytes))) {
            return reader.readObject();
        }
    }

    private String page(String id) {
        LoadTest test = known.find(id).orElseThrow();
        Report report = read(LoadTestPage.range(known, test).query());
        return new String(LoadTestPage.of(known, test, report), StandardCharsets.UTF_8);
    }

    @Test
    void anAnnouncementOfAnOlderClientIsShownAsFarAsItGoes() throws Exception {
        Files.writeString(folder.resolve("chat-logs-20261120T110000000Z.jsonl"), """
                {"time":"2026-11-20T10:00:00.000Z","event":"Load Test Started","details":"evil with 1,000 clients","seq":1,"id":"old","scenario":"evil","clients":1000}
                {"time":"2026-11-20T10:01:00.000Z","event":"Load Test Ended","details":"evil: passed","seq":2,"id":"old","scenario":"evil","result":"passed"}
                {"time":"2026-11-20T10:02:00.000Z","event":"Load Test Started","details":"evil with 1,000 clients","seq":3,"id":"cut","scenario":"evil","clients":1000}
                """);
        known = LoadTests.of(read(ReportQuery.ALL));
        assertThat(page("old")).contains("chip good\">passed").contains("Its client told none.");
        assertThat(page("cut")).contains("chip warn\">cut off").contains("It was cut off");
        // No sign of life of that server is later than the start.
        assertThat(known.find("cut").orElseThrow().endOr(NOW)).isEqualTo(LoadTestHistory.FIRST + 120_000 + 1);
    }

    /** The server is killed after 8 s of 60, and started again before another load test. */
    @Test
    void aLoadTestEndsWithItsServerEverywhere() throws Exception {
        LoadTestHistory history = new LoadTestHistory();
        long from = LoadTestHistory.FIRST;
        history.start(from - 60_000, "1.0", "");
        history.begin("killed", from);
        history.connection(from + 1_000);
        history.connection(from + 8_000);
        history.start(from + 30_000, "1.0", "");
        history.test("next", from + 40_000, 100, 20, 0);
        history.begin("unfinished", from + 200_000);
        history.connection(from + 205_000);
        history.writeTo(folder);
        Report report = read(ReportQuery.ALL);
        known = LoadTests.of(report);
        LoadTestRun run = report.loadTests().get(2);
        assertThat(run.id()).isEqualTo("killed");
        assertThat(run.verdict()).isEqualTo("cut off");
        assertThat(run.to() - run.from()).isEqualTo(8_000);
        LoadTest killed = known.find("killed").orElseThrow();
        assertThat(killed.endOr(NOW)).isEqualTo(from + 8_001);
        assertThat(page("killed"))
                .contains("chip warn\">cut off", ", 8.00 s", "<dt>Connections</dt><dd>2</dd>")
                .contains("<dt>Crashes</dt><dd>1</dd>", "It was cut off by a crash of the server")
                .doesNotContain("no end");
        // Its server has gone as well, and none was started since.
        assertThat(report.loadTests().getFirst().verdict()).isEqualTo("cut off");
        assertThat(known.find("unfinished").orElseThrow().endOr(NOW)).isEqualTo(from + 205_001);
    }

    /** The client is killed after 8 s of 60; the server is stopped and started again after the next load test. */
    @Test
    void theNextLoadTestEndsOneThatWasCutOffAlsoAfterARestart() throws Exception {
        LoadTestHistory history = new LoadTestHistory();
        long from = LoadTestHistory.FIRST;
        history.start(from - 60_000, "1.0", "");
        history.begin("killed", from);
        history.connection(from + 8_000);
        history.test("next", from + 9_000, 100, 20, 0);
        history.stop(from + 100_000);
        history.start(from + 110_000, "1.0", "");
        history.writeTo(folder);
        Report report = read(ReportQuery.ALL);
        known = LoadTests.of(report);
        LoadTestRun run = report.loadTests().getLast();
        assertThat(run.id()).isEqualTo("killed");
        assertThat(run.to() - run.from()).isEqualTo(9_000);
        assertThat(page("killed")).contains("cut off", ", 9.00 s", "<dt>Connections</dt><dd>1</dd>");
        // It is shaded until then, in the report and in its pictures.
        String whole =
                new String(new RenderedReport(report).as(RenderedReport.Form.PAGE, false), StandardCharsets.UTF_8);
        assertThat(whole)
                .contains("{\"from\":%d,\"to\":%d,\"text\":\"classic with 300 clients, cut off\"}"
                        .formatted(from, from + 9_000))
                .contains("<title>load test classic with 300 clients, cut off</title>");
    }

    @Test
    void timesThatAreNotValidAreMarkedWhateverTheResult() throws Exception {
        Files.writeString(folder.resolve("chat-logs-20261120T110000000Z.jsonl"), """
                {"time":"2026-11-20T10:00:00.000Z","event":"Load Test Started","details":"x","seq":1,"id":"i","scenario":"s","clients":1}
                {"time":"2026-11-20T10:01:00.000Z","event":"Load Test Ended","details":"x","seq":2,"id":"i","scenario":"s","result":"interrupted","verdict":"INTERRUPTED; its times are NOT VALID: the load generator was 59 ms late","latencies":{"intended":{"p99":4530}}}
                """);
        Report report = read(ReportQuery.ALL);
        known = LoadTests.of(report);
        assertThat(report.loadTests().getFirst().end().valid()).isFalse();
        assertThat(page("i"))
                .contains("interrupted", "chip warn\">not valid", "the load generator was itself too slow");
    }

    /** Two servers are told of the same run one after the other. */
    @Test
    void aRunOfTwoServersIsOneAndALaterOneOfThatNameAnother() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int second : new int[] {0, 1, 30, 31, 300, 330}) {
            boolean start = second < 30 || second == 300;
            lines.append(
                    "{\"time\":\"2026-11-20T10:%02d:%02d.000Z\",\"event\":\"Load Test %s\",\"details\":\"x\",\"seq\":1,\"id\":\"r\",\"scenario\":\"s\",\"clients\":1,\"result\":\"passed\"}\n"
                            .formatted(second / 60, second % 60, start ? "Started" : "Ended"));
        }
        Files.writeString(folder.resolve("chat-logs-20261120T110000000Z.jsonl"), lines);
        List<LoadTest> all = LoadTests.of(read(ReportQuery.ALL)).all();
        assertThat(all).hasSize(2);
        assertThat(all.getLast().end() - all.getLast().start()).isEqualTo(31_000);
        assertThat(all.getFirst().end() - all.getFirst().start()).isEqualTo(30_000);
    }

    /** An older client left out the seconds in which nothing arrived: nobody knows where they were. */
    @Test
    void latencyStandsAtItsTimeOrNowhere() throws Exception {
        String lines = """
                {"time":"2026-11-20T10:00:00.000Z","event":"Load Test Started","details":"x","seq":1,"id":"h","scenario":"s","clients":1}
                {"time":"2026-11-20T10:00:08.000Z","event":"Load Test Ended","details":"x","seq":2,"id":"h","scenario":"s","result":"failed","seconds":8,"timeline":{"p50":[1,2,1,0,0,0,0,3],"p99":[4,5,4,6]}}
                """;
        Files.writeString(folder.resolve("chat-logs-20261120T110000000Z.jsonl"), lines);
        LoadTest test = LoadTests.of(read(ReportQuery.ALL)).find("h").orElseThrow();
        double none = Double.NaN;
        assertThat(test.timeline("p50")).containsExactly(1, 2, 1, none, none, none, none, 3);
        assertThat(test.timeline("p99")).isEmpty();
    }

    @Test
    void hostileTextIsEscaped() throws Exception {
        Files.writeString(folder.resolve("chat-logs-20261120T110000000Z.jsonl"), """
                {"time":"2026-11-20T10:00:00.000Z","event":"Load Test Started","details":"x","seq":1,"id":"h","scenario":"<b>s</b>","clients":1,"target":"<script>alert(1)</script>"}
                {"time":"2026-11-20T10:01:00.000Z","event":"Load Test Ended","details":"x","seq":2,"id":"h","scenario":"s","result":"<i>","thresholds":[{"threshold":"<u> < 1","value":"\\"","met":7},8],"counts":{"<p>":1},"latencies":{"<a>":{"<q>":1},"x":3},"timeline":{"p50":["</script>",1]}}
                """);
        known = LoadTests.of(read(ReportQuery.ALL));
        assertThat(page("h")).doesNotContain("<b>s", "<script>alert", "<i>", "<u>", "<p>:", "<q>");
    }

    @ParameterizedTest
    @CsvSource({
        "100, 110, 5, LOWER, WORSE",
        "100, 90, 5, LOWER, BETTER",
        "100, 110, 5, HIGHER, BETTER",
        "100, 110, 5, NEITHER, DIFFERENT",
        "100, 110, 12, LOWER, NOT_SEEN",
        "100, 100.5, 0.2, LOWER, SAME",
        "100, 101, 1.5, LOWER, SAME",
        "100, 101, 2.5, LOWER, NOT_SEEN",
        "100, 110, NaN, LOWER, UNKNOWN",
        "0, 5, 1, LOWER, WORSE",
        "0, 0, 0, LOWER, SAME",
        "7, 7, 0, LOWER, SAME",
        "100, 110, 120, LOWER, UNEVEN",
        "100, 4866, 26119, LOWER, UNEVEN",
        "100, 500, 130, LOWER, WORSE",
    })
    void verdictsKeepNoiseInView(double first, double second, double margin, Metric.Better better, Verdict verdict) {
        assertThat(Verdict.of(new Difference(first, second, second - first, margin), better))
                .isEqualTo(verdict);
    }

    /** The p99 of two real runs, in the second of which the server stood still for 2 s, and a p50 beside it. */
    @ParameterizedTest
    @CsvSource({
        "23.085, 1790.968, NaN, WORSE, 78 times, worse (coarse limit)",
        "1790.968, 23.085, NaN, BETTER, 1/78, better (coarse limit)",
        "501.7, 0.58, NaN, BETTER, 1/865, better (coarse limit)",
        "0.351, 52.8, 120, WORSE, 150 times, worse (coarse limit)",
        "0.351, 0.365, NaN, UNKNOWN, +4 %, noise not known",
        "23.658, 9.806, 150, UNEVEN, −59 %, too short or too uneven to tell",
        "10, 14, 2, WORSE, +40 % (±20 %), worse",
        "10, 120, 20, WORSE, 12 times, worse",
    })
    void latenciesAreToldByACoarseLimitWhereTheNoiseIsNotKnown(
            double first, double second, double margin, Verdict verdict, String change, String words) {
        Difference difference = new Difference(first, second, second - first, margin);
        ComparedValue value = ComparedValue.ofLatency("l", "Latency", difference, Verdict.ofLatency(difference, 0));
        assertThat(value.verdict()).isEqualTo(verdict);
        assertThat(value.change()).isEqualTo(change);
        assertThat(value.verdictInWords()).isEqualTo(words);
        assertThat(value.sentence()).doesNotContain("±26");
        if (value.isSeen()) {
            assertThat(value.sentence()).endsWith(": " + words + ".");
        }
    }

    @Test
    void aWholeRunsPercentileThatIsFarOffIsSaidFirst() throws Exception {
        LoadTestHistory history = new LoadTestHistory();
        history.start(LoadTestHistory.FIRST - 60_000, "1.0", "");
        history.test("run-1", LoadTestHistory.FIRST, 1000, 20, 0);
        history.stopped = true;
        history.test("run-2", LoadTestHistory.FIRST + 600_000, 1000, 16, 0);
        history.writeTo(folder);
        known = LoadTests.of(read(ReportQuery.ALL));
        Comparison comparison = compare("run-1", "run-2");
        assertThat(value(comparison.singles(), "client.intended.p99").sentence())
                .isEqualTo(
                        "Message latency, from when due, p99 was 80 times in b what it was in a: worse (coarse limit).");
        assertThat(value(comparison.singles(), "client.intended.max").verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(comparePage("run-1", "run-2")).contains("p99 was 80 times in b what it was in a");
    }

    /** The terminal says the same of them: loomchat.loadtest.history.Change. */
    @ParameterizedTest
    @CsvSource({
        // The p99 of a and of b, how late the clients were at p99.
        "false, 0, true, 0, WORSE",
        "false, 0, true, 600, OWN",
        "true, 600, false, 0, OWN",
        "false, 7, true, 7, WORSE",
        "false, 0, true, 300, WORSE",
        "true, 300, false, 0, BETTER",
        "false, 6, false, 0, OWN",
    })
    void aLatencyThatIsMostlyTheClientsOwnIsNeitherBetterNorWorse(
            boolean firstStopped, double firstLate, boolean secondStopped, double secondLate, Verdict verdict)
            throws Exception {
        LoadTestHistory history = new LoadTestHistory();
        history.start(LoadTestHistory.FIRST - 60_000, "1.0", "");
        history.stopped = firstStopped;
        history.late = firstLate;
        history.test("run-1", LoadTestHistory.FIRST, 1000, 20, 0);
        history.stopped = secondStopped;
        history.late = secondLate;
        history.test("run-2", LoadTestHistory.FIRST + 600_000, 1000, 20, 0);
        history.writeTo(folder);
        known = LoadTests.of(read(ReportQuery.ALL));
        Comparison comparison = compare("run-1", "run-2");
        assertThat(value(comparison.singles(), "client.intended.p99").verdict()).isEqualTo(verdict);
        assertThat(value(comparison.singles(), "client.intended.p50").verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(value(comparison.measured(), "latencyMillis.p99").verdict() == Verdict.OWN)
                .isEqualTo(known.all().stream().anyMatch(each -> each.isOwn("intended", "p99")));
        if (verdict == Verdict.OWN) {
            assertThat(comparePage("run-1", "run-2"))
                    .contains("mostly the load client&#39;s own")
                    .doesNotContain("chip bad\">worse", "chip good\">better");
        }
    }

    @ParameterizedTest
    @CsvSource({"10, 31, 20, WORSE", "10, 31, 25, UNKNOWN", "31, 10, 25, UNKNOWN", "31, 10, 20, BETTER"})
    void noChangeThatIsSmallerThanTheClientWasLateIsToldByTheCoarseLimit(
            double first, double second, double late, Verdict verdict) {
        assertThat(Verdict.ofLatency(new Difference(first, second, second - first, Double.NaN), late))
                .isEqualTo(verdict);
    }

    @Test
    void thePageOfALoadTestSaysWhoseItsLatencyIs() throws Exception {
        LoadTestHistory history = new LoadTestHistory();
        history.start(LoadTestHistory.FIRST - 60_000, "1.0", "");
        history.test("older", LoadTestHistory.FIRST, 1000, 20, 0);
        history.late = 6;
        history.test("own", LoadTestHistory.FIRST + 600_000, 1000, 20, 0);
        history.writeTo(folder);
        known = LoadTests.of(read(ReportQuery.ALL));
        assertThat(page("own"))
                .contains("The p99 of 8 ms is mostly the load client&#39;s own: its sends were late by 6 ms at p99.")
                .contains("p99, mostly the client&#39;s own");
        assertThat(page("older")).doesNotContain("mostly");
    }

    @Test
    void littleCpuAndMemoryThatIsOneSampleTellNothing() throws Exception {
        LoadTestHistory history = new LoadTestHistory();
        history.start(LoadTestHistory.FIRST - 60_000, "1.0", "");
        history.constantMemory = 174_153_728;
        history.test("run-1", LoadTestHistory.FIRST, 1000, 0.97, 0);
        history.constantMemory = 190_025_728;
        history.test("run-2", LoadTestHistory.FIRST + 600_000, 1000, 0.78, 0);
        history.writeTo(folder);
        known = LoadTests.of(read(ReportQuery.ALL));
        Comparison comparison = compare("run-1", "run-2");
        assertThat(value(comparison.measured(), "cpuMicrosPerMessage").verdict())
                .isEqualTo(Verdict.TOO_LITTLE);
        assertThat(value(comparison.measured(), "rssBytes").verdict()).isEqualTo(Verdict.TOO_LITTLE);
        assertThat(value(comparison.measured(), "rssBytes").change()).doesNotContain("±");
    }

    @Test
    void bytesAMessageAreNotJudgedWhenTheMessagesDiffer() throws Exception {
        LoadTestHistory history = new LoadTestHistory();
        history.start(LoadTestHistory.FIRST - 60_000, "1.0", "");
        history.test("run-1", LoadTestHistory.FIRST, 1000, 20, 0);
        history.messageBytes = 900;
        history.test("run-2", LoadTestHistory.FIRST + 600_000, 1000, 20, 0);
        history.writeTo(folder);
        known = LoadTests.of(read(ReportQuery.ALL));
        assertThat(value(compare("run-1", "run-2").measured(), "bytesOutPerMessage")
                        .verdict())
                .isEqualTo(Verdict.DIFFERENT);
    }

    @ParameterizedTest
    @CsvSource({
        "overloaded, NOT VALID: the load generator was late, No conclusion: the times of b are not valid.",
        "interrupted, INTERRUPTED; its times are NOT VALID: late, No conclusion: the times of b are not valid.",
        "interrupted, INTERRUPTED, No conclusion: b was interrupted.",
    })
    void nothingFollowsFromARunThatIsNotValidOrWasInterrupted(String result, String verdict, String sentence)
            throws Exception {
        LoadTestHistory history = new LoadTestHistory();
        history.start(LoadTestHistory.FIRST - 60_000, "1.0", "");
        history.test("run-1", LoadTestHistory.FIRST, 1000, 20, 0);
        history.result = result;
        history.verdict = verdict;
        history.test("run-2", LoadTestHistory.FIRST + 600_000, 1000, 40, 0);
        history.writeTo(folder);
        known = LoadTests.of(read(ReportQuery.ALL));
        Comparison comparison = compare("run-1", "run-2");
        assertThat(comparison.invalid()).isEqualTo(sentence);
        assertThat(comparison.measured())
                .isNotEmpty()
                .allSatisfy(each -> assertThat(each.verdict()).isEqualTo(Verdict.NOT_JUDGED));
        assertThat(comparePage("run-1", "run-2")).contains(sentence).doesNotContain("chip bad\">worse");
    }

    private String comparePage(String a, String b) throws Exception {
        CompareQuery sides = CompareQuery.of(a, b, known);
        return new String(
                ComparePage.of(
                        known,
                        sides.a(),
                        read(sides.a().query()),
                        sides.b(),
                        read(sides.b().query())),
                StandardCharsets.UTF_8);
    }

    @Test
    void theJsonHasTheSameNumbers() throws Exception {
        usual();
        CompareQuery sides = CompareQuery.of("run-2", "run-3", known);
        JsonObject json = json(CompareJson.of(
                sides.a(), read(sides.a().query()), sides.b(), read(sides.b().query())));
        assertThat(json.getJsonObject("b").getString("id")).isEqualTo("run-3");
        assertThat(json.getBoolean("paired")).isTrue();
        JsonObject cpu = json.getJsonArray("measured").getValuesAs(JsonObject.class).stream()
                .filter(each -> each.getString("name").equals("cpuMicrosPerMessage"))
                .findFirst()
                .orElseThrow();
        ComparedValue same = value(compare("run-2", "run-3").measured(), "cpuMicrosPerMessage");
        assertThat(cpu.getJsonNumber("margin").doubleValue())
                .isEqualTo(same.difference().margin());
        assertThat(cpu.getString("verdict")).isEqualTo("worse");
        assertThat(cpu.getString("unit")).isEqualTo("micros");
    }
}
