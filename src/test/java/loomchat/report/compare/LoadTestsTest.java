package loomchat.report.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import loomchat.report.history.Crowd;
import loomchat.report.history.HistoryReader;
import loomchat.report.history.LoadTestRun;
import loomchat.report.history.NodeFolders;
import loomchat.report.history.Report;
import loomchat.report.history.ReportQuery;
import loomchat.report.render.RenderedReport;
import loomchat.report.series.ChatCount;
import loomchat.testing.LogLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Load tests of several processes and against several servers. Long, because each is a history of its own. */
class LoadTestsTest {
    private static final long FIRST = LoadTestHistory.FIRST;
    private long now = FIRST + 86_400_000;

    @TempDir
    private Path root;

    private final List<Path> folders = new ArrayList<>();

    private void write(LoadTestHistory history) throws Exception {
        Path folder = Files.createDirectory(root.resolve("log" + (char) ('A' + folders.size())));
        history.writeTo(folder);
        folders.add(folder);
    }

    private Report read(ReportQuery query) {
        try (HistoryReader reader = new HistoryReader(NodeFolders.of(folders), 1, () -> now)) {
            return reader.read(query);
        }
    }

    private LoadTests known() {
        return LoadTests.of(read(ReportQuery.ALL));
    }

    private String page(LoadTests known, String id) {
        LoadTest test = known.find(id).orElseThrow();
        Report report = read(LoadTestPage.range(known, test).query());
        return text(LoadTestPage.of(known, test, report));
    }

    @Test
    void aShareSaysThatItIsOneAndWhatItsFiguresAreOf() throws Exception {
        LoadTestHistory history = new LoadTestHistory();
        history.start(FIRST - 60_000, "1.0", "");
        history.test("whole", FIRST, 100, 5, 0);
        history.share = "1 of 2";
        history.test("a1", FIRST + 600_000, 100, 5, 0);
        history.share = "2 of 2";
        history.test("a2", FIRST + 600_001, 100, 5, 0);
        history.share = "1 of 2";
        history.test("b1", FIRST + 1_200_000, 100, 5, 0);
        write(history);
        LoadTests known = known();
        String page = page(known, "a1");
        assertThat(page)
                .contains("<h1>Load test classic, share 1 of 2</h1>", "<dt>Share</dt><dd>1 of 2</dd>")
                .contains("The client is share 1 of 2: it counts its own users", "All shares that were played");
        assertThat(page(known, "whole")).doesNotContain("share 1", "All shares", "<dt>Share");
        assertThat(text(LoadTestList.page(known)))
                .contains("<td>classic, share 2 of 2</td>", ", classic, share 2 of 2, passed (a2)</option>");
        // The other share is no run before, but a part of the same.
        assertThat(known.before(known.find("a2").orElseThrow())).isEmpty();
        assertThat(known.before(known.find("b1").orElseThrow()))
                .map(LoadTest::id)
                .hasValue("a1");
        assertThat(SetUp.differences(
                        ComparedRange.of(known.find("a1").orElseThrow(), known),
                        read(ReportQuery.ALL),
                        ComparedRange.of(known.find("a2").orElseThrow(), known),
                        read(ReportQuery.ALL)))
                .contains(new SetUp.Difference("share", "1 of 2", "2 of 2"));
        assertThat(read(ReportQuery.ALL).loadTests())
                .extracting(LoadTestRun::share)
                .containsExactly("1 of 2", "2 of 2", "1 of 2", "");
    }

    /** The axis of its graph would be as long as that value, and all others would lie on its bottom. */
    @Test
    void aSecondWithHardlyAMessageTellsNothingOfCpuAMessage() throws Exception {
        LoadTestHistory history = new LoadTestHistory();
        history.start(FIRST - 60_000, "1.0", "");
        history.slowStart = true;
        history.test("slow", FIRST, 1000, 20, 0);
        write(history);
        String page = page(known(), "slow");
        String data = page.substring(page.indexOf("\"id\":\"cpuMicrosPerMessage\""));
        String[] values = data.substring(data.indexOf("\"mean\":[") + 8, data.indexOf(']'))
                .split(",");
        assertThat(values[0]).isEqualTo("null");
        assertThat(List.of(values).subList(1, 59)).allMatch(each -> Double.parseDouble(each) < 400);
        // It was used all the same.
        assertThat(page).contains("<dt>CPU a message, under load</dt><dd>205 µs</dd>");
    }

