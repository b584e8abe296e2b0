package loomchat.chat.v1;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import loomchat.testing.JsonClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Clients of chat.v1 whose connections break, and that come back or do not. Tests that mostly wait run beside others;
 * each has a server of its own.
 */
class V1ResumeTest extends V1Scenario {
    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void everyMessageArrivesOnceAndInOrderOverManyBreaks() throws Exception {
        start("CHAT_MESSAGES_PER_SECOND", "0");
        JsonClient a = client();
        JsonClient b = client();
        int chat = match(a, b);
        int sent = 0;
        int seen = 0;
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 10; i++) {
                say(a, chat, ++sent, "message " + sent);
            }
            // The first half arrives, then b's connection breaks in the middle of a message of its own.
            for (int i = 0; i < 5; i++) {
                assertThat(b.next("chat").getInt("id")).isEqualTo(++seen);
            }
            b.sendHalf("{\"type\":\"chat\",");
            b.vanish();
            a.next("away", "ack");
            say(a, chat, ++sent, "while away " + sent);
            assertThat(acked(a, sent)).isTrue();
            String secret = secrets.get(b);
            b = client();
            b.send("{\"type\":\"resume\",\"secret\":\"%s\",\"id\":%d}".formatted(secret, seen));
            JsonObject resumed = b.next("resumed");
            assertThat(resumed.getInt("chat")).isEqualTo(chat);
            assertThat(resumed.getInt("missed")).isZero();
            a.next("back", "ack");
            while (seen < sent) {
                JsonObject next = b.next("chat");
                assertThat(next.getInt("id")).isEqualTo(++seen);
                assertThat(next.getString("text")).endsWith(" " + seen);
            }
            b.send("{\"type\":\"got\",\"chat\":%d,\"id\":%d}".formatted(chat, seen));
        }
        b.nothingMore();
        say(b, chat, 1, "I have it all");
        assertThat(a.next("chat", "ack").getString("text")).isEqualTo("I have it all");
    }

    @Test
    void theClientSendsAgainWhatTheServerDoesNotHave() throws Exception {
        start();
        JsonClient a = client();
        JsonClient b = client();
        int chat = match(a, b);
        say(a, chat, 1, "arrived");
        a.next("ack");
        a.vanish();
        b.next("chat");
        b.next("away");
        JsonClient back = client();
        back.send("{\"type\":\"resume\",\"secret\":\"%s\",\"id\":0}".formatted(secrets.get(a)));
        assertThat(back.next("resumed").getInt("id")).isEqualTo(1);
        say(back, chat, 1, "arrived");
        say(back, chat, 2, "new");
        b.next("back");
        assertThat(b.next("chat").getString("text")).isEqualTo("new");
        b.nothingMore();
        // A secret opens a chat once.
        JsonClient thief = client();
        thief.send("{\"type\":\"resume\",\"secret\":\"%s\",\"id\":0}".formatted(secrets.get(a)));
        assertThat(thief.next("error").getString("code")).isEqualTo("cannot-resume");
        back.nothingMoreAfter("ack");
    }

    @Test
    void whatThePartnerConfirmedMeanwhileIsToldToWhoComesBack() throws Exception {
        start();
        JsonClient a = client();
        JsonClient b = client();
        int chat = match(a, b);
        say(a, chat, 1, "Did you get this?");
        a.next("ack");
        b.next("chat");
        a.vanish();
        b.next("away");
        b.send("{\"type\":\"got\",\"chat\":%d,\"id\":1}".formatted(chat));
        // After its answer the server has taken that one too.
        say(b, chat, 1, "Yes");
        b.next("ack");
        JsonClient back = client();
        back.send("{\"type\":\"resume\",\"secret\":\"%s\",\"id\":0}".formatted(secrets.get(a)));
        back.next("resumed");
        JsonObject ack = back.next("ack");
        assertThat(ack.getString("state")).isEqualTo("delivered");
        assertThat(ack.getInt("id")).isEqualTo(1);
        assertThat(back.next("chat").getString("text")).isEqualTo("Yes");
    }

    @Test
    void aClientThatComesBackTooLateLearnsThatThePartnerLeft() throws Exception {
        start();
        JsonClient a = client();
        JsonClient b = client();
        int chat = match(a, b);
        b.vanish();
        a.next("away");
        a.send("{\"type\":\"leave\",\"chat\":%d}".formatted(chat));
        a.next("left");
        for (int again = 0; again < 2; again++) {
            JsonClient back = client();
            back.send("{\"type\":\"resume\",\"secret\":\"%s\",\"id\":0}".formatted(secrets.get(b)));
            JsonObject refused = back.next("error");
            assertThat(refused.getString("code")).isEqualTo("cannot-resume");
            assertThat(refused.getString("why")).isEqualTo("left");
        }
        JsonClient other = client();
        other.send("{\"type\":\"resume\",\"secret\":\"%s\",\"id\":0,\"chat\":%d}".formatted(secrets.get(b), chat + 1));
        assertThat(other.next("error")).doesNotContainKey("why");
    }

    @Test
    void aClientWhoseBreakTheServerDidNotSeeLearnsThatThePartnerLeft() throws Exception {
        start();
        JsonClient a = client();
        JsonClient b = client();
        int chat = match(a, b);
        a.send("{\"type\":\"next\",\"chat\":%d}".formatted(chat));
        a.next("left");
        JsonClient back = client();
        back.send("{\"type\":\"resume\",\"secret\":\"%s\",\"id\":0}".formatted(secrets.get(b)));
        assertThat(back.next("error").getString("why")).isEqualTo("next");
        // The one who left is told nothing new.
        back.send("{\"type\":\"resume\",\"secret\":\"%s\",\"id\":0}".formatted(secrets.get(a)));
        assertThat(back.next("error")).doesNotContainKey("why");
    }

    @Test
    void aNewConnectionTakesAChatOverFromOneThatStillLooksAlive() throws Exception {
        start();
        JsonClient a = client();
        JsonClient b = client();
        int chat = match(a, b);
        JsonClient newer = client();
        newer.send("{\"type\":\"resume\",\"secret\":\"%s\",\"id\":0}".formatted(secrets.get(a)));
        assertThat(newer.next("resumed").getInt("chat")).isEqualTo(chat);
        assertThat(a.closeCode()).isEqualTo(4001);
        say(newer, chat, 1, "here now");
        assertThat(b.next("chat", "away", "back").getString("text")).isEqualTo("here now");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aConnectionThatBreaksWhileItResumesKeepsTheChat() throws Exception {
        start("CHAT_MESSAGES_PER_SECOND", "0");
        JsonClient a = client();
        JsonClient b = client();
        int chat = match(a, b);
        String secret = secrets.get(b);
        for (int round = 1; round <= 20; round++) {
            b.vanish();
            say(a, chat, round, "x".repeat(1000));
            assertThat(acked(a, round)).isTrue();
            JsonClient brief = client();
            brief.send("{\"type\":\"resume\",\"secret\":\"%s\",\"id\":0}".formatted(secret));
            brief.vanish();
            b = client();
            b.send("{\"type\":\"resume\",\"secret\":\"%s\",\"id\":%d}".formatted(secrets.get(brief), round - 1));
            if (b.next().getString("type").equals("error")) {
                // The break overtook the wish to resume.
                b.send("{\"type\":\"resume\",\"secret\":\"%s\",\"id\":%d}".formatted(secret, round - 1));
                b.next("resumed");
            }
            assertThat(b.next("chat").getInt("id")).isEqualTo(round);
            secret = secrets.get(b);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void whoDoesNotComeBackIsGone() throws Exception {
        start("RESUME_TIMEOUT", "1s");
        JsonClient a = client();
        JsonClient b = client();
        int chat = match(a, b);
        a.vanish();
        assertThat(b.next("away").getInt("seconds")).isEqualTo(1);
        assertThat(b.next("left").getString("why")).isEqualTo("gone");
        JsonClient late = client();
        late.send("{\"type\":\"resume\",\"secret\":\"%s\",\"id\":0}".formatted(secrets.get(a)));
        assertThat(late.next("error").getString("code")).isEqualTo("cannot-resume");
        // The abandoned one is free for somebody else.
        assertThat(match(late, b)).isGreaterThan(chat);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aClosedPageMayBeBackForAMoment() throws Exception {
        start();
        JsonClient a = client();
        JsonClient b = client();
        int chat = match(a, b);
        a.close(1001);
        JsonObject away = b.next("away");
        assertThat(away.getString("why")).isEqualTo("closed");
        assertThat(away.getInt("seconds")).isEqualTo(3);
        JsonClient reloaded = client();
        reloaded.send("{\"type\":\"resume\",\"secret\":\"%s\",\"id\":0}".formatted(secrets.get(a)));
        reloaded.next("resumed");
        b.next("back");
        reloaded.close(4000);
        assertThat(b.next("away").getString("why")).isEqualTo("broke");
        JsonClient again = client();
        again.send("{\"type\":\"resume\",\"secret\":\"%s\",\"id\":0}".formatted(secrets.get(reloaded)));
        again.next("resumed");
        b.next("back");
        again.close(1001);
        b.next("away");
        JsonObject left = b.next("left");
        assertThat(left.getInt("chat")).isEqualTo(chat);
        assertThat(left.getString("why")).isEqualTo("left");
    }

    /** On a slow network a reload takes longer than three seconds, and the page says how long. */
    @Test
    void aSlowPageIsWaitedForAsLongAsItSays() throws Exception {
        start();
        JsonClient a = client();
        JsonClient b = client();
        match(a, b);
        a.close(4107);
        JsonObject away = b.next("away");
        assertThat(away.getString("why")).isEqualTo("closed");
        assertThat(away.getInt("seconds")).isEqualTo(7);
        JsonClient reloaded = client();
        reloaded.send("{\"type\":\"resume\",\"secret\":\"%s\",\"id\":0}".formatted(secrets.get(a)));
        reloaded.next("resumed");
        b.next("back");
        reloaded.close(4116);
        assertThat(b.next("left").getString("why")).isEqualTo("left");
    }

    @Test
    void aClosedConnectionLeavesAtOnce() throws Exception {
        start();
        JsonClient a = client();
        JsonClient b = client();
        match(a, b);
        a.close(1000);
        assertThat(b.next("left").getString("why")).isEqualTo("left");
    }

    @Test
    void whatIsKeptForSomebodyAwayIsBoundedAndNothingOfItIsLost() throws Exception {
        start("CHAT_MESSAGES_PER_SECOND", "0");
        JsonClient a = client();
        JsonClient b = client();
        int chat = match(a, b);
        b.vanish();
        a.next("away");
        for (int i = 1; i <= 400; i++) {
            say(a, chat, i, "kept");
        }
        JsonObject refused = a.next("error", "ack");
        int sent = refused.getInt("id") - 1;
        assertThat(refused.getString("code")).isEqualTo("away-full");
        assertThat(sent).isGreaterThan(100);
        JsonClient back = client();
        back.send("{\"type\":\"resume\",\"secret\":\"%s\",\"id\":0}".formatted(secrets.get(b)));
        back.next("resumed");
        for (int i = 1; i <= sent; i++) {
            assertThat(back.next("chat").getInt("id")).isEqualTo(i);
        }
        a.next("back", "error", "ack");
        say(a, chat, sent + 1, "the one that was refused");
        assertThat(back.next("chat").getInt("id")).isEqualTo(sent + 1);
    }

    private static boolean acked(JsonClient client, int id) {
        JsonObject ack = client.next("ack", "away", "back");
        while (ack.getInt("id") < id || ack.getString("state").equals("delivered")) {
            ack = client.next("ack", "away", "back");
        }
        return ack.getInt("id") == id;
    }
}
