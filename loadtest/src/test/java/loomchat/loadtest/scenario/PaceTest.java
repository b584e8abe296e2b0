package loomchat.loadtest.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages are due when their rate or interval says, whatever the clock that wakes their sender. */
class PaceTest {
    private static final long SECOND = 1_000_000_000;

    private final SplittableRandom random = new SplittableRandom(7);

    /** Also what rounded intervals miss by much: a quarter of a millisecond, or a nanosecond where they are short. */
    @ParameterizedTest
    @CsvSource({"10, 9000", "20, 13000", "4, 7000", "60, 16875", "500, 50000", "3, 100000", "1, 30000000", "1000, 1"})
    void aRateIsHeldWhateverTheNumberOfClients(int clients, int rate) {
        Scenario scenario = ScenarioFile.load("classic", Map.of("CLIENTS", "" + clients, "RATE", "" + rate));
        double interval = scenario.intervals()[0];
        assertThat(interval).isCloseTo(1e9 * clients / rate, Offset.offset(1e-3));
        Pace pace = new Pace(scenario.personas().getFirst().sending().every(), interval, false, random);
        pace.begin(-SECOND);
        long first = pace.due();
        assertThat(first).isEqualTo(Math.round(-SECOND + interval));
        for (int k = 1; k <= 1_000_000; k++) {
            pace.next();
        }
        assertThat((double) (pace.due() - first)).isCloseTo(1e6 * interval, Offset.offset(1.0));
    }

    @Test
    void randomIntervalsHaveTheMeanThatWasAskedFor() {
        for (String each : new String[] {"exp 300us", "200us..400us"}) {
            Quantity every = Quantity.times(each);
            Pace pace = new Pace(every, every.fixed(), false, random);
            pace.begin(0);
            for (int k = 1; k < 200_000; k++) {
                pace.next();
            }
            assertThat(pace.due() / 200_000.0).as(each).isCloseTo(300_000, Offset.offset(3_000.0));
        }
    }

    @Test
    void aRateBeginsAtARandomMomentOfTheFirstInterval() {
        Pace pace = new Pace(Quantity.fixed(1000), 1000, true, random);
        assertThat(java.util.stream.LongStream.range(0, 10_000)
                        .map(each -> {
                            pace.begin(SECOND);
                            return pace.due() - SECOND;
                        })
                        .summaryStatistics())
                .satisfies(first -> {
                    assertThat(first.getMin()).isZero();
                    assertThat(first.getMax()).isEqualTo(1000);
                    assertThat(first.getAverage()).isCloseTo(500, Offset.offset(20.0));
                });
    }

    @Test
    void whatIsStillDueAtTheEndIsKnown() {
        Pace pace = new Pace(Quantity.fixed(1000), 1000, false, random);
        pace.begin(0);
        assertThat(pace.dueBefore(999)).isZero();
        assertThat(pace.dueBefore(1000)).isZero();
        assertThat(pace.dueBefore(1001)).isOne();
        pace.dueAt(5000);
        assertThat(pace.dueBefore(7500)).isEqualTo(3);
        pace.nextAfter(7000);
        assertThat(pace.due()).isEqualTo(8000);
    }

    /** Of few clients, not each persona has its share. */
    @Test
    void whoSendsIsCounted() {
        for (int clients = 1; clients < 40; clients++) {
            Scenario scenario =
                    ScenarioFile.load("evil", Map.of("CLIENTS", "" + clients, "RATE", "1000", "SEED", "" + clients));
            double[] intervals = scenario.intervals();
            double rate = 0;
            for (int user = 0; user < clients; user++) {
                Persona persona = scenario.personas().get(scenario.personaOf(user));
                rate += persona.sends()
                        ? 1e9 * persona.sending().burst().mean() / intervals[scenario.personaOf(user)]
                        : 0;
            }
            if (rate > 0) {
                assertThat(rate).as(clients + " clients").isCloseTo(1000, Offset.offset(1e-6));
                assertThat(scenario.shareOfRate()).isPositive();
            }
        }
    }
}