    /** Their processes begin one after the other. */
    @Test
    void aShareDoesNotEndWhereTheOtherOneBegins() throws Exception {
        LoadTestHistory history = new LoadTestHistory();
        history.start(FIRST - 60_000, "1.0", "");
        history.share = "1 of 2";
        history.begin("a1", FIRST);
        history.share = "2 of 2";
        history.begin("a2", FIRST + 500);
        history.connection(FIRST + 100_000);
        history.share = "";
        history.test("later", FIRST + 600_000, 100, 5, 0);
        write(history);
        assertThat(known().find("a1").orElseThrow().endOr(now)).isEqualTo(FIRST + 60_001);
    }

    /** Its client plays on, and tells the end to the next run of the server. */
    @Test
    void aLoadTestWhoseServerWasKilledAndIsBackRunsUntilItsTimeIsOver() throws Exception {
        LoadTestHistory history = new LoadTestHistory();
        history.start(FIRST - 60_000, "1.0", "");
        history.test("before", FIRST - 600_000, 100, 5, 0);
        history.begin("killed", FIRST);
        history.connection(FIRST + 12_000);
        history.start(FIRST + 13_000, "1.0", "");
        write(history);
        // The server writes.
        Files.writeString(
                folders.getFirst().resolve("bandwidth.jsonl"), LogLines.sample(FIRST + 20_000, 1_000, 1, 1, 1));
        now = FIRST + 20_000;
        assertThat(known().find("killed").orElseThrow().state()).isEqualTo("running");
        assertThat(read(ReportQuery.ALL).loadTests().getFirst().verdict()).isEqualTo("running");
        // Gone again, and not back.
        now = FIRST + 40_000;
        assertThat(known().find("killed").orElseThrow().state()).isEqualTo("cut off");
        now = FIRST + 60_000 + LoadTestRun.FAREWELL_MILLIS;
        assertThat(known().find("killed").orElseThrow().state()).isEqualTo("cut off");
        assertThat(known().find("killed").orElseThrow().endOr(now)).isEqualTo(FIRST + 12_001);
    }

    private static LoadTestHistory server(String target, long from, double cpuPercent) {
        LoadTestHistory history = new LoadTestHistory();
        history.target = target;
        history.start(from - 60_000, target, "");
        history.test("same", from, 100, cpuPercent, 0);
        return history;
    }

    /** As clients of older versions named them. */
    @Test
    void twoRunsOfOneIdAtTwoServersAreTwoEachWithItsOwnEnd() throws Exception {
        write(server("ws://localhost:1/", FIRST, 5));
        write(server("ws://localhost:2/", FIRST + 100, 7));
        LoadTests known = known();
        assertThat(known.all())
                .extracting(each -> LoadTest.text(each.begin(), "target"))
                .containsExactly("ws://localhost:2/", "ws://localhost:1/");
        assertThat(known.all()).extracting(LoadTest::p99).containsExactly(2.8, 2.0);
        assertThat(known.all())
                .extracting(each -> each.server().getString("version"))
                .containsExactly("ws://localhost:2/", "ws://localhost:1/");
        assertThat(read(ReportQuery.ALL).loadTests())
                .extracting(each -> each.target() + " " + each.end().p99Millis())
                .containsExactly("ws://localhost:2/ 2.8", "ws://localhost:1/ 2.0");
    }

    @Test
    void aRunThatSeveralServersWereToldOfIsOne() throws Exception {
        write(server("ws://localhost:1/,ws://localhost:2/", FIRST, 5));
        write(server("ws://localhost:1/,ws://localhost:2/", FIRST + 100, 5));
        LoadTests known = known();
        assertThat(known.all()).singleElement().satisfies(each -> {
            assertThat(each.nodes()).containsExactly("logA", "logB");
            assertThat(each.end() - each.start()).isEqualTo(61_100);
        });
        assertThat(read(ReportQuery.ALL).loadTests()).hasSize(1);
    }

    /** A balancer leads the announcement of the end to another server of the crowd. */
    @Test
    void anEndWithoutAStartAtItsServerBelongsToTheStartElsewhere() throws Exception {
        write(server("ws://localhost/", FIRST, 5));
        write(server("ws://localhost/", FIRST, 5));
        for (int i = 0; i < 2; i++) {
            Path file = folders.get(i).resolve("chat-logs-20261120T110000000Z.jsonl");
            String gone = i == 0 ? "Load Test Ended" : "Load Test Started";
            Files.write(
                    file,
                    Files.readAllLines(file).stream()
                            .filter(line -> !line.contains(gone))
                            .toList());
        }
        assertThat(known().all())
                .singleElement()
                .satisfies(each -> assertThat(each.result()).isEqualTo("passed"));
    }

