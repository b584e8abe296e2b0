package loomchat.loadtest.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunComparisonTest {
    @TempDir
    Path results;

    private Runs runs;

    @BeforeEach
    void begin() {
        runs = new Runs(results);
    }

    private List<String> compare(boolean colour) {
        return RunComparison.of(results, "previous", "last", colour).lines().toList();
    }

    @Test
    void twoRunsOfTheSameAreTheSame() throws IOException {
        String a = runs.add();
        String b = runs.add();
        assertThat(compare(false))
                .anyMatch(each -> each.startsWith("A  " + a + "  passed"))
                .anyMatch(each -> each.startsWith("B  " + b + "  passed"))
                .contains("Both played the same on the same machine.")
                .anyMatch(each -> each.matches("  p99 +10 ms +10 ms += +0.0 % same"))
                .noneMatch(each -> each.contains("worse"))
                .allMatch(each -> each.length() <= 80)
                .last()
                .asString()
                .isEqualTo("B is as good as A: nothing that users feel differs by as much as 5 %.");
    }

    @Test
    void whatDiffersInTheSetUpIsSaidFirst() throws IOException {
        runs.settings = "\"CLIENTS\": \"100\", \"SEED\": \"1\"";
        runs.add();
        runs.settings = "\"CLIENTS\": \"200\", \"RATE\": \"5\", \"SEED\": \"1\"";
        runs.cpu = "Another Processor";
        runs.add();
        List<String> lines = compare(false);
        assertThat(lines)
                .containsSubsequence(
                        "What was played differs:",
                        "  CLIENTS: 100 → 200",
                        "  RATE: as the scenario says → 5",
                        "  processor: A Processor → Another Processor")
                .noneMatch(each -> each.contains("SEED"));
        assertThat(String.join(" ", lines)).endsWith("What was played differs, and may be the reason.");
    }

    @Test
    void whatIsWorseComesFirstAndNothingIsCalledBetterBesideIt() throws IOException {
        runs.add();
        runs.p99 = 14;
        runs.p50 = 0.5;
        runs.lost = 2;
        runs.add();
        List<String> lines = compare(false);
        assertThat(lines)
                .anyMatch(each -> each.matches("  p99 +10 ms +14 ms +\\+40.0 % +0.0 % worse"))
                .anyMatch(each -> each.matches("  p50 +1 ms +500 µs +-50.0 % +0.0 % better"))
                .anyMatch(each -> each.matches("  lost +0 +2 +worse"));
        assertThat(lines.getLast()).isEqualTo("B is worse: lost 2, latency p99 +40.0 %.");
        assertThat(lines).noneMatch(each -> each.contains("\u001b"));
        assertThat(compare(true))
                .anyMatch(each -> each.startsWith("\u001b[31m  p99 "))
                .anyMatch(each -> each.startsWith("\u001b[32m  p50 "));
    }

    @Test
    void faultsAreWorseFromThreeTimesAsManyOn() throws IOException {
        runs.lost = 55;
        runs.add();
        runs.lost = 58;
        runs.add();
        assertThat(compare(false)).anyMatch(each -> each.matches("  lost +55 +58 +\\+5.5 % +cannot tell"));
        runs.lost = 174;
        runs.add();
        assertThat(compare(false)).anyMatch(each -> each.matches("  lost +58 +174 +\\+200 % +worse"));
    }

    @Test
    void whatUsersFeelWeighsMoreThanWhatItCosts() throws IOException {
        runs.add();
        runs.p99 = 5;
        runs.serverCpu = 80;
        runs.add();
        assertThat(compare(false).getLast())
                .isEqualTo("B is better: latency p99 -50.0 %; but worse: the server's CPU a message +300 %.");
    }

    @Test
    void aServerThatStoodStillIsWorseAndNotBetterBecauseItUsedLessCpu() throws IOException {
        RealRuns.good(results);
        RealRuns.frozen(results);
        List<String> lines = compare(false);
        assertThat(lines)
                .anyMatch(each -> each.matches("  p50 +351 µs +365 µs +\\+4.0 % +\\? cannot tell"))
                .anyMatch(each -> each.matches("  p90 +1.5 ms +107 ms +71 times +\\? worse"))
                .anyMatch(each -> each.matches("  p99 +23.1 ms +1.79 s +78 times +\\? worse"))
                .anyMatch(each -> each.matches("  p99 from actual time .* 1,166 times +\\? worse"))
                .anyMatch(each -> each.matches("  connect p99 .* -58.6 % +\\? cannot tell"))
                .anyMatch(each -> each.matches("  CPU a message .* -19.0 % +\\? cannot tell"))
                .anyMatch(each -> each.matches("  memory .* \\+9.1 % +\\? cannot tell"))
                .contains("   too short: p50, delivered messages/s", "   one sample: server memory")
                .anyMatch(each -> each.startsWith("?: the noise is not known"))
                .allMatch(each -> each.length() <= 80);
        assertThat(String.join(" ", lines))
                .endsWith("B is worse: latency p90 71 times, latency p99 78 times, latency p99.9 34 times,"
                        + " latency p99 from actual time 1,166 times.");
        assertThat(RunComparison.of(results, "last", "previous", false).lines().toList())
                .noneMatch(each -> each.contains("worse"))
                .anyMatch(each -> each.startsWith("B is better: latency p99 from actual time 1/1,166"));
    }

    /** A run of a minute has seconds enough, and one stop of the server makes them too uneven for a margin. */
    @Test
    void aStopWithinALongRunIsSeenByTheCoarseLimit() throws IOException {
        runs.add();
        runs.second = i -> i == 30 ? 200 : 1 + 0.1 * (i % 3);
        runs.p99 = 700;
        runs.add();
        assertThat(compare(false))
                .anyMatch(each -> each.matches("  p99 +10 ms +700 ms +70 times +\\? worse"))
                .last()
                .asString()
                .startsWith("B is worse: latency p99 70 times");
    }

    @Test
    void whatTheLoadGeneratorWasLateByIsNoChangeOfTheServer() throws IOException {
        runs.length = 15;
        runs.p99 = 6;
        runs.add();
        runs.p99 = 23;
        runs.late = 22;
        runs.add();
        assertThat(compare(false))
                .anyMatch(each -> each.matches("  p99 +6 ms +23 ms +\\+283 % +\\? cannot tell"))
                .last()
                .asString()
                .isEqualTo("No difference seen, as far as it can be told.");
    }

    @Test
    void nothingFollowsFromARunThatIsNotValidOrWasInterrupted() throws IOException {
        runs.add();
        runs.valid = false;
        runs.result = "overloaded";
        runs.p99 = 5000;
        runs.add();
        assertThat(compare(false))
                .anyMatch(each -> each.matches("  p99 +10 ms +5 s +500 times"))
                .noneMatch(each -> each.contains("worse") || each.contains("better"))
                .last()
                .isEqualTo("No conclusion: the times of B are not valid.");
        runs.valid = true;
        runs.interrupted = true;
        runs.result = "interrupted";
        runs.add();
        assertThat(compare(false).getLast())
                .isEqualTo("No conclusion: the times of A are not valid and B was interrupted.");
    }
}
