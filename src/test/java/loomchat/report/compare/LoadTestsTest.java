package loomchat.report.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import loomchat.report.history.HistoryReader;
import loomchat.report.history.LoadTestRun;
import loomchat.report.history.NodeFolders;
import loomchat.report.history.Report;
import loomchat.report.history.ReportQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Load tests of several processes and against several servers. */
class LoadTestsTest {
    private static final long FIRST = LoadTestHistory.FIRST;
    private static final long NOW = FIRST + 86_400_000;

    @TempDir
    private Path root;

    private final List<Path> folders = new ArrayList<>();

    private void write(LoadTestHistory history) throws Exception {
        Path folder = Files.createDirectory(root.resolve("log" + (char) ('A' + folders.size())));
        history.writeTo(folder);
        folders.add(folder);
    }

    private Report read(ReportQuery query) {
        try (HistoryReader reader = new HistoryReader(NodeFolders.of(folders), 1, () -> NOW)) {
            return reader.read(query);
        }
    }

    private LoadTests known() {
        return LoadTests.of(read(ReportQuery.ALL));
    }

    private String page(LoadTests known, String id) {
        LoadTest test = known.find(id).orElseThrow();
        Report report = read(LoadTestPage.range(known, test).query());
        return new String(LoadTestPage.of(known, test, report), StandardCharsets.UTF_8);
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
        assertThat(new String(LoadTestList.page(known), StandardCharsets.UTF_8))
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
        assertThat(known().find("a1").orElseThrow().endOr(NOW)).isEqualTo(FIRST + 60_001);
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
}