    /** Visitors of another server, which is shown as well, have nothing to do with it. */
    @Test
    void aLoadTestCountsTheServersThatWereToldOfItAlone() throws Exception {
        write(server("ws://localhost:1/", FIRST, 5));
        LoadTests alone = known();
        ComparedRange range = ComparedRange.of(alone.find("same").orElseThrow(), alone);
        double cpu = Comparison.Side.of(range, read(range.query())).value(Metric.CPU_PER_MESSAGE);
        LoadTestHistory others = new LoadTestHistory();
        others.start(FIRST - 60_000, "1.0", "");
        others.test("other", FIRST, 1000, 90, 0);
        write(others);
        LoadTests known = known();
        range = ComparedRange.of(known.find("same").orElseThrow(), known);
        Report report = read(range.query());
        assertThat(report.nodes()).extracting(Report.Node::name).containsExactly("logA");
        assertThat(report.chat().count(ChatCount.MESSAGES)).isEqualTo(180);
        assertThat(Comparison.Side.of(range, report).value(Metric.CPU_PER_MESSAGE))
                .isEqualTo(cpu);
        assertThat(page(known, "same"))
                .contains("Counted: logA, to which the load test was announced.", "<dt>Servers</dt><dd>1</dd>");
    }

    /** A balancer leads the announcement to one of them, and the clients to all. */
    @Test
    void aLoadTestOfACrowdCountsAllOfIt() throws Exception {
        LoadTestHistory told = new LoadTestHistory();
        told.crowdNumber = 1;
        told.start(FIRST - 60_000, "1.0", "");
        told.test("crowd", FIRST, 100, 5, 0);
        write(told);
        LoadTestHistory second = new LoadTestHistory();
        second.crowdNumber = 2;
        second.start(FIRST - 60_000, "1.0", "");
        second.connection(FIRST + 1000);
        second.test("later", FIRST + 600_000, 100, 5, 0);
        write(second);
        write(server("ws://localhost:3/", FIRST, 5));
        LoadTests known = known();
        LoadTest test = known.find("crowd").orElseThrow();
        assertThat(known.counted(test)).containsExactly("logA", "logB");
        assertThat(page(known, "crowd"))
                .contains("Counted: logA, logB, the crowd to which the load test was announced.");
        assertThat(known.of("logB").find("crowd")).contains(test);
        assertThat(known.of("logC").find("crowd")).isEmpty();
        assertThat(page(known.of("logB"), "crowd")).contains("Counted: logB alone.", "<dt>Connections</dt><dd>1</dd>");
    }

    /** Until it is started again, nothing in its own record says that it crashed. */
    @Test
    void aServerThatWentDownInALoadTestIsTold() throws Exception {
        LoadTestHistory told = new LoadTestHistory();
        told.crowdNumber = 1;
        told.start(FIRST - 60_000, "1.0", "");
        told.test("whole", FIRST, 100, 5, 0);
        told.test("killed", FIRST + 600_000, 100, 5, 0);
        told.connection(FIRST + 900_000);
        write(told);
        LoadTestHistory other = new LoadTestHistory();
        other.crowdNumber = 2;
        other.start(FIRST - 60_000, "1.0", "");
        other.connection(FIRST + 610_000);
        write(other);
        LoadTests known = known();
        assertThat(page(known, "killed")).contains("1 server went down without a stop");
        assertThat(page(known, "whole")).doesNotContain("went down");
        CompareQuery sides = CompareQuery.of("whole", "killed", known);
        Report a = read(sides.a().query());
        Report b = read(sides.b().query());
        assertThat(text(ComparePage.of(known, sides.a(), a, sides.b(), b)))
                .contains(
                        "1 server went down without a stop",
                        "Servers down without a stop went from 0 in a to 1 in b: worse.");
        assertThat(text(CompareJson.of(sides.a(), a, sides.b(), b)))
                .contains("\"faults\":[{\"name\":\"goneDown\",\"unit\":\"count\",\"a\":0,\"b\":1");
        // Started again, it is a crash there.
        other.start(FIRST + 900_000, "1.0", "");
        other.writeTo(folders.getLast());
        assertThat(page(known(), "killed"))
                .contains("<dt>Crashes</dt><dd>1</dd>")
                .doesNotContain("went down");
    }

