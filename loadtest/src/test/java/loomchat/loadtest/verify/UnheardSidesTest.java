package loomchat.loadtest.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import loomchat.loadtest.measure.ErrorCounts;
import loomchat.loadtest.measure.RunCounters;
import org.junit.jupiter.api.Test;

/** Messages to partners of whom nothing was heard are lost, unless these may be of another load test. */
class UnheardSidesTest {
    private final RunCounters counters = new RunCounters(false, false, false);

    private void settleTwoMessages() {
        ChatSide side = new ChatSide(7, 1);
        side.sent = 2;
        side.end = ChatSide.End.PARTNER_LEFT;
        new UnheardSides(counters, new ErrorCounts()).settle(new ArrayList<>(List.of(side)), 0);
    }

    @Test
    void withNobodyElseTheyAreLost() {
        settleTwoMessages();
        assertThat(counters.lost.sum()).isEqualTo(2);
        assertThat(counters.unconfirmed.sum()).isZero();
    }

    @Test
    void besideAnotherLoadTestTheyAreUnconfirmed() {
        counters.ofOtherRuns.increment();
        settleTwoMessages();
        assertThat(counters.lost.sum()).isZero();
        assertThat(counters.unconfirmed.sum()).isEqualTo(2);
    }
}
