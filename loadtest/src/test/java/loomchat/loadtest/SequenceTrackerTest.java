package loomchat.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SequenceTrackerTest {
    private final SequenceTracker flow = new SequenceTracker(1, 1);

    @Test
    void inOrder() {
        for (int seq = 0; seq < 1000; seq++) {
            assertThat(flow.arrived(seq)).isEqualTo(SequenceTracker.Arrival.IN_ORDER);
        }
        assertThat(flow.received).isEqualTo(1000);
        assertThat(flow.missingFrom(0)).isZero();
    }

    @Test
    void aSwapIsOneReordering() {
        flow.arrived(0);
        assertThat(flow.arrived(2)).isEqualTo(SequenceTracker.Arrival.IN_ORDER);
        assertThat(flow.missingFrom(0)).isOne();
        assertThat(flow.arrived(1)).isEqualTo(SequenceTracker.Arrival.REORDERED);
        assertThat(flow.missingFrom(0)).isZero();
        assertThat(flow.next()).isEqualTo(3);
    }

    @Test
    void whatComesTwiceIsADuplicateAlsoWhenItWasLate() {
        flow.arrived(3);
        assertThat(flow.arrived(3)).isEqualTo(SequenceTracker.Arrival.DUPLICATE);
        assertThat(flow.arrived(1)).isEqualTo(SequenceTracker.Arrival.REORDERED);
        assertThat(flow.arrived(1)).isEqualTo(SequenceTracker.Arrival.DUPLICATE);
        assertThat(flow.missingFrom(0)).isEqualTo(2);
        assertThat(flow.missingFrom(1)).isOne();
        assertThat(flow.missingFrom(3)).isZero();
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
        SequenceTracker flow = new SequenceTracker(1, 1);
        Set<Integer> seen = new HashSet<>();
        int next = 0;
        for (int seq : arrivals) {
            SequenceTracker.Arrival expected = !seen.add(seq)
                    ? SequenceTracker.Arrival.DUPLICATE
                    : seq >= next ? SequenceTracker.Arrival.IN_ORDER : SequenceTracker.Arrival.REORDERED;
            next = Math.max(next, seq + 1);
            assertThat(flow.arrived(seq)).isEqualTo(expected);
        }
        int since = random.nextInt(count);
        int end = next;
        long missing = java.util.stream.IntStream.range(since, end)
                .filter(seq -> !seen.contains(seq))
                .count();
        assertThat(flow.received).isEqualTo(seen.size());
        assertThat(flow.missingFrom(since)).isEqualTo(Math.max(0, missing));
        SequenceTracker copy =
                SequenceTracker.restored(1, 1, flow.received, flow.next(), flow.missingFrom(0), flow.gaps());
        assertThat(copy.missingFrom(since)).isEqualTo(flow.missingFrom(since));
    }

    @Test
    void tooManyGapsCloseTheOldestAndStayCountedAsMissing() {
        for (int seq = 1; seq < 2000; seq += 2) {
            flow.arrived(seq);
        }
        assertThat(flow.gaps().length).isLessThanOrEqualTo(512);
        assertThat(flow.missingFrom(0)).isEqualTo(1000);
        assertThat(flow.arrived(0)).isEqualTo(SequenceTracker.Arrival.DUPLICATE);
        assertThat(flow.arrived(1998)).isEqualTo(SequenceTracker.Arrival.REORDERED);
    }
}
