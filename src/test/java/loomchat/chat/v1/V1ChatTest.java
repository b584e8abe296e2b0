package loomchat.chat.v1;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import loomchat.Loomchat;
import loomchat.chat.JsonClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * chat.v1 through real sockets, where it is about more than one message (see also ProtocolDocTest). What mostly
 * waits, for a time that is over or a partner who does not come back, waits beside others; each test has a server of
 * its own.
 */
class V1ChatTest {
    @TempDir
    private Path logs;

    private Loomchat server;
    private final List<JsonClient> clients = new ArrayList<>();
    private final Map<JsonClient, String> secrets = new HashMap<>();

    @AfterEach
    void everySessionHasOneEnd() throws Exception {
        clients.forEach(JsonClient::close);
        server.close();
        Map<Integer, Integer> balance = new HashMap<>();
        int matched = 0;
        int ended = 0;
        for (String line : Files.readAllLines(logs.resolve("chat-logs.jsonl"))) {
            JsonObject event = JsonClient.json(line);
            switch (event.getString("event")) {
                case "New Connection" -> balance.merge(event.getInt("session"), 1, Integer::sum);
                case "Disconnected" -> balance.merge(event.getInt("session"), -1, Integer::sum);
                case "Matched" -> matched++;
                case "Chat Ended" -> ended++;
                default -> {}
            }
        }
        assertThat(balance)
                .isNotEmpty()
                .allSatisfy((session, open) ->
                        assertThat(open).as("session " + session).isZero());
        assertThat(ended).as("chats ended").isEqualTo(matched);
    }

    @Test
    void aPlainAndAV1ClientChat() throws Exception {
        start();
        JsonClient plain = JsonClient.plain(server.port());
        clients.add(plain);
        JsonClient v1 = client();
        v1.send("{\"type\":\"find\"}");
        int chat = v1.next("matched").getInt("chat");
        assertThat(plain.next().getString("msg")).contains("connected");
        plain.send("a \"quote\", a \\ and\na new line");
        JsonObject said = v1.next("chat");
        assertThat(said.getString("text")).isEqualTo("a \"quote\", a \\ and\na new line");
        assertThat(said.getInt("id")).isEqualTo(1);
        say(v1, chat, 1, "b \\\"quote\\\" \\u0000 \\ud83d\\ude00 \\n");
        assertThat(plain.next().getString("msg")).isEqualTo("b \"quote\" \0 😀 \n");
        assertThat(v1.next("ack").getInt("id")).isEqualTo(1);
        v1.send("{\"type\":\"typing\",\"chat\":%d,\"on\":true}".formatted(chat));
        v1.send("{\"type\":\"leave\",\"chat\":%d}".formatted(chat));
        assertThat(plain.next().getString("msg")).isEqualTo("Stranger disconnected.");
        assertThat(v1.next("left").getString("why")).isEqualTo("you");
    }

    @Test
    void whatComesLateNeverReachesTheNextPartner() throws Exception {
        start();
        JsonClient a = client();
        JsonClient b = client();
        JsonClient c = client();
        int first = match(a, b);
        c.send("{\"type\":\"find\"}");
        a.send("{\"type\":\"next\",\"chat\":%d}".formatted(first));
        say(a, first, 1, "for b only");
        a.send("{\"type\":\"typing\",\"chat\":%d,\"on\":true}".formatted(first));
        a.send("{\"type\":\"next\",\"chat\":%d}".formatted(first));
        assertThat(a.next("left").getString("why")).isEqualTo("you");
        int second = a.next("matched").getInt("chat");
        for (int i = 0; i < 3; i++) {
            assertThat(a.next("error").getString("code")).isEqualTo("stale-chat");
        }
        assertThat(c.next("matched").getInt("chat")).isEqualTo(second);
        c.nothingMore();
        assertThat(b.next("left").getString("why")).isEqualTo("next");
        b.nothingMore();
    }

