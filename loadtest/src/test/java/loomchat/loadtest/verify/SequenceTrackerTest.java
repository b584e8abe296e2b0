package loomchat.loadtest.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SequenceTrackerTest {
    private final SequenceTracker tracker = new SequenceTracker(1, 1);

    @Test
    void inOrder() {
        for (int seq = 0; seq < 1000; seq++) {
            assertThat(tracker.arrived(seq)).isEqualTo(SequenceTracker.Arrival.IN_ORDER);
        }
        assertThat(tracker.received).isEqualTo(1000);
        assertThat(tracker.missingFrom(0)).isZero();
    }

    @Test
    void aSwapIsOneReordering() {
        tracker.arrived(0);
        assertThat(tracker.arrived(2)).isEqualTo(SequenceTracker.Arrival.IN_ORDER);
        assertThat(tracker.missingFrom(0)).isOne();
        assertThat(tracker.arrived(1)).isEqualTo(SequenceTracker.Arrival.REORDERED);
        assertThat(tracker.missingFrom(0)).isZero();
        assertThat(tracker.next()).isEqualTo(3);
    }

    @Test
    void whatComesTwiceIsADuplicateAlsoWhenItWasLate() {
        tracker.arrived(3);
        assertThat(tracker.arrived(3)).isEqualTo(SequenceTracker.Arrival.DUPLICATE);
        assertThat(tracker.arrived(1)).isEqualTo(SequenceTracker.Arrival.REORDERED);
        assertThat(tracker.arrived(1)).isEqualTo(SequenceTracker.Arrival.DUPLICATE);
        assertThat(tracker.missingFrom(0)).isEqualTo(2);
        assertThat(tracker.missingFrom(1)).isOne();
        assertThat(tracker.missingFrom(3)).isZero();
    }

    @Test
    void anyOrderWithLossesAndDuplicatesAgreesWithASetOfNumbers() {
        long seed = System.nanoTime();
        System.out.println("SequenceTrackerTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            agreesWithASet(random);
        }
    }

    private static void agreesWithASet(Random random) {
        int count = 1 + random.nextInt(120);
        List<Integer> arrivals = new ArrayList<>();
        for (int seq = 0; seq < count; seq++) {
            for (int copies = random.nextInt(10) / 7 + random.nextInt(10) / 9; copies >= 0; copies--) {
                if (random.nextInt(10) > 0) {
                    arrivals.add(seq);
                }
            }
        }
        Collections.shuffle(arrivals, random);
        SequenceTracker tracker = new SequenceTracker(1, 1);
        Set<Integer> seen = new HashSet<>();
        int next = 0;
        for (int seq : arrivals) {
            SequenceTracker.Arrival expected = !seen.add(seq)
                    ? SequenceTracker.Arrival.DUPLICATE
                    : seq >= next ? SequenceTracker.Arrival.IN_ORDER : SequenceTracker.Arrival.REORDERED;
            next = Math.max(next, seq + 1);
            assertThat(tracker.arrived(seq)).isEqualTo(expected);
        }
        int since = random.nextInt(count);
        int end = next;
        long missing = java.util.stream.IntStream.range(since, end)
                .filter(seq -> !seen.contains(seq))
                .count();
        assertThat(tracker.received).isEqualTo(seen.size());
        assertThat(tracker.missingFrom(since)).isEqualTo(Math.max(0, missing));
        SequenceTracker copy = SequenceTracker.restored(
                1, 1, tracker.received, tracker.next(), tracker.missingFrom(0), tracker.gaps());
        assertThat(copy.missingFrom(since)).isEqualTo(tracker.missingFrom(since));
    }

    @Test
    void tooManyGapsCloseTheOldestAndStayCountedAsMissing() {
        for (int seq = 1; seq < 2000; seq += 2) {
            tracker.arrived(seq);
        }
        assertThat(tracker.gaps().length).isLessThanOrEqualTo(512);
        assertThat(tracker.missingFrom(0)).isEqualTo(1000);
        assertThat(tracker.arrived(0)).isEqualTo(SequenceTracker.Arrival.DUPLICATE);
        assertThat(tracker.arrived(1998)).isEqualTo(SequenceTracker.Arrival.REORDERED);
    }
}
