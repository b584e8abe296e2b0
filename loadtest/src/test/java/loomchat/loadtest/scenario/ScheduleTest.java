package loomchat.loadtest.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is asked for has a time at which to come. */
class ScheduleTest {
    @TempDir
    Path folder;

    /** The share of classic's stages is below half, that of a ramp with a short rest above. */
    @ParameterizedTest
    @CsvSource({
        "classic, 60s, 3000, 15000",
        "classic, 16s, 3000, 15000",
        "classic, 10s, 3000, 5000",
        "classic, 1s, 400, 500",
        "classic, 7m, 200000, 210000",
        "ramp, 4s, 40, 3000",
        "ramp, 4s, 20, 3000",
        "cloud, 10ms, 2000, 5",
        "spike, 1s, 2000, 1000"
    })
    void everyClientComesInAnyDuration(String name, String duration, int clients, long rampMillis) throws IOException {
        Map<String, String> settings = Map.of("DURATION", duration, "CLIENTS", "" + clients);
        Scenario scenario = name.equals("ramp") ? ramp("""
                {"stages": [{"clients": 40, "every": "100ms"}, {"clients": 40, "over": "2s"}], "duration": "8s",
                 "personas": [{"kind": "steady"}]}""", settings) : ScenarioFile.load(name, settings);
        assertThat(Stage.length(scenario.load().stages())).isBetween(rampMillis * 999_000, rampMillis * 1_001_000);
        Schedule schedule = new Schedule(scenario);
        for (int user = 0; user < clients; user++) {
            assertThat(schedule.turns(user)).as("user " + user).isNotEmpty();
        }
    }

    private Scenario ramp(String json, Map<String, String> settings) throws IOException {
        return ScenarioFile.load(
                Files.writeString(folder.resolve("ramp.json"), json).toString(), settings);
    }
}