    @Test
    void idsRiseByOneAndARepeatedMessageIsAnsweredButNotPassedOn() throws Exception {
        start();
        JsonClient a = client();
        JsonClient b = client();
        int chat = match(a, b);
        say(a, chat, 1, "one");
        say(a, chat, 1, "one again");
        say(a, chat, 3, "three");
        assertThat(a.next("error", "ack").getString("code")).isEqualTo("bad-id");
        say(a, chat, 2, "two");
        assertThat(b.next("chat").getString("text")).isEqualTo("one");
        assertThat(b.next("chat").getString("text")).isEqualTo("two");
        b.send("{\"type\":\"got\",\"chat\":%d,\"id\":3}".formatted(chat));
        assertThat(b.next("error").getString("code")).isEqualTo("bad-id");
        b.nothingMore();
    }

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
        start("RESUME_SECONDS", "1");
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

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void whoSharesAnInterestIsPreferredAndThenAnyone() throws Exception {
        start("INTEREST_SECONDS", "2");
        JsonClient music = client();
        JsonClient chess = client();
        JsonClient any = client();
        music.send("{\"type\":\"find\",\"interests\":[\"music\"]}");
        chess.send("{\"type\":\"find\",\"interests\":[\"chess\"]}");
        any.send("{\"type\":\"find\"}");
        JsonClient both = client();
        both.send("{\"type\":\"find\",\"interests\":[\"go\",\"CHESS\"]}");
        assertThat(both.next("matched").getJsonArray("interests").getString(0)).isEqualTo("chess");
        assertThat(chess.next("matched").getJsonArray("interests")).hasSize(1);
        // Nobody likes music: after two seconds anyone will do.
        JsonObject toMusic = music.next("matched");
        assertThat(toMusic.getJsonArray("interests")).isEmpty();
        // Both waited, and both are looked for again at the same time: either may be the one who is found.
        assertThat(any.next("matched").getBoolean("first")).isNotEqualTo(toMusic.getBoolean("first"));
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void theSameTwoAreNotPairedAgainWhileSomebodyElseWaits() throws Exception {
        start("INTEREST_SECONDS", "2");
        JsonClient a = client();
        JsonClient b = client();
        int chat = match(a, b);
        a.send("{\"type\":\"next\",\"chat\":%d}".formatted(chat));
        a.next("left");
        b.next("left");
        // a waits alone, so b may have it again.
        b.send("{\"type\":\"find\"}");
        int again = b.next("matched").getInt("chat");
        a.next("matched");
        a.send("{\"type\":\"next\",\"chat\":%d}".formatted(again));
        a.next("left");
        b.next("left");
        a.nothingMore(); // it waits
        // c shares an interest with nobody and waits for one who does; then anyone will do.
        JsonClient c = client();
        c.send("{\"type\":\"find\",\"interests\":[\"chess\"]}");
        c.nothingMore();
        b.send("{\"type\":\"find\"}");
        b.nothingMore();
        a.nothingMore();
        int last = c.next("matched").getInt("chat");
        assertThat(a.next("matched").getInt("chat")).isEqualTo(last).isGreaterThan(again);
        b.nothingMore();
    }

    @Test
    void blockedOnesNeverMeetAgain() throws Exception {
        start();
        JsonClient a = client();
        JsonClient b = client();
        int chat = match(a, b);
        a.send("{\"type\":\"block\",\"chat\":%d}".formatted(chat));
        assertThat(b.next("left").getString("why")).isEqualTo("left");
        assertThat(a.next("left").getString("why")).isEqualTo("you");
        a.next("blocked");
        a.send("{\"type\":\"find\"}");
        a.nothingMore();
        b.send("{\"type\":\"find\"}");
        b.nothingMore();
        JsonClient c = client();
        c.send("{\"type\":\"find\"}");
        c.next("matched");
        assertThat(a.next("matched").getBoolean("first")).isTrue();
        b.nothingMore();
    }

    @Test
    void oneReportCountsInAChatHoweverOftenItIsResumedAndABlockMayBeRepeated() throws Exception {
        start();
        JsonClient a = client();
        JsonClient b = client();
        int chat = match(a, b);
        report(a, chat, "spam");
        report(a, chat, "abuse");
        a.vanish();
        b.next("away");
        JsonClient back = client();
        back.send("{\"type\":\"resume\",\"secret\":\"%s\",\"id\":0}".formatted(secrets.get(a)));
        back.next("resumed");
        b.next("back");
        report(back, chat, "minor");
        report(b, chat, "other");
        back.send("{\"type\":\"block\",\"chat\":%d}".formatted(chat));
        back.next("left");
        back.next("blocked");
        back.send("{\"type\":\"block\",\"chat\":%d}".formatted(chat));
        back.next("blocked");
        report(back, chat, "spam");
        assertThat(b.next("left").getString("why")).isEqualTo("left");
        b.nothingMore();
        clients.forEach(JsonClient::close);
        server.close();
        assertThat(Files.readAllLines(logs.resolve("chat-logs.jsonl")).stream()
                        .map(JsonClient::json)
                        .filter(each -> each.getString("event").equals("Reported"))
                        .map(each -> each.getString("reason")))
                .containsExactly("spam", "other");
    }

    private static void report(JsonClient client, int chat, String reason) {
        client.send("{\"type\":\"report\",\"chat\":%d,\"reason\":\"%s\"}".formatted(chat, reason));
        client.next("reported");
    }

    @Test
    void whoSendsTooFastIsWarnedThenRefusedThenClosed() throws Exception {
        start("CHAT_MESSAGES_PER_SECOND", "5");
        JsonClient a = client();
        JsonClient b = client();
        int chat = match(a, b);
        boolean open = true;
        for (int i = 1; i <= 400 && open; i++) {
            open = a.trySend("{\"type\":\"chat\",\"chat\":%d,\"id\":%d,\"text\":\"flood\"}".formatted(chat, i));
        }
        assertThat(a.closeCode()).isEqualTo(1008);
        List<String> codes = a.pending().stream()
                .map(each -> JsonClient.json(each).getString("code", ""))
                .filter(code -> !code.isEmpty())
                .distinct()
                .toList();
        assertThat(codes).containsExactly("slow-down", "too-fast");
        for (int i = 1; i <= 5; i++) {
            assertThat(b.next("chat").getInt("id")).isEqualTo(i);
        }
        b.next("left", "chat");
    }

    @Test
    void textIsLimitedAndBinaryIsRefused() throws Exception {
        start("MAX_TEXT_BYTES", "100");
        JsonClient a = client();
        JsonClient b = client();
        int chat = match(a, b);
        say(a, chat, 1, "x".repeat(101));
        assertThat(a.next("error").getString("code")).isEqualTo("too-long");
        say(a, chat, 1, "é".repeat(50));
        assertThat(b.next("chat").getString("text")).hasSize(50);
        a.sendBinary(new byte[] {1, 2, 3});
        assertThat(a.closeCode()).isEqualTo(1003);
        assertThat(b.next("left").getString("why")).isEqualTo("left");
    }

    @Test
    void aStoppingServerSaysSo() throws Exception {
        start();
        JsonClient a = client();
        server.close();
        a.next("draining");
        assertThat(a.closeCode()).isEqualTo(1001);
    }

    private void start(String... settings) throws Exception {
        Map<String, String> environment = new HashMap<>(
                Map.of("PORT", "0", "HOST", "127.0.0.1", "DRAIN_SECONDS", "0", "LOG_DIR", logs.toString()));
        for (int i = 0; i < settings.length; i += 2) {
            environment.put(settings[i], settings[i + 1]);
        }
        server = Loomchat.start(environment);
    }

    private JsonClient client() {
        JsonClient client = JsonClient.v1(server.port());
        secrets.put(client, client.next("welcome").getString("secret"));
        clients.add(client);
        return client;
    }

    private static int match(JsonClient one, JsonClient other) {
        one.send("{\"type\":\"find\"}");
        assertThat(JsonClient.json(one.receive()).getString("type")).isEqualTo("waiting");
        other.send("{\"type\":\"find\"}");
        int chat = other.next("matched").getInt("chat");
        assertThat(one.next("matched").getInt("chat")).isEqualTo(chat);
        return chat;
    }

    private static void say(JsonClient client, int chat, int id, String text) {
        client.send("{\"type\":\"chat\",\"chat\":%d,\"id\":%d,\"text\":\"%s\"}".formatted(chat, id, text));
    }

    private static boolean acked(JsonClient client, int id) {
        JsonObject ack = client.next("ack", "away", "back");
        while (ack.getInt("id") < id || ack.getString("state").equals("delivered")) {
            ack = client.next("ack", "away", "back");
        }
        return ack.getInt("id") == id;
    }
}
