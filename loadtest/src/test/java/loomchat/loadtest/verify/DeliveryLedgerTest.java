package loomchat.loadtest.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import loomchat.loadtest.measure.ErrorCounts;
import loomchat.loadtest.measure.RunCounters;
import org.junit.jupiter.api.Test;

class DeliveryLedgerTest {
    private final RunCounters counters = new RunCounters();
    private final DeliveryLedger ledger = new DeliveryLedger(counters, new ErrorCounts(), user -> true, OpenSides.NONE);
    private final ChatSide alice = matched(1);
    private final ChatSide bob = matched(2);

    private static ChatSide matched(int user) {
        ChatSide chat = new ChatSide(user, 1);
        chat.match(1);
        return chat;
    }

    private static void say(ChatSide from, int count, ChatSide to, int... arrived) {
        from.sent += count;
        IntStream.of(arrived).forEach(to.tracker(from.user, from.number)::arrived);
    }

    private void end(ChatSide chat, ChatSide.End end) {
        chat.end = end;
        ledger.ended(chat);
    }

    @Test
    void aGapIsLostWhoeverLeaves() {
        say(alice, 4, bob, 0, 1, 3);
        end(bob, ChatSide.End.VANISHED);
        end(alice, ChatSide.End.PARTNER_LEFT);
        assertThat(counters.lost.sum()).isOne();
        assertThat(counters.cutOff.sum()).isZero();
    }

    @Test
    void theTailIsCutOffWhenTheReceiverLeft() {
        say(alice, 4, bob, 0, 1);
        end(alice, ChatSide.End.PARTNER_LEFT);
        end(bob, ChatSide.End.LEFT);
        assertThat(counters.lost.sum()).isZero();
        assertThat(counters.cutOff.sum()).isEqualTo(2);
    }

    @Test
    void theTailIsLostWhenTheSenderClosedInOrder() {
        say(alice, 4, bob, 0, 1);
        end(alice, ChatSide.End.LEFT);
        end(bob, ChatSide.End.PARTNER_LEFT);
        assertThat(counters.lost.sum()).isEqualTo(2);
    }

    @Test
    void theLedgerKnowsWhatSomebodySaidBeforeLeaving() {
        say(alice, 4, bob, 0, 1);
        say(bob, 1, alice, 0);
        assertThat(ledger.leftBy(alice.key())).isZero();
        end(alice, ChatSide.End.LEFT);
        assertThat(ledger.leftBy(alice.key())).isEqualTo(4);
        assertThat(ledger.leftFor(bob.key())).isEqualTo(4);
        end(bob, ChatSide.End.PARTNER_LEFT);
        assertThat(ledger.leftBy(alice.key())).isZero();
        assertThat(ledger.leftFor(bob.key())).isZero();
    }

    @Test
    void nothingIsOwedOfSomebodyWhoVanished() {
        say(alice, 4, bob, 0, 1);
        end(alice, ChatSide.End.VANISHED);
        assertThat(ledger.leftBy(alice.key())).isZero();
    }

    @Test
    void whatTheServerSaidItCouldNotKeepIsMissedAndNotLost() {
        say(alice, 6, bob, 0, 3, 5);
        bob.missed = 2;
        end(alice, ChatSide.End.RUN_OVER);
        end(bob, ChatSide.End.RUN_OVER);
        assertThat(counters.missed.sum()).isEqualTo(2);
        assertThat(counters.lost.sum()).isOne();
    }

    @Test
    void promisesOfTheServerAreHeldAgainstWhatArrived() {
        say(alice, 4, bob, 0, 1);
        alice.delivered = 3;
        end(alice, ChatSide.End.RUN_OVER);
        end(bob, ChatSide.End.LEFT);
        assertThat(counters.violations.sum()).isOne();
    }

    @Test
    void whoIsNotLetInAgainIsAFaultUnlessThePartnerLeft() {
        end(alice, ChatSide.End.NOT_RESUMED);
        end(bob, ChatSide.End.LEFT);
        assertThat(counters.violations.sum()).isZero();
        ChatSide carol = matched(3);
        ChatSide dave = matched(4);
        say(dave, 1, carol, 0);
        say(carol, 1, dave, 0);
        end(carol, ChatSide.End.NOT_RESUMED);
        end(dave, ChatSide.End.PARTNER_LEFT);
        assertThat(counters.violations.sum()).isOne();
    }

