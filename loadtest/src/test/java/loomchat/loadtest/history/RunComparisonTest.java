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
                .anyMatch(each -> each.matches("  p99 +10 ms +10 ms +=  same"))
                .noneMatch(each -> each.contains("worse"))
                .allMatch(each -> each.length() <= 100)
                .last()
                .asString()
                .startsWith("B is as good as A");
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
        assertThat(lines.getLast()).endsWith("What was played differs, and may be the reason.");
    }

    @Test
    void betterAndWorseAreMarkedAndSummedUpInASentence() throws IOException {
        runs.add();
        runs.p99 = 14;
        runs.serverCpu = 15;
        runs.lost = 2;
        runs.add();
        List<String> lines = compare(false);
        assertThat(lines)
                .anyMatch(each -> each.matches("  p99 +10 ms +14 ms +\\+40.0 %  worse"))
                .anyMatch(each -> each.matches("  CPU a message +20 µs +15 µs +-25.0 %  better"))
                .anyMatch(each -> each.matches("  lost +0 +2 +worse"));
        assertThat(lines.getLast())
                .isEqualTo("B is worse: lost 2, latency p99 +40.0 %; and better: the server's CPU a message -25.0 %.");
        assertThat(lines).noneMatch(each -> each.contains("\u001b"));
        assertThat(compare(true))
                .anyMatch(each -> each.startsWith("\u001b[31m  p99 "))
                .anyMatch(each -> each.startsWith("\u001b[32m  CPU a message"));
    }
}
