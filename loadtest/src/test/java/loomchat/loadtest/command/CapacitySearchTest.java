package loomchat.loadtest.command;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import loomchat.loadtest.measure.GeneratorHealth;
import loomchat.loadtest.measure.LatencyKind;
import loomchat.loadtest.measure.Measurements;
import loomchat.loadtest.measure.RunRecorder;
import loomchat.loadtest.scenario.Scenario;
import loomchat.loadtest.scenario.ScenarioFile;
import loomchat.loadtest.testing.CommandRun;
import loomchat.loadtest.testing.FaultyPlainServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A step that is not valid says that this machine was busy, and nothing of the server, which lets in 62. */
class CapacitySearchTest {
    private static final int LIMIT = 62;
    private static final String SCENARIO = """
            {"stages": [{"clients": 20, "over": "1s"}], "duration": "4s", "personas": [{"kind": "steady"}],
             "capacity": {"vary": "clients", "from": 20, "to": 400, "growPercent": 50, "step": "4s", "precisionPercent": 1},
             "thresholds": ["failed == 0", "neverMatched >= 0"]}""";

    @TempDir
    Path dir;

    private CapacitySearch.Outcome search(IntPredicate busy) throws Exception {
        Path file = Files.writeString(dir.resolve("scenario.json"), SCENARIO);
        Scenario scenario = ScenarioFile.load(file.toString(), Map.of());
        return new CapacitySearch(scenario, (step, number) -> summary(step, busy.test(number))).run();
    }

    private static Summary summary(Scenario step, boolean busy) {
        RunRecorder recorder = new RunRecorder(step);
        recorder.counters().delivered.add(100);
        recorder.counters().refused.add(step.clients() > LIMIT ? 1 : 0);
        if (busy) {
            recorder.latency().record(LatencyKind.LATENESS, 0, 900_000_000);
        }
        recorder.latency().drain();
        Measurements measurements = new Measurements(
                new Measurements.RunInfo("scenario", "ws://localhost/", 0, 4, step.clients(), 1, false),
                recorder.counters().totals(),
                recorder.latency().totals(),
                Map.of(),
                Map.of(),
                new GeneratorHealth(1, 0, 1, 1),
                List.of());
        return Summary.of(measurements, step.thresholds(), List.of(), null, List.of());
    }

    private static List<Integer> played(CapacitySearch.Outcome outcome) {
        return outcome.points().stream().map(CapacitySearch.Point::value).toList();
    }

    @Test
    void aBusyMomentIsPlayedAgain() throws Exception {
        CapacitySearch.Outcome outcome = search(number -> number == 1 || number == 3 || number == 4 || number == 8);
        assertThat(outcome.best()).isEqualTo(LIMIT);
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.PASSED);
        assertThat(outcome.bestPoint().summary().exitCode()).isEqualTo(ExitCode.PASSED);
        assertThat(played(outcome)).startsWith(20, 20, 30, 30, 30, 45, 68, 56, 56);
    }

    @Test
    void whereItStaysBusyTheServerMayTakeMore() throws Exception {
        CapacitySearch.Outcome outcome = search(number -> number > 3);
        assertThat(outcome.best()).isEqualTo(45);
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.OVERLOADED);
        assertThat(CapacitySearch.text(
                        ScenarioFile.load(dir.resolve("scenario.json").toString(), Map.of()), outcome))
                .contains("Highest that met the thresholds: at least 45 clients (at 46: NOT VALID: ")
                .endsWith("The server may take more: above that this machine could not tell.\n");
    }

    @Test
    void whereItWasNeverValidThereIsNoFigure() throws Exception {
        CapacitySearch.Outcome outcome = search(number -> true);
        assertThat(outcome.best()).isZero();
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.OVERLOADED);
        assertThat(played(outcome)).containsExactly(20, 20, 20);
    }

    @Test
    void aSearchFindsTheHighestValueThatPasses() throws IOException {
        Path file = Files.writeString(dir.resolve("small.json"), """
                {"stages": [{"clients": 4, "over": "0s"}], "duration": "1s", "personas": [{"kind": "steady", "every": "20ms"}],
                 "capacity": {"vary": "clients", "from": 2, "to": 16, "growPercent": 100, "step": "1s", "precisionPercent": 50},
                 "thresholds": ["lost == 0", "rate < 350"]}""");
        try (FaultyPlainServer server = FaultyPlainServer.honest()) {
            CommandRun played = CommandRun.stress(dir.resolve("out"), file.toString(), "URL=" + server.url());
            assertThat(played.out()).contains("Highest that met the thresholds:");
            Path folder = played.folder();
            assertThat(Files.readAllLines(folder.resolve("capacity.csv"))).hasSizeGreaterThanOrEqualTo(2);
            assertThat(folder.resolve("report.html")).exists();
            assertThat(folder.resolve("step-01/summary.json")).exists();
            JsonObject summary = played.summary();
            if (played.exitCode() == ExitCode.PASSED) {
                int best = summary.getJsonObject("capacity").getInt("clients");
                assertThat(summary.getString("verdict"))
                        .isEqualTo("PASSED: the highest that met the thresholds is " + best + " clients");
                assertThat(CommandRun.stress(dir.resolve("out"), "history").out())
                        .contains("passed: " + best + " clients");
            }
            assertThat(summary.getJsonObject("machine")).isNotNull();
        }
    }
}
