package loomchat.loadtest.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import loomchat.loadtest.measure.GeneratorHealth;
import loomchat.loadtest.measure.LatencyKind;
import loomchat.loadtest.measure.Measurements;
import loomchat.loadtest.measure.RunRecorder;
import loomchat.loadtest.scenario.Scenario;
import loomchat.loadtest.scenario.ScenarioFile;
import org.junit.jupiter.api.Test;

/**
 * The verdict on a run whose load generator was late itself, or that missed the rate or the clients
 * that were asked for.
 */
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

    // A rate

    private Measurements measured() {
        recorder.latency().drain();
        return new Measurements(
                new Measurements.RunInfo("classic", "ws://localhost/", 0, 10, 10, 1, false),
                recorder.counters().totals(),
                recorder.latency().totals(),
                Map.of(),
                Map.of(),
                new GeneratorHealth(1, 0, 1, 1),
                List.of());
    }

    private void count(long asked, long intended, long sent) {
        recorder.counters().asked.add(asked);
        recorder.counters().intended.add(intended);
        recorder.counters().sent.add(sent);
    }

    private void lateBy(long nanos) {
        for (int i = 0; i < 100; i++) {
            recorder.latency().record(LatencyKind.LATENESS, 0, nanos);
            recorder.latency().arrived(0, 0, 10 * nanos, 10 * nanos);
        }
    }

    @Test
    void aRateThatIsReachedNeedsNoWord() {
        count(90_000, 89_500, 89_400);
        assertThat(measured().rateMissed()).isNull();
        assertThat(SummaryText.of(summary())).contains("8,940 messages/s sent of 9,000 asked for (99.3 %)");
    }

    @Test
    void aRateThatWasNotReachedIsSaidWithItsReason() {
        count(90_000, 80_100, 79_200);
        assertThat(measured().rateMissed())
                .isEqualTo("the rate was not reached: 79,200 of the 90,000 messages that RATE asks for were sent, 12 %"
                        + " less; 11 % were never due, because users had no connection or no partner, 1 % were due and"
                        + " could not be sent in time");
        assertThat(SummaryText.of(summary())).contains("7,920 messages/s sent of 9,000 asked for (88 %)");
    }

    @Test
    void withoutARateThereIsNone() {
        count(0, 90_000, 80_000);
        assertThat(measured().rateMissed()).isNull();
        assertThat(SummaryText.of(summary())).contains("8,000 messages/s sent of 9,000 intended (88.9 %)");
    }

    private Summary summary() {
        return Summary.of(measured(), List.of(), List.of(), null, List.of());
    }

    @Test
    void aClientThatFallsBehindTheRateIsNotValid() {
        count(90_000, 90_000, 86_000);
        lateBy(40_000_000);
        assertThat(measured().overload())
                .isEqualTo("the load generator did not send 4.44 % of what was due at this rate, and was 40 ms late"
                        + " itself at p99");
        assertThat(summary().exitCode()).isEqualTo(ExitCode.OVERLOADED);
    }

    @Test
    void aServerThatTakesNoMoreIsNotTheClientsFault() {
        count(90_000, 90_000, 86_000);
        lateBy(4_000_000);
        assertThat(measured().overload()).isNull();
    }

    @Test
    void aSearchNamesTheRateThatWasSent() {
        Scenario search = ScenarioFile.load("capacity", Map.of());
        count(180_000, 180_000, 171_000);
        recorder.counters().delivered.add(170_000);
        CapacitySearch.Point only = new CapacitySearch.Point(16_875, summary());
        String text = CapacitySearch.text(search, new CapacitySearch.Outcome(List.of(only), 16_875, "why", false));
        assertThat(text)
                .containsPattern("16,875 +16,031 +15,938 ")
                .endsWith("Highest that met the thresholds: 16,031 messages/s sent, of 16,875 asked for (why)\n");
    }

    // Clients

    private static Summary connected(int connected, int never) {
        RunRecorder recorder = new RunRecorder(ScenarioFile.load("classic", Map.of()));
        IntStream.range(0, connected).forEach(each -> recorder.counters().opened());
        recorder.counters().neverConnected.add(never);
        recorder.counters().delivered.add(100);
        recorder.latency().drain();
        return Summary.of(
                new Measurements(
                        new Measurements.RunInfo("classic", "ws://localhost/", 0, 10, 300, 1, false),
                        recorder.counters().totals(),
                        recorder.latency().totals(),
                        Map.of(),
                        Map.of(),
                        new GeneratorHealth(1, 0, 1, 1),
                        List.of()),
                List.of(),
                List.of(),
                null,
                List.of());
    }

    @Test
    void theHeadlineSaysHowManyWereThere() {
        assertThat(SummaryText.of(connected(300, 0)))
                .contains("PASSED\nclassic against ws://localhost/, 300 clients, 10 s\n");
        assertThat(SummaryText.of(connected(50, 0)))
                .contains("PASSED\nclassic against ws://localhost/, at most 50 of 300 clients, 10 s\n");
        assertThat(SummaryJson.of(connected(50, 0), null, 0)).contains("\"mostConnected\": 50");
        assertThat(SummaryView.of(connected(50, 0), null).facts()).contains("at most 50 of 300 clients");
    }

    @Test
    void aRunDoesNotPassForClientsWhoNeverCame() {
        assertThat(connected(50, 250).exitCode()).isEqualTo(ExitCode.PASSED);
        assertThat(connected(50, 250).verdict()).isEqualTo("PASSED, but 250 of 300 clients never had a connection");
        assertThat(SummaryView.of(connected(50, 250), null).verdict().headline())
                .isEqualTo("Passed, but 250 of 300 clients never had a connection");
    }

    @Test
    void connectsThatFailedAndConnectionsThatBrokeAreTwoNumbers() {
        recorder.counters().attempts.add(429);
        recorder.counters().connected.add(41);
        assertThat(SummaryText.of(summary())).contains(" 41 of 429 attempts, 0 failed\n");
        recorder.counters().refused.add(388);
        recorder.counters().broken.add(40);
        assertThat(SummaryText.of(summary()))
                .contains(" 41 of 429 attempts, 388 connects failed, 40 connections broke\n");
    }
}
