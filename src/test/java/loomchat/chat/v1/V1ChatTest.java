package loomchat.chat.v1;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.nio.file.Files;
import java.util.List;
import loomchat.testing.JsonClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * chat.v1 through real sockets, where it is about more than one message (see also ProtocolDocTest). Tests that mostly
 * wait run beside others; each has a server of its own. Long, because each promise of the protocol has its test.
 */
class V1ChatTest extends V1Scenario {
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
        // Only when c waits is it sure that the next partner comes before the errors.
        assertThat(JsonClient.json(c.receive()).getString("type")).isEqualTo("waiting");
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
    void whoSharesAnInterestIsPreferredAndThenAnyone() throws Exception {
        start("INTEREST_TIMEOUT", "2s");
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
        start("INTEREST_TIMEOUT", "2s");
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
        assertThat(JsonClient.json(a.receive())).isEqualTo(waiting(1, 0));
        b.send("{\"type\":\"find\"}");
        // Each waits with the other, and with nobody whom it can meet.
        assertThat(JsonClient.json(b.receive())).isEqualTo(waiting(2, 0));
        assertThat(JsonClient.json(a.receive())).isEqualTo(waiting(2, 0));
        JsonClient c = client();
        c.send("{\"type\":\"find\"}");
        c.next("matched");
        assertThat(a.next("matched").getBoolean("first")).isTrue();
        b.nothingMore();
    }

    private static JsonObject waiting(int count, int others) {
        return JsonClient.json("{\"type\":\"waiting\",\"count\":%d,\"others\":%d}".formatted(count, others));
    }

    @Test
    void eachReasonCountsOnceInAChatHoweverOftenItIsResumedAndABlockMayBeRepeated() throws Exception {
        start();
        JsonClient a = client();
        JsonClient b = client();
        int chat = match(a, b);
        report(a, chat, "spam", false);
        report(a, chat, "spam", true);
        report(a, chat, "abuse", false);
        a.vanish();
        b.next("away");
        JsonClient back = client();
        back.send("{\"type\":\"resume\",\"secret\":\"%s\",\"id\":0}".formatted(secrets.get(a)));
        back.next("resumed");
        b.next("back");
        report(back, chat, "minor", false);
        report(back, chat, "abuse", true);
        report(b, chat, "other", false);
        back.send("{\"type\":\"block\",\"chat\":%d}".formatted(chat));
        back.next("left");
        back.next("blocked");
        back.send("{\"type\":\"block\",\"chat\":%d}".formatted(chat));
        back.next("blocked");
        report(back, chat, "spam", true);
        assertThat(b.next("left").getString("why")).isEqualTo("left");
        b.nothingMore();
        clients.forEach(JsonClient::close);
        server.close();
        List<JsonObject> lines = Files.readAllLines(logs.resolve("chat-logs.jsonl")).stream()
                .map(JsonClient::json)
                .toList();
        assertThat(lines.stream()
                        .filter(each -> each.getString("event").equals("Reported"))
                        .map(each -> each.getString("reason")))
                .containsExactly("spam", "abuse", "minor", "other");
        assertThat(lines)
                .filteredOn(each -> each.getString("event").equals("Chat Resumed"))
                .hasSize(1);
        assertThat(lines)
                .filteredOn(each -> each.getString("event").equals("Blocked"))
                .singleElement()
                .satisfies(each -> assertThat(each.getInt("pair")).isEqualTo(chat))
                .satisfies(each -> assertThat(each.getBoolean("lasting")).isFalse());
    }

    private static void report(JsonClient client, int chat, String reason, boolean again) {
        client.send("{\"type\":\"report\",\"chat\":%d,\"reason\":\"%s\"}".formatted(chat, reason));
        assertThat(client.next("reported").getBoolean("again", false)).isEqualTo(again);
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

    /** In a chat and without one, as pages write it and otherwise. */
    @Test
    void whoAsksWhetherAnybodyHearsIsAnswered() throws Exception {
        start();
        JsonClient a = client();
        JsonClient b = client();
        for (String ping : List.of("{\"type\":\"ping\"}", "{ \"type\" : \"ping\" }")) {
            a.send(ping);
            assertThat(a.next().getString("type")).isEqualTo("pong");
        }
        match(a, b);
        b.send("{\"type\":\"ping\"}");
        b.next("pong");
        a.send("{\"type\":\"ping\",\"chat\":1}");
        assertThat(a.next("error").getString("code")).isEqualTo("unknown-field");
    }

    @Test
    void whoHearsOfThePartnersEndFirstIsToldThatTheServerStops() throws Exception {
        start("DRAIN_TIMEOUT", "20s");
        JsonClient a = client();
        JsonClient b = client();
        match(a, b);
        Thread stop = Thread.startVirtualThread(server::close);
        a.next("draining");
        b.next("draining");
        JsonObject left = (a.closes() ? b : a).next("left");
        assertThat(left.getString("why")).isEqualTo("gone");
        assertThat(left.getBoolean("stopped")).isTrue();
        clients.forEach(JsonClient::close);
        stop.join();
    }

    @Test
    void aRestartShowsInTheRun() throws Exception {
        start();
        String run = welcome().getString("run");
        assertThat(welcome().getString("run")).isEqualTo(run);
        server.close();
        start();
        assertThat(welcome().getString("run")).isNotEqualTo(run);
    }

    private JsonObject welcome() {
        try (JsonClient client = JsonClient.v1(server.port())) {
            return client.next("welcome");
        }
    }
}
