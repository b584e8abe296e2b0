package loomchat.loadtest.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import loomchat.loadtest.measure.GeneratorHealth;
import loomchat.loadtest.measure.LatencyKind;
import loomchat.loadtest.measure.Measurements;
import loomchat.loadtest.measure.RunRecorder;
import loomchat.loadtest.scenario.Scenario;
import loomchat.loadtest.scenario.ScenarioFile;
import org.junit.jupiter.api.Test;

/** The verdict on a run whose load generator was late itself. */
class SummaryTest {
    private final Scenario scenario = ScenarioFile.load("classic", Map.of());
    private final RunRecorder recorder = new RunRecorder(scenario);

    private Summary late(Map<String, Long> errors) {
        for (int i = 0; i < 100; i++) {
            recorder.latency().record(LatencyKind.LATENESS, 0, 400_000_000);
        }
        recorder.latency().drain();
        Measurements measured = new Measurements(
                new Measurements.RunInfo("classic", "ws://localhost/", 0, 20, 200, 1, false),
                recorder.counters().totals(),
                recorder.latency().totals(),
                errors,
                Map.of(),
                new GeneratorHealth(1, 0, 1, 1),
                List.of());
        assertThat(measured.overload()).isNotNull();
        return Summary.of(measured, scenario.thresholds(), List.of(), null, List.of());
    }

    @Test
    void timeoutsMayBeItsOwnAndAreNamedBesides() {
        recorder.counters().refused.add(34);
        Summary summary = late(Map.of("connect: timeout", 34L));
        assertThat(summary.exitCode()).isEqualTo(ExitCode.OVERLOADED);
        assertThat(summary.verdict())
                .startsWith("NOT VALID: the load generator was 400 ms late itself")
                .endsWith("; failed == 0 was missed (34)");
    }

    @Test
    void refusalsAreTheServers() {
        recorder.counters().refused.add(34);
        Summary summary = late(Map.of("connect: subprotocol not spoken", 33L, "connect: timeout", 1L));
        assertThat(summary.exitCode()).isEqualTo(ExitCode.MISSED);
        assertThat(summary.verdict()).startsWith("FAILED: failed == 0 was missed (34); its times are NOT VALID");
    }

    @Test
    void violationsAndLostMessagesAreTheServers() {
        recorder.counters().violations.add(1);
        assertThat(late(Map.of()).exitCode()).isEqualTo(ExitCode.MISSED);
        recorder.counters().lost.add(1);
        assertThat(late(Map.of()).exitCode()).isEqualTo(ExitCode.MISSED);
    }
}
