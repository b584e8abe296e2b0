package loomchat.loadtest.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MatchedChatsTest {
    private static final Numbering SERVER = new Numbering(0, "a");

    private final MatchedChats chats = new MatchedChats();
    private final ChatSide alice = new ChatSide(1, 1);
    private final ChatSide bob = new ChatSide(2, 1);

    @Test
    void aChatHasTwoSides() {
        assertThat(chats.announced(alice, SERVER, 7)).isNull();
        assertThat(chats.announced(bob, SERVER, 7)).isNull();
        assertThat(chats.announced(new ChatSide(3, 1), SERVER, 7)).isEqualTo("a chat with more than two sides");
    }

    @Test
    void serversThatKnowNothingOfEachOtherMayCountAlike() {
        chats.announced(alice, SERVER, 1);
        chats.announced(bob, SERVER, 1);
        assertThat(chats.announced(new ChatSide(3, 1), new Numbering(1, "a"), 1))
                .isNull();
    }

    @Test
    void aServerThatWasStartedAgainCountsFromOneAgain() {
        chats.announced(alice, SERVER, 1);
        chats.announced(bob, SERVER, 1);
        Numbering startedAgain = new Numbering(0, "b");
        assertThat(chats.announced(new ChatSide(3, 1), startedAgain, 1)).isNull();
        assertThat(chats.announced(new ChatSide(4, 1), startedAgain, 1)).isNull();
        assertThat(chats.announced(new ChatSide(5, 1), startedAgain, 1)).isEqualTo("a chat with more than two sides");
    }

    @Test
    void bothSidesEndWithinAMinute() {
        chats.announced(alice, SERVER, 7);
        chats.announced(bob, SERVER, 7);
        assertThat(chats.ended(alice, 0)).isNull();
        assertThat(chats.ended(bob, TimeUnit.SECONDS.toNanos(59))).isNull();
        assertThat(chats.ended(bob, TimeUnit.SECONDS.toNanos(600))).isNull();
    }

    @Test
    void aSideThatStaysAloneIsFound() {
        chats.announced(alice, SERVER, 7);
        chats.announced(bob, SERVER, 7);
        chats.ended(alice, 0);
        assertThat(chats.ended(bob, TimeUnit.SECONDS.toNanos(61)))
                .isEqualTo("a chat that went on without its other side");
    }

    /** A user who says nothing hands over its sides when it is woken. */
    @Test
    void theLedgerMayHearOfTheSidesInAnyOrder() {
        chats.announced(alice, SERVER, 7);
        chats.announced(bob, SERVER, 7);
        chats.ended(bob, TimeUnit.SECONDS.toNanos(600));
        assertThat(chats.ended(alice, TimeUnit.SECONDS.toNanos(590))).isNull();
        chats.announced(alice, SERVER, 8);
        chats.announced(bob, SERVER, 8);
        chats.ended(bob, TimeUnit.SECONDS.toNanos(700));
        assertThat(chats.ended(alice, TimeUnit.SECONDS.toNanos(630))).isNotNull();
    }

    @Test
    void aSideWhoseOtherSideIsOfNobodyHereMayStay() {
        chats.announced(alice, SERVER, 7);
        assertThat(chats.ended(alice, TimeUnit.SECONDS.toNanos(600))).isNull();
        assertThat(chats.ended(bob, TimeUnit.SECONDS.toNanos(600))).isNull();
    }
}
