package loomchat.loadtest.command;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import loomchat.Loomchat;
import loomchat.loadtest.testing.CommandRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs against a Loomchat are set beside those before them. What becomes of figures is in RegressionTest. */
class PastRunsTest {
    @TempDir
    Path dir;

    @Test
    void aRunThatIsWorseThanThoseBeforeHasAnExitCodeOfItsOwnWhereThatIsAskedFor() throws Exception {
        Map<String, String> settings = Map.of(
                "HOST", "127.0.0.1", "PORT", "0", "LOG_DIR", dir.resolve("logs").toString(), "DRAIN_TIMEOUT", "0s");
        try (Loomchat server = Loomchat.start(settings)) {
            CommandRun first = play(server);
            JsonObject summary = first.summary();
            assertThat(summary.getJsonObject("machine").getInt("cores"))
                    .isEqualTo(Runtime.getRuntime().availableProcessors());
            assertThat(summary.getJsonObject("settings").getString("CLIENTS")).isEqualTo("10");
            assertThat(summary.getJsonObject("settings")).doesNotContainKeys("RESULTS", "URL");
            assertThat(summary.getString("plays")).hasSize(12);
            JsonObject used = summary.getJsonObject("serverProcess");
            assertThat(used.getJsonNumber("cpuSeconds").doubleValue()).isPositive();
            assertThat(used.getJsonNumber("rssBytes").longValue()).isGreaterThan(10_000_000);
            assertThat(first.out().replaceAll("\\s+", " "))
                    .containsPattern("it used [\\d.]+ CPU seconds.* and has [\\d.]+ [MG]B of memory")
                    .containsPattern("There is no good run of the same set-up|It is not compared");

            Path folder = first.folder();
            assumeGood(folder);
            CommandRun second = play(server, "--fail-on-regression");
            // The times of a generator that was late itself are compared with nothing.
            if (second.exitCode() != ExitCode.OVERLOADED) {
                assertThat(second.exitCode()).isEqualTo(ExitCode.REGRESSED);
                assertThat(second.out())
                        .contains("Beside the last 2 good runs", "REGRESSION: ")
                        .containsPattern("server memory .* WORSE");
            }
            assertThat(CommandRun.stress(dir.resolve("results"), "history")
                            .out()
                            .lines())
                    .anyMatch(each -> each.startsWith(folder.getFileName() + " "));
            assertThat(CommandRun.stress(dir.resolve("results"), "compare", "previous", "last")
                            .exitCode())
                    .isZero();
            assertThat(CommandRun.stress(dir.resolve("results"), "compare").out())
                    .isEqualTo(CommandRun.stress(dir.resolve("results"), "compare", "previous", "last")
                            .out());
        }
    }

    @Test
    void eachCommandHasHelpOfItsOwn() {
        CommandRun compare = CommandRun.stress(dir, "compare", "--help");
        assertThat(compare.exitCode()).isZero();
        assertThat(compare.out()).startsWith("Sets two runs side by side").contains("previous last");
        CommandRun history = CommandRun.stress(dir, "history", "--help");
        assertThat(history.exitCode()).isZero();
        assertThat(history.out()).startsWith("Lists the runs in RESULTS").contains("--json");
        assertThat(CommandRun.stress(dir, "compare", "one").err())
                .contains("two runs")
                .hasLineCount(1);
    }

    @Test
    void theColumnsOfTheHelpAreInLine() {
        String help = CommandRun.stress(dir, "--help").out();
        long columns = StressOptions.SETTINGS.stream()
                .map(StressOptions.Setting::meaning)
                .map(each -> help.lines()
                        .filter(line -> line.endsWith(each))
                        .findFirst()
                        .orElseThrow()
                        .indexOf(each))
                .filter(at -> at < 50)
                .distinct()
                .count();
        assertThat(columns).isEqualTo(1);
    }

    private CommandRun play(Loomchat server, String... more) {
        String[] arguments = new String[4 + more.length];
        arguments[0] = "classic";
        arguments[1] = "URL=ws://127.0.0.1:" + server.port() + "/";
        arguments[2] = "CLIENTS=10";
        arguments[3] = "DURATION=1s";
        System.arraycopy(more, 0, arguments, 4, more.length);
        return CommandRun.stress(dir.resolve("results"), arguments);
    }

    /** On a busy machine the run is not valid. Makes two of it, with a server that was smaller than any will be. */
    private static void assumeGood(Path folder) throws IOException {
        Path file = folder.resolve("summary.json");
        String summary = Files.readString(file);
        String good = summary.replaceAll("\"result\": ?\"\\w+\"", "\"result\": \"passed\"")
                .replaceAll("\"valid\": ?false", "\"valid\": true")
                .replaceAll("\"rssBytes\": ?\\d+", "\"rssBytes\": 1000000");
        Files.writeString(file, good);
        Path copy = Files.createDirectory(folder.resolveSibling(folder.getFileName() + "-copy"));
        Files.writeString(copy.resolve("summary.json"), good);
    }
}
