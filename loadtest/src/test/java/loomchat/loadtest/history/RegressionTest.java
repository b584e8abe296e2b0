package loomchat.loadtest.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import loomchat.loadtest.scenario.UsageError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegressionTest {
    @TempDir
    Path results;

    private Runs runs;

    @BeforeEach
    void begin() {
        runs = new Runs(results);
    }

    /** Good runs whose p99 is 10 ms, 3 % more or less, and whose server uses 20 µs a message. */
    private void goodRuns(int number) throws IOException {
        double[] noise = {1, 1.03, 0.98, 1.01, 0.97, 1.02};
        for (int i = 0; i < number; i++) {
            runs.p99 = 10 * noise[i % noise.length];
            runs.serverCpu = 20 * noise[(i + 2) % noise.length];
            runs.add();
        }
        runs.p99 = 10;
        runs.serverCpu = 20;
    }

    private Regression ofNext() throws IOException {
        return Regression.of(results.resolve(runs.add()), results);
    }

    @Test
    void aFirstRunHasNothingBesideIt() throws IOException {
        Regression first = ofNext();
        assertThat(first.isSeen()).isFalse();
        assertThat(first.text()).contains("no good run of the same set-up").hasLineCount(1);
    }

    @Test
    void whatIsWithinTheNoiseOfSeveralRunsIsNotSeen() throws IOException {
        goodRuns(5);
        runs.p99 = 10.6;
        Regression regression = ofNext();
        assertThat(regression.kind(Figure.P99)).isEqualTo(Change.Kind.NOT_SEEN);
        assertThat(regression.isSeen()).isFalse();
        assertThat(regression.text())
                .contains("Beside the last 5 good runs")
                .containsPattern("(?m)^  p99 +10.6 ms +9.98 ms +\\+6.2 % +13 % no difference seen$")
                .endsWith("No regression seen: a change within the noise would not show.\n");
        assertThat(regression.text().lines()).allMatch(each -> each.length() <= 80);
    }

    @Test
    void whatIsBeyondItIsWorseOrBetter() throws IOException {
        goodRuns(5);
        runs.p99 = 14;
        runs.serverCpu = 12;
        runs.rate = 500;
        Regression regression = ofNext();
        assertThat(regression.kind(Figure.P99)).isEqualTo(Change.Kind.WORSE);
        assertThat(regression.kind(Figure.SERVER_CPU)).isEqualTo(Change.Kind.BETTER);
        assertThat(regression.kind(Figure.DELIVERED)).isEqualTo(Change.Kind.WORSE);
        assertThat(regression.kind(Figure.P50)).isEqualTo(Change.Kind.SAME);
        assertThat(regression.kind(Figure.LOST)).isNull();
        assertThat(regression.isSeen()).isTrue();
        assertThat(regression.text())
                .contains("REGRESSION: latency p99 +40.", "delivered messages/s -50.0 %")
                .doesNotContain("REGRESSION: the server");
    }

    @Test
    void aFigureThatNeverVariedMayStillVaryALittle() throws IOException {
        goodRuns(5);
        runs.p50 = 1.04;
        assertThat(ofNext().kind(Figure.P50)).isEqualTo(Change.Kind.SMALL);
        runs.p50 = 1;
        assertThat(ofNext().kind(Figure.P50)).isEqualTo(Change.Kind.NOT_SEEN);
    }

    @Test
    void withTwoRunsTheNoiseIsHardlyKnown() throws IOException {
        goodRuns(2);
        runs.p99 = 14;
        Regression regression = ofNext();
        assertThat(regression.kind(Figure.P99)).isEqualTo(Change.Kind.UNCLEAR);
        assertThat(regression.isSeen()).isFalse();
    }

    @Test
    void twoRunsThatAreEqualByChanceAreNotWithoutNoise() throws IOException {
        goodRuns(1);
        runs.add();
        runs.p99 = 11;
        runs.serverCpu = 22;
        Regression regression = ofNext();
        assertThat(regression.names()).hasSize(2);
        assertThat(regression.kind(Figure.P99)).isEqualTo(Change.Kind.UNCLEAR);
        assertThat(regression.kind(Figure.SERVER_CPU)).isEqualTo(Change.Kind.UNCLEAR);
        assertThat(regression.isSeen()).isFalse();
    }

    /** The server tells its CPU in steps of 10 ms, and what it does beside messages is a large part of little. */
    @Test
    void littleCpuIsNoMeasureOfTheServerHoweverManyRunsThereAre() throws IOException {
        runs.serverCpuSeconds = 0.28;
        for (int i = 0; i < 5; i++) {
            runs.add();
        }
        runs.serverCpuSeconds = 0.30;
        runs.serverCpu = 22;
        Regression regression = ofNext();
        assertThat(regression.names()).hasSize(5);
        assertThat(regression.kind(Figure.SERVER_CPU)).isEqualTo(Change.Kind.UNCLEAR);
        assertThat(regression.isSeen()).isFalse();
        assertThat(regression.rows()).anySatisfy(each -> assertThat(each).contains("cannot tell: too little CPU"));
    }

    @Test
    void withOneRunTheNoiseIsThatWithinBoth() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        runs.second = i -> 1 + 0.2 * random.nextDouble();
        goodRuns(1);
        runs.p99 = 14;
        runs.p50 = 1.02;
        runs.serverCpu = 30;
        Regression regression = ofNext();
        assertThat(regression.text()).contains("the only good run", "the noise is that within both");
        assertThat(regression.text().lines()).allMatch(each -> each.length() <= 80);
        // Of the server nobody knows what it used in each second.
        assertThat(regression.kind(Figure.SERVER_CPU)).isEqualTo(Change.Kind.UNCLEAR);
        assertThat(regression.kind(Figure.P99)).isEqualTo(Change.Kind.WORSE);
        assertThat(regression.kind(Figure.P50)).isIn(Change.Kind.SAME, Change.Kind.NOT_SEEN);
    }

    @Test
    void aRunWhoseLatencyIsTheLoadClientsOwnIsNoMeasureOfIt() throws IOException {
        goodRuns(1);
        runs.p99 = 40;
        runs.late = 24;
        runs.add();
        runs.p99 = 10;
        runs.late = 1;
        Regression beside = ofNext();
        assertThat(beside.names()).hasSize(2);
        assertThat(beside.kind(Figure.P99)).isEqualTo(Change.Kind.SAME);
        runs.p99 = 40;
        runs.late = 24;
        Regression own = ofNext();
        assertThat(own.kind(Figure.P99)).isEqualTo(Change.Kind.UNCLEAR);
        assertThat(own.rows())
                .anySatisfy(each -> assertThat(each).contains("cannot tell: mostly the load client's own"));
    }

    @Test
    void aServerThatStoodStillIsARegressionBesideOneGoodRun() throws IOException {
        RealRuns.good(results);
        RealRuns.frozen(results);
        Regression regression = Regression.of(results.resolve(RealRuns.FROZEN), results);
        assertThat(regression.isSeen()).isTrue();
        assertThat(regression.verdict())
                .startsWith("REGRESSION: latency p90 71 times, latency p99 78 times, latency p99.9 34 times");
        assertThat(regression.kind(Figure.P50)).isEqualTo(Change.Kind.UNCLEAR);
        assertThat(regression.kind(Figure.SERVER_CPU)).isEqualTo(Change.Kind.UNCLEAR);
        assertThat(regression.kind(Figure.SERVER_RSS)).isEqualTo(Change.Kind.UNCLEAR);
        assertThat(regression.text())
                .containsPattern("  p99 .* 78 times +\\? WORSE")
                .contains("? p90, p99, p99.9, p99 from actual time: the noise is not known, and it is 3\n")
                .contains("? p50, delivered messages/s: too short to know the noise, and not 3 times as\n")
                .endsWith("stress accept " + RealRuns.FROZEN + "\n");
        assertThat(regression.text().lines()).allMatch(each -> each.length() <= 80 || each.startsWith("REGRESSION"));
        assertThat(regression.rows()).anySatisfy(each -> assertThat(each).contains("worse (coarse limit)"));
    }

    @Test
    void whatCannotBeToldIsCountedInTheVerdict() throws IOException {
        goodRuns(1);
        Regression regression = ofNext();
        assertThat(regression.isSeen()).isFalse();
        assertThat(regression.verdict()).isEqualTo("No regression seen. Of 2 of 5 figures it cannot be told yet.");
    }

    @Test
    void withTwoRunsFarMoreThanInBothIsWorse() throws IOException {
        goodRuns(2);
        runs.p99 = 31;
        assertThat(ofNext().kind(Figure.P99)).isEqualTo(Change.Kind.WORSE);
        runs.p99 = 30;
        runs.late = 24;
        assertThat(ofNext().kind(Figure.P99)).isEqualTo(Change.Kind.UNCLEAR);
    }

    @Test
    void whereGoodRunsDifferByManyTimesThatIsTheirNoise() throws IOException {
        for (double p99 : new double[] {10, 40, 12, 35, 11}) {
            runs.p99 = p99;
            runs.add();
        }
        runs.p99 = 125;
        assertThat(ofNext().kind(Figure.P99)).isEqualTo(Change.Kind.UNCLEAR);
        runs.p99 = 20_000;
        Regression stopped = ofNext();
        assertThat(stopped.kind(Figure.P99)).isEqualTo(Change.Kind.WORSE);
    }

    @Test
    void lossesThatTheThresholdsAllowAreWorseThanNone() throws IOException {
        goodRuns(3);
        runs.lost = 1;
        assertThat(ofNext().kind(Figure.LOST)).isEqualTo(Change.Kind.WORSE);
        runs.lost = 2;
        assertThat(ofNext().kind(Figure.LOST)).isEqualTo(Change.Kind.UNCLEAR);
    }

    @Test
    void onlyGoodRunsOfTheSameCount() throws IOException {
        String good = runs.add();
        runs.result = "failed";
        runs.add();
        runs.result = "passed";
        runs.cpu = "Another Processor";
        runs.add();
        runs.cpu = "A Processor";
        runs.plays = "ffffffffffff";
        runs.add();
        runs.plays = "0123456789ab";
        runs.target = "ws://elsewhere.example/";
        runs.add();
        runs.target = "ws://localhost:4711/";
        runs.add();
        runs.target = "ws://127.0.0.1:3000/";
        assertThat(ofNext().names()).containsExactly(good);
        assertThat(ofNext().names()).hasSize(2);
    }

    /** Else the third run of a server that has become slow would be as good as the two before it. */
    @Test
    void aRunThatWasWorseIsNoGoodRunUntilItIsAccepted() throws IOException {
        goodRuns(5);
        runs.p99 = 30;
        for (int i = 0; i < 4; i++) {
            Regression slow = ofNext();
            assertThat(slow.kind(Figure.P99)).as("run " + i).isEqualTo(Change.Kind.WORSE);
            assertThat(slow.names()).hasSize(5);
            runs.told(slow);
        }
        String last = RunHistory.in(results).find("last").name();
        assertThat(HistoryText.table(results, null)).contains("passed, worse", "no later run is set beside it");
        assertThat(HistoryText.accept(results, "last")).contains(last, "is a good run from now on");
        Regression accepted = ofNext();
        assertThat(accepted.names()).containsExactly(last);
        assertThat(accepted.isSeen()).isFalse();
        assertThat(ofNext().names()).hasSize(2);
        assertThat(HistoryText.table(results, null)).contains("passed, accepted");
    }

    @Test
    void aRunThatDidNotPassCannotBeAccepted() throws IOException {
        runs.result = "failed";
        String failed = runs.add();
        assertThatThrownBy(() -> HistoryText.accept(results, failed))
                .isInstanceOf(UsageError.class)
                .hasMessage(failed + " did not pass: it cannot be a good run");
    }

    @Test
    void onlyTheLastFiveCount() throws IOException {
        goodRuns(9);
        assertThat(ofNext().names()).hasSize(5).first().asString().startsWith("20261130T120000");
    }
}
