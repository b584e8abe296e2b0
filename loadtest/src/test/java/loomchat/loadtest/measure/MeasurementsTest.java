package loomchat.loadtest.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import loomchat.loadtest.measure.Measurements.Gone;
import loomchat.loadtest.scenario.ScenarioFile;
import org.junit.jupiter.api.Test;

/** What is told of a run beside its figures. */
class MeasurementsTest {
    private final RunRecorder recorder = new RunRecorder(ScenarioFile.load("classic", Map.of()));

    private Measurements measured(List<TimelineRow> timeline) {
        recorder.latency().drain();
        return new Measurements(
                new Measurements.RunInfo("rich", "ws://localhost/", 0, 20, 200, 1, false),
                recorder.counters().totals(),
                recorder.latency().totals(),
                Map.of(),
                Map.of(),
                new GeneratorHealth(1, 0, 1, 1),
                timeline);
    }

    /** A row each second: connections, and failed ones. */
    private static List<TimelineRow> rows(int[][] each) {
        List<TimelineRow> rows = new ArrayList<>();
        for (int[] row : each) {
            rows.add(new TimelineRow()
                    .put(TimelineColumn.SECONDS, rows.size() + 1)
                    .put(TimelineColumn.CONNECTIONS, row[0])
                    .put(TimelineColumn.FAILED, row[1]));
        }
        return rows;
    }

    /** The rows of a real run whose server was killed after 8.4 s. */
    @Test
    void whenTheServerWentAwayIsKnown() {
        int[][] killed = {
            {82, 0}, {157, 0}, {188, 0}, {185, 0}, {183, 0}, {186, 0}, {186, 0}, {188, 0}, {1, 243}, {0, 68}, {0, 97}
        };
        assertThat(measured(rows(killed)).gone()).isEqualTo(new Gone(8, 10)).matches(each -> !each.isGradual());
        // A client on a busy machine learns it piece by piece.
        assertThat(measured(rows(new int[][] {{65, 0}, {92, 0}, {60, 40}, {33, 30}, {2, 60}, {0, 90}}))
                        .gone())
                .isEqualTo(new Gone(2, 6));
        assertThat(measured(rows(new int[][] {{82, 0}, {157, 0}, {0, 243}, {0, 68}}))
                        .gone())
                .isEqualTo(new Gone(2, 3));
    }

    /** Users who leave beforehand do not put it forward. */
    @Test
    void theServerWasThereWhileNothingFailed() {
        assertThat(measured(rows(new int[][] {{20, 0}, {40, 0}, {39, 0}, {38, 0}, {0, 38}, {0, 20}}))
                        .gone())
                .isEqualTo(new Gone(4, 5));
    }

    /** The drain of a server that stops, a fifth of its connections a second. */
    @Test
    void aServerThatStopsInOrderGoesAwayGradually() {
        assertThat(measured(rows(new int[][] {
                            {20, 0}, {30, 0}, {30, 0}, {24, 12}, {18, 10}, {12, 6}, {6, 6}, {0, 6}, {0, 9}
                        }))
                        .gone())
                .isEqualTo(new Gone(3, 8))
                .matches(Gone::isGradual);
    }

    @Test
    void usersWhoLeaveOrASlowStartAreNoServerThatWentAway() {
        assertThat(measured(rows(new int[][] {{0, 3}, {50, 0}, {20, 0}, {5, 0}, {0, 0}}))
                        .gone())
                .isNull();
        assertThat(measured(rows(new int[][] {{50, 1}, {49, 3}, {50, 2}})).gone())
                .isNull();
        assertThat(measured(List.of()).gone()).isNull();
    }

    @Test
    void aP99ThatIsMostlyTheClientsOwnIsSaid() {
        for (int i = 0; i < 100; i++) {
            recorder.latency().arrived(0, 0, i < 97 ? 350_000 : 23_085_000, i < 97 ? 120_000 : 1_536_000);
            recorder.latency().record(LatencyKind.LATENESS, 0, i < 97 ? 195_000 : 22_594_000);
        }
        assertThat(measured(List.of()).overload()).isNull();
        assertThat(measured(List.of()).ownPart())
                .isEqualTo("the p99 of 23.1 ms is mostly this load client's own: its sends were late by 22.6 ms at p99"
                        + " (p99 from the actual time: 1.54 ms)");
    }

    @Test
    void aP99ThatIsTheServersIsNot() {
        for (int i = 0; i < 100; i++) {
            recorder.latency().arrived(0, 0, 23_085_000, 23_000_000);
            recorder.latency().record(LatencyKind.LATENESS, 0, 6_000_000);
        }
        assertThat(measured(List.of()).ownPart()).isNull();
    }
}
