package loomchat.loadtest.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import loomchat.loadtest.measure.GeneratorHealth;
import loomchat.loadtest.measure.Measurements;
import loomchat.loadtest.measure.RunRecorder;
import loomchat.loadtest.scenario.ScenarioFile;
import org.junit.jupiter.api.Test;

/** The server's counts beside those of the client, where somebody else uses the server as well. */
class ReconciliationTest {
    private static Measurements seen(long connected, long matched, long searches) {
        RunRecorder recorder = new RunRecorder(ScenarioFile.load("idle", Map.of()));
        recorder.counters().connected.add(connected);
        recorder.counters().matched.add(matched);
        recorder.counters().searches.add(searches);
        return new Measurements(
                new Measurements.RunInfo("idle", "ws://localhost/", 0, 20, 200, 1, false),
                recorder.counters().totals(),
                recorder.latency().totals(),
                Map.of(),
                Map.of(),
                new GeneratorHealth(1, 0, 1, 1),
                List.of());
    }

    private static Reconciliation counted(long connections, long matches) {
        return new Reconciliation(
                false,
                Map.of("connections", 0L, "matches", 0L, "disconnects", 0L),
                Map.of("connections", connections, "matches", matches, "disconnects", connections),
                0);
    }

    @Test
    void onlyTheFirstShareKnowsWhoWasThereBefore() {
        Reconciliation first = share(7, 1);
        Reconciliation second = share(9, 3);
        assertThat(first.with(second)).isEqualTo(second.with(first)).isEqualTo(share(7, 1));
    }

    private static Reconciliation share(long before, long others) {
        return new Reconciliation(true, Map.of("connections", before), Map.of("connections", 20L), others);
    }

    @Test
    void aUserWhoMeetsSomebodyElseIsHalfAMatch() {
        Measurements seen = seen(75, 75, 75);
        Reconciliation counted = counted(75, 38);
        assertThat(counted.compare(seen))
                .filteredOn(each -> each.what().equals("matches"))
                .singleElement()
                .satisfies(each -> assertThat(each.agrees()).isTrue())
                .satisfies(each -> assertThat(each.seen()).isEqualTo("38"));
        assertThat(counted.hadOthers(seen)).isTrue();
    }

    @Test
    void whoCameInBetweenIsSeenInTheConnections() {
        assertThat(counted(76, 37).hadOthers(seen(75, 74, 75))).isTrue();
        assertThat(counted(75, 37).hadOthers(seen(75, 74, 75))).isFalse();
        // One of the two vanished before it was told.
        assertThat(counted(76, 38).hadOthers(seen(76, 75, 76))).isFalse();
    }

    @Test
    void theEndsOfOthersWereNotSeenHere() {
        Measurements seen = seen(100, 100, 100);
        assertThat(counted(110, 55).compare(seen))
                .filteredOn(each -> each.what().matches("connections|disconnects"))
                .hasSize(2)
                .allSatisfy(each -> assertThat(each.verdict()).isEqualTo("DIFFERS"))
                .allSatisfy(each -> assertThat(each.seen()).isEqualTo("100"));
        // A connection that is still open.
        Map<String, Long> counts = Map.of("connections", 100L, "matches", 50L, "disconnects", 99L);
        assertThat(new Reconciliation(false, Map.of(), counts, 0).compare(seen))
                .filteredOn(each -> each.what().equals("disconnects"))
                .singleElement()
                .satisfies(each -> assertThat(each.agrees()).isFalse())
                .satisfies(each -> assertThat(each.seen()).isEqualTo("100"));
    }
}