    @Test
    void whoIsNotLetInAgainInAChatWithoutAWordIsAFaultUnlessSomebodyLeftUnheard() {
        end(alice, ChatSide.End.NOT_RESUMED);
        end(bob, ChatSide.End.LEFT);
        end(matched(3), ChatSide.End.NOT_RESUMED);
        end(matched(4), ChatSide.End.PARTNER_LEFT);
        ledger.close();
        assertThat(counters.violations.sum()).isOne();
    }

    @Test
    void theTailIsLostWhenBothStayedUntilTheEnd() {
        say(alice, 3, bob, 0);
        end(alice, ChatSide.End.RUN_OVER);
        end(bob, ChatSide.End.RUN_OVER);
        ledger.close();
        assertThat(counters.lost.sum()).isEqualTo(2);
    }

    @Test
    void bothDirectionsCount() {
        say(alice, 3, bob, 0, 2);
        say(bob, 3, alice, 1, 2);
        end(alice, ChatSide.End.RUN_OVER);
        end(bob, ChatSide.End.RUN_OVER);
        assertThat(counters.lost.sum()).isEqualTo(2);
    }

    @Test
    void corruptedAndMisdeliveredAreNotLostAsWell() {
        say(alice, 5, bob, 0, 3);
        bob.corrupted = 1;
        ledger.strayed(alice.user, alice.number, 1);
        end(alice, ChatSide.End.RUN_OVER);
        end(bob, ChatSide.End.RUN_OVER);
        assertThat(counters.lost.sum()).isOne();
    }

    @Test
    void whatWasSaidBeforeTheMatchNeedNotArrive() {
        ChatSide carol = new ChatSide(3, 1);
        carol.sent = 5;
        carol.match(1);
        say(carol, 2, bob, 3, 4, 5, 6);
        end(carol, ChatSide.End.RUN_OVER);
        end(bob, ChatSide.End.RUN_OVER);
        assertThat(counters.unmatched.sum()).isEqualTo(3);
        assertThat(counters.lost.sum()).isZero();
    }

    @Test
    void whatNobodyHeardIsLostUnlessSomebodyLeftUnheard() {
        alice.sent = 3;
        bob.sent = 7;
        end(alice, ChatSide.End.RUN_OVER);
        end(bob, ChatSide.End.RUN_OVER);
        ledger.close();
        assertThat(counters.lost.sum()).isEqualTo(10);
        assertThat(counters.unconfirmed.sum()).isZero();
    }

    @Test
    void aSilentPartnerThatLeftExcusesTheLargest() {
        alice.sent = 3;
        bob.sent = 7;
        end(alice, ChatSide.End.RUN_OVER);
        end(bob, ChatSide.End.RUN_OVER);
        end(matched(9), ChatSide.End.VANISHED);
        ledger.close();
        assertThat(counters.unconfirmed.sum()).isEqualTo(7);
        assertThat(counters.lost.sum()).isEqualTo(3);
    }

    @Test
    void everySentMessageIsSomewhere() {
        say(alice, 10, bob, 0, 1, 2, 4, 5);
        say(bob, 6, alice, 0, 1, 2, 3);
        bob.corrupted = 1;
        end(bob, ChatSide.End.VANISHED);
        end(alice, ChatSide.End.PARTNER_LEFT);
        ledger.close();
        assertThat(5
                        + 4
                        + 1
                        + counters.lost.sum()
                        + counters.cutOff.sum()
                        + counters.unmatched.sum()
                        + counters.unconfirmed.sum())
                .isEqualTo(16);
    }

    @Test
    void anEchoIsSettledWithItself() {
        say(alice, 4, alice, 0, 1, 3);
        end(alice, ChatSide.End.RUN_OVER);
        assertThat(counters.lost.sum()).isOne();
    }
}
