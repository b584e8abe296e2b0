package loomchat.loadtest.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import loomchat.Loomchat;
import loomchat.loadtest.testing.CommandRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How servers are told of a run. */
class RunIdTest {
    private static final Path RESULTS = Path.of("load-results");

    @Test
    void runsOfOneSecondAreToldApart() {
        Path folder = RESULTS.resolve("20261130T175751-classic");
        assertThat(IntStream.range(0, 100).mapToObj(i -> RunId.of(RESULTS, folder)))
                .allMatch(id -> id.matches("20261130T175751-classic-[0-9a-z]{5}"))
                .doesNotHaveDuplicates();
    }

    @Test
    void aStepOfASearchHasTheNameOfTheSearch() {
        assertThat(RunId.of(RESULTS, RESULTS.resolve("20261130T175751-capacity/step-01")))
                .startsWith("20261130T175751-capacity-step-01-");
    }

    @Test
    void aLongNameIsCutToWhatAServerTakes() {
        assertThat(RunId.of(RESULTS, RESULTS.resolve("20261130T175751-" + "long".repeat(20))))
                .hasSize(64)
                .matches("20261130T175751-[long]+-[0-9a-z]{5}");
    }

    @Test
    void aServerIsToldOfTheBeginAndTheEndUnderOneName(@TempDir Path dir) throws Exception {
        try (Loomchat server = Loomchat.start(
                Map.of("HOST", "127.0.0.1", "PORT", "0", "LOG_DIR", "" + dir.resolve("logs"), "DRAIN_TIMEOUT", "0s"))) {
            CommandRun.stress(
                    dir.resolve("results"),
                    "classic",
                    "URL=ws://127.0.0.1:" + server.port(),
                    "CLIENTS=4",
                    "DURATION=1s");
            String log = Files.readString(server.logDir().resolve("chat-logs.jsonl"));
            assertThat(log.lines()
                            .filter(line -> line.contains("\"event\":\"Load Test "))
                            .map(line -> line.replaceAll(".*\"id\":\"([^\"]*)\".*", "$1"))
                            .distinct())
                    .singleElement()
                    .asString()
                    .matches("\\d{8}T\\d{6}-classic-[0-9a-z]{5}");
        }
    }
}
