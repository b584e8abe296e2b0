package loomchat.chat.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import loomchat.counters.Counters;
import org.junit.jupiter.api.Test;

/** What the matchmaker does with those who wait, on a clock of the test's own. */
class WaitingRoomTest {
    private static final int WAITING = 15_000;
    private static final int POPULAR_INTERESTS = 50;
    private static final int INTERESTS_EACH = 8;
    /** In the queue of each interest, and among those who take anyone. */
    private static final int MOST_LOOKED_AT = 24 * (INTERESTS_EACH + 1);

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private long now = 1_000_000;
    private final Matchmaker<Place, Match<Place>> matchmaker = new Matchmaker<Place, Match<Place>>(
            new Counters(), () -> now, 3600, Match::new, new AtomicLong()::incrementAndGet, RoomListener.none());
    private final Set<Place> lookedAt = new HashSet<>();

    /** The worst there can be: all who wait like popular things, and each has blocked all the others. */
    @Test
    void aPartnerIsLookedForAmongFewHoweverManyWait() {
        List<Place> waiting = new ArrayList<>();
        for (int i = 0; i < WAITING; i++) {
            waiting.add(new Place(1, i % 10 == 0 ? List.of() : interests()));
        }
        int most = 0;
        for (Place each : waiting) {
            most = Math.max(most, looksOf(() -> matchmaker.join(each)));
        }
        for (Place each : waiting) {
            most = Math.max(most, looksOf(() -> matchmaker.matchWaiting(each)));
        }
        assertThat(matchmaker.waiting()).isEqualTo(WAITING);

        Place newcomer = new Place(2, List.of("thing 7"));
        int least = looksOf(() -> assertThat(matchmaker.join(newcomer)).isNotNull());
        System.out.println("WaitingRoomTest seed " + seed + ": of " + WAITING + " who wait, a search looks at " + most
                + " at most, and at " + least + " where the first will do");
        assertThat(most).as("seed %d", seed).isBetween(24, MOST_LOOKED_AT);
        assertThat(least).as("seed %d", seed).isEqualTo(1);
    }

    @Test
    void whoWasReportedBySeveralWaitsLonger() {
        Place reported = new Place(1, List.of());
        for (int i = 2; i <= 4; i++) {
            matchmaker.report(new Place(i, List.of()), reported);
        }
        Place other = new Place(9, List.of());
        assertThat(matchmaker.join(other)).isNull();
        assertThat(matchmaker.join(reported)).isNull();
        now += 9_999;
        assertThat(matchmaker.wake()).doesNotContain(reported);
        assertThat(matchmaker.matchWaiting(other)).isNull();
        now += 1;
        assertThat(matchmaker.wake()).contains(reported);
        assertThat(matchmaker.matchWaiting(reported)).isNotNull();
    }

    private List<String> interests() {
        return Stream.generate(() -> "thing " + random.nextInt(POPULAR_INTERESTS))
                .distinct()
                .limit(INTERESTS_EACH)
                .toList();
    }

    /** How many but the one who looks. */
    private int looksOf(Runnable search) {
        lookedAt.clear();
        search.run();
        return Math.max(0, lookedAt.size() - 1);
    }

    /** Those of the same number have blocked each other. */
    private final class Place extends Seeker<Match<Place>> {
        private final EncounterHistory encounters;
        private final List<String> interests;

        Place(long number, List<String> interests) {
            this.interests = interests;
            encounters = new EncounterHistory(number);
            encounters.block(new EncounterHistory(number));
        }

        @Override
        protected EncounterHistory encounters() {
            lookedAt.add(this);
            return encounters;
        }

        @Override
        public List<String> interests() {
            return interests;
        }
    }
}
