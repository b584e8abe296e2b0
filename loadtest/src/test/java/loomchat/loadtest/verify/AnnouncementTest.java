package loomchat.loadtest.verify;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import loomchat.loadtest.measure.GeneratorHealth;
import loomchat.loadtest.measure.LatencyKind;
import loomchat.loadtest.measure.Measurements;
import loomchat.loadtest.measure.RunRecorder;
import loomchat.loadtest.measure.TimelineColumn;
import loomchat.loadtest.measure.TimelineRow;
import loomchat.loadtest.scenario.ScenarioFile;
import org.junit.jupiter.api.Test;

class AnnouncementTest {
    private final RunRecorder recorder = new RunRecorder(ScenarioFile.load("classic", Map.of()));

    private JsonObject told() {
        return told(List.of());
    }

    private JsonObject told(List<TimelineRow> timeline) {
        recorder.latency().drain();
        Measurements measured = new Measurements(
                new Measurements.RunInfo("classic", "ws://localhost/", 0, 20, 200, 1, false),
                recorder.counters().totals(),
                recorder.latency().totals(),
                Map.of(),
                Map.of(),
                new GeneratorHealth(1, 0, 1, 1),
                timeline);
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

    /** The server was killed after 6 s, started again, and somebody came back at the end; then the drain. */
    @Test
    void latencyIsToldForEachStretchAlsoWhereNothingArrived() {
        List<TimelineRow> rows = new ArrayList<>();
        for (int second = 1; second <= 25; second++) {
            boolean arrived = second <= 6 || second == 20;
            rows.add(new TimelineRow()
                    .put(TimelineColumn.SECONDS, second)
                    .put(TimelineColumn.P50, arrived ? 1_000_000 : 0)
                    .put(TimelineColumn.P99, arrived ? 4_000_000 : 0));
        }
        JsonArray p99 = told(rows).getJsonObject("timeline").getJsonArray("p99");
        assertThat(p99.getValuesAs(JsonNumber.class))
                .extracting(JsonNumber::intValue)
                .containsExactly(4, 4, 4, 4, 4, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4);
    }

    @Test
    void nothingIsToldOfWhatWasNotMeasured() {
        assertThat(told().getJsonObject("generator")).isEmpty();
    }
}
