package loomchat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was said to a partner elsewhere is kept as long as it may have to be said again, and no longer. */
class OutboxTest {
    private final List<Long> recorded = new ArrayList<>();

    private static Outbox said(boolean keepsTaken, int count) {
        Outbox outbox = new Outbox(keepsTaken);
        for (int i = 0; i < count; i++) {
            outbox.add(new byte[10], 10, false);
        }
        return outbox;
    }

    private void taken(Outbox outbox, long upTo, long confirmed) {
        outbox.taken(upTo, confirmed, each -> recorded.add(each.id));
    }

    private static List<Long> ids(Outbox outbox, long behind) {
        return outbox.behind(behind, 1 << 20).stream().map(each -> each.id).toList();
    }

    @Test
    void whatWasTakenIsRecordedOnceAndKeptUntilItIsConfirmed() {
        Outbox outbox = said(true, 5);
        taken(outbox, 3, 1);
        taken(outbox, 3, 1);
        assertThat(recorded).containsExactly(1L, 2L, 3L);
        assertThat(outbox.onTheWay()).isEqualTo(2);
        assertThat(outbox.floor()).isEqualTo(1);
        assertThat(ids(outbox, 0)).containsExactly(2L, 3L, 4L, 5L);
        taken(outbox, 5, 5);
        assertThat(outbox.isSettled()).isTrue();
        assertThat(outbox.isConfirmed()).isTrue();
        assertThat(outbox.floor()).isEqualTo(5);
    }

    @Test
    void forAPartnerWhoCannotComeBackNothingThatWasTakenIsKept() {
        Outbox outbox = said(false, 4);
        taken(outbox, 3, 0);
        assertThat(ids(outbox, 0)).containsExactly(4L);
        assertThat(outbox.floor()).isEqualTo(3);
    }

    @Test
    void aNewServerGetsWhatItDoesNotHaveAndNothingIsRecordedTwice() {
        Outbox outbox = said(true, 5);
        taken(outbox, 5, 2);
        outbox.rewind(3);
        assertThat(outbox.onTheWay()).isEqualTo(2);
        assertThat(ids(outbox, 3)).containsExactly(4L, 5L);
        taken(outbox, 5, 5);
        assertThat(recorded).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void whatIsNotKeptAnyMoreIsNamedByTheFloor() {
        Outbox outbox = said(true, 100);
        taken(outbox, 100, 0);
        assertThat(outbox.floor()).as("64 are kept").isEqualTo(36);
        outbox.rewind(10);
        assertThat(outbox.floor()).isEqualTo(36);
        assertThat(ids(outbox, 10).getFirst()).isEqualTo(37L);
    }

    @Test
    void itTakesNoMoreThanTheOtherServerMayHaveToKeep() {
        Outbox outbox = said(true, 255);
        assertThat(outbox.hasRoomFor(10)).isTrue();
        outbox.add(new byte[10], 10, false);
        assertThat(outbox.hasRoomFor(10)).isFalse();
        taken(outbox, 1, 0);
        assertThat(outbox.hasRoomFor(10)).isTrue();
        assertThat(new Outbox(true).hasRoomFor(1 << 30)).as("a single message").isTrue();
    }

    @Test
    void whatThePartnerHasFromAnotherServerIsNotSentAgain() {
        Outbox outbox = new Outbox(true);
        outbox.startAt(6);
        outbox.rewind(8);
        outbox.add(new byte[1], 1, false);
        outbox.add(new byte[1], 1, false);
        outbox.add(new byte[1], 1, false);
        assertThat(ids(outbox, outbox.takenId())).containsExactly(9L);
        // Its server dies, and the next one has less.
        outbox.rewind(6);
        assertThat(ids(outbox, outbox.takenId())).containsExactly(7L, 8L, 9L);
        assertThat(outbox.floor()).isEqualTo(6);
    }
}