    /** 56,968 messages in 60 s, which are 949.47 a second: rounded once, not twice. */
    @Test
    void theCardHasTheRateOfTheList() throws Exception {
        LoadTestHistory history = new LoadTestHistory();
        history.start(FIRST - 60_000, "1.0", "");
        history.test("run", FIRST, 100, 5, 32);
        write(history);
        byte[] page = new RenderedReport(read(ReportQuery.ALL)).as(RenderedReport.Form.PAGE, false);
        assertThat(text(page)).contains("<dt>messages/s</dt><dd>949</dd>");
        assertThat(text(LoadTestList.page(known()))).contains("<td class=\"number\">949</td>");
    }

    @Test
    void theCardsOfARangeThatWasAskedForAreOfItAlone() throws Exception {
        LoadTestHistory history = new LoadTestHistory();
        history.start(FIRST - 60_000, "1.0", "");
        history.test("early", FIRST, 100, 5, 0);
        history.test("late", FIRST + 7_200_000, 100, 5, 0);
        write(history);
        assertThat(cards("all", null, null)).containsExactly("late", "early");
        assertThat(cards("last", null, null)).containsExactly("late", "early");
        assertThat(cards(null, "2026-11-20T10:00:30", "2026-11-20T11:00")).containsExactly("early");
        assertThat(cards(null, "2026-11-20T11:00", "2026-11-20T13:00")).containsExactly("late");
        assertThat(cards(null, "2026-11-20T11:00", "2026-11-20T11:30")).isEmpty();
        assertThat(cards("1h", null, null)).isEmpty();
        assertThat(page(ReportQuery.parse("1h", null, null, null, false, null, now)))
                .as("the others are one step away")
                .contains("href=\"/report/loadtest\"");
    }

    private List<String> cards(String range, String from, String to) {
        String page = page(ReportQuery.parse(range, from, to, null, false, null, now));
        return Pattern.compile("<a href=\"/report/loadtest\\?id=([a-z]+)\">Details")
                .matcher(page)
                .results()
                .map(each -> each.group(1))
                .toList();
    }

    private String page(ReportQuery query) {
        return text(new RenderedReport(read(query)).as(RenderedReport.Form.PAGE, false));
    }

    /** Its other servers have what is missing beside the client's figures. */
    @Test
    void thePageOfOneServerOfACrowdSaysSo() throws Exception {
        write(server("ws://localhost:1/", FIRST, 5));
        LoadTests known = known();
        LoadTest test = known.find("same").orElseThrow();
        Report report = read(LoadTestPage.range(known, test).query()).toldBy(new Crowd("lorry:3000", 3), null);
        assertThat(text(LoadTestPage.of(known, test, report)))
                .containsPattern("As the server saw it</h2><p[^>]*>This is lorry:3000, one of 3 servers;");
        assertThat(text(LoadTestPage.of(known, test, report.forVisitors())))
                .contains("This is one of 3 servers;")
                .doesNotContain("lorry");
    }

    @Test
    void aServerThatWasChosenStaysChosen() throws Exception {
        write(server("ws://localhost:1/", FIRST, 5));
        write(server("ws://localhost:2/", FIRST + 600_000, 7));
        for (String node : new String[] {null, "logB"}) {
            LoadTests known = known().of(node);
            String range = "2026-11-20T10:00:00Z..2026-11-20T10:20:00Z";
            CompareQuery sides = CompareQuery.of(range, range, known);
            Report report = read(sides.a().query());
            assertThat(report.chat().count(ChatCount.MESSAGES)).isEqualTo(node == null ? 360 : 180);
            assertThat(sides.a().server().getString("version")).contains(node == null ? "1" : "2");
            String page = text(ComparePage.of(known, sides.a(), report, sides.b(), report));
            String json = text(CompareJson.of(sides.a(), report, sides.b(), report));
            if (node == null) {
                assertThat(page).contains("of all 2 servers</span>").doesNotContain("name=\"node\"");
                assertThat(json).contains("\"servers\":[\"logA\",\"logB\"]");
            } else {
                assertThat(page)
                        .contains("of logB</span>", "aria-current=\"true\">logB</a>")
                        .contains("%s&amp;node=logB\" class=\"button\">JSON".formatted(ComparePages.encoded(range)))
                        .contains("name=\"node\" value=\"logB\"");
                assertThat(json).contains("\"servers\":[\"logB\"]");
                assertThat(text(LoadTestList.page(known)))
                        .contains("/report/loadtest?id=same&amp;node=logB")
                        .doesNotContain("node=logA\">same");
            }
        }
    }

    private static String text(byte[] page) {
        return new String(page, StandardCharsets.UTF_8);
    }
}
