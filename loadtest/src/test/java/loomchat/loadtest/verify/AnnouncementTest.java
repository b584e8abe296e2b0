package loomchat.loadtest.verify;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.util.List;
import java.util.Map;
import loomchat.loadtest.measure.GeneratorHealth;
import loomchat.loadtest.measure.LatencyKind;
import loomchat.loadtest.measure.Measurements;
import loomchat.loadtest.measure.RunRecorder;
import loomchat.loadtest.scenario.ScenarioFile;
import org.junit.jupiter.api.Test;

class AnnouncementTest {
    private final RunRecorder recorder = new RunRecorder(ScenarioFile.load("classic", Map.of()));

    private JsonObject told() {
        recorder.latency().drain();
        Measurements measured = new Measurements(
                new Measurements.RunInfo("classic", "ws://localhost/", 0, 20, 200, 1, false),
                recorder.counters().totals(),
                recorder.latency().totals(),
                Map.of(),
                Map.of(),
                new GeneratorHealth(1, 0, 1, 1),
                List.of());
        return Announcement.ofEnd(measured, List.of(), "PASSED");
    }

    /** Without it the report takes for the server's what the terminal says is the client's. */
    @Test
    void theServerIsToldHowLateTheClientWas() {
        for (int i = 0; i < 100; i++) {
            recorder.latency().arrived(0, 0, 23_085_000, 1_536_000);
            recorder.latency().record(LatencyKind.LATENESS, 0, 22_594_000);
            recorder.latency().record(LatencyKind.LAG, 0, 2_000_000);
        }
        JsonObject generator = told().getJsonObject("generator");
        assertThat(generator).containsOnlyKeys("lateness", "lag");
        assertThat(generator.getJsonObject("lateness").getJsonNumber("p99").doubleValue())
                .isBetween(22.5, 22.7);
        assertThat(told().getJsonObject("latencies")).containsOnlyKeys("intended", "actual");
    }

    @Test
    void nothingIsToldOfWhatWasNotMeasured() {
        assertThat(told().getJsonObject("generator")).isEmpty();
    }
}
