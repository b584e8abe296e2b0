package loomchat.chat.v1;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import loomchat.testing.JsonClient;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Calls between clients of {@code chat.v1} on one server. Long, because every rule of them is played here, in a few
 * lines each.
 */
@Timeout(60)
class V1CallTest extends V1Scenario {
    private static final String TURN = "turn:turn.example:3478?transport=udp,turns:turn.example:5349?transport=tcp";
    private static final String SECRET = "a-secret-of-the-turn-servers";

    private JsonClient one;
    private JsonClient other;
    private int chat;

    private void talk(String... settings) throws Exception {
        start(settings);
        one = client();
        other = client();
        chat = match(one, other);
    }

    private void call(JsonClient who, String what, int call, String more) {
        String number = call == 0 ? "" : "\"call\":" + call + ",";
        who.send("{\"type\":\"call\",\"chat\":%d,%s\"do\":\"%s\"%s}".formatted(chat, number, what, more));
    }

    private void signal(JsonClient who, int call, int id, String data) {
        who.send("{\"type\":\"signal\",\"chat\":%d,\"call\":%d,\"id\":%d,\"data\":\"%s\"}"
                .formatted(chat, call, id, data));
    }

    private static JsonObject told(JsonClient who, String what, int call) {
        JsonObject message = who.next("call");
        assertThat(message.getString("do")).as("%s", message).isEqualTo(what);
        assertThat(message.getInt("call")).as("%s", message).isEqualTo(call);
        return message;
    }

    private static void refused(JsonClient who, String code) {
        assertThat(who.next("error").getString("code")).isEqualTo(code);
    }

    private static final String BOTH = ",\"kinds\":[\"audio\",\"video\"]";

    private void begin() {
        call(one, "invite", 0, BOTH);
        told(one, "invited", 1);
        told(other, "invite", 1);
        call(other, "accept", 1, ",\"kinds\":[]");
        assertThat(told(other, "accept", 1).getBoolean("polite")).isTrue();
        assertThat(told(one, "accept", 1).getBoolean("polite")).isFalse();
    }

    private List<JsonObject> recorded(String event) throws Exception {
        try (var lines = Files.lines(logs.resolve("chat-logs.jsonl"))) {
            return lines.map(JsonClient::json)
                    .filter(each -> each.getString("event").equals(event))
                    .toList();
        }
    }

    private JsonObject ended() {
        Awaitility.await()
                .atMost(10, TimeUnit.SECONDS)
                .until(() -> !recorded("Call Ended").isEmpty());
        try {
            assertThat(recorded("Call Started")).hasSize(1);
            assertThat(recorded("Call Ended")).hasSize(1);
            return recorded("Call Ended").getFirst();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void withoutThemNothingIsPassedOn() throws Exception {
        talk();
        call(one, "invite", 0, BOTH);
        refused(one, "calls-off");
        signal(one, 1, 1, "?");
        refused(one, "calls-off");
        other.nothingMore();
    }

    @Test
    void invitingAtTheSameMomentIsAccepting() throws Exception {
        talk("CALLS", "all");
        for (int number = 1; number <= 20; number++) {
            // Invitations are limited by the minute: numbers are named, as after a server's death.
            CountDownLatch go = new CountDownLatch(1);
            String named = ",\"kinds\":[\"video\"],\"call\":" + number;
            Thread first = Thread.ofPlatform().start(() -> {
                await(go);
                call(one, "invite", 0, named);
            });
            Thread second = Thread.ofPlatform().start(() -> {
                await(go);
                call(other, "invite", 0, named);
            });
            go.countDown();
            first.join();
            second.join();
            awaitAccepted(one, number);
            awaitAccepted(other, number);
            call(number % 2 == 0 ? one : other, "end", number, "");
            told(one, "end", number);
            told(other, "end", number);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitAccepted(JsonClient who, int number) {
        JsonObject message = who.next("call");
        while (!message.getString("do").equals("accept")) {
            assertThat(message.getString("do")).isIn("invite", "invited");
            message = who.next("call");
        }
        assertThat(message.getInt("call")).isEqualTo(number);
    }

    @Test
    void signalsArePassedOnWhileTheCallIsOnAndNoLonger() throws Exception {
        talk("CALLS", "all");
        signal(one, 1, 1, "before");
        refused(one, "stale-call");
        call(one, "invite", 0, BOTH);
        told(one, "invited", 1);
        told(other, "invite", 1);
        signal(one, 1, 1, "not accepted");
        refused(one, "stale-call");
        signal(other, 1, 1, "not accepted");
        refused(other, "stale-call");
        call(one, "accept", 1, BOTH);
        refused(one, "stale-call");
        call(other, "accept", 1, BOTH);
        told(other, "accept", 1);
        told(one, "accept", 1);
        String text = "\\\"quoted\\\" \\u00e4 \\n";
        signal(one, 1, 1, text);
        JsonObject got = other.next("signal");
        assertThat(got.getString("data")).isEqualTo("\"quoted\" ä \n");
        assertThat(got.getInt("id")).isEqualTo(1);
        signal(one, 1, 1, "again");
        refused(one, "bad-id");
        signal(one, 1, 5, "x".repeat(16_384));
        assertThat(other.next("signal").getString("data")).hasSize(16_384);
        signal(one, 1, 6, "x".repeat(16_385));
        refused(one, "too-long");
        signal(one, 1, 6, "");
        refused(one, "bad-value");
        signal(one, 2, 6, "another call");
        refused(one, "stale-call");
        call(one, "end", 1, "");
        assertThat(told(one, "end", 1).getString("why")).isEqualTo("you");
        assertThat(told(other, "end", 1).getString("why")).isEqualTo("ended");
        signal(other, 1, 7, "after");
        refused(other, "stale-call");
        one.nothingMore();
        other.nothingMore();
    }

    @Test
    void signalsHaveALimitOfTheirOwn() throws Exception {
        talk("CALLS", "all", "CHAT_MESSAGES_PER_SECOND", "1");
        begin();
        int sent = 300;
        for (int i = 1; i <= sent; i++) {
            signal(one, 1, i, "s");
        }
        say(one, chat, 1, "a chat message besides");
        int passed = 0;
        JsonObject message = other.next();
        while (!message.getString("type").equals("chat")) {
            passed++;
            message = other.next();
        }
        assertThat(passed).isBetween(90, 200);
    }

    @Test
    void aFloodOfSignalsIsCutAndThePartnerGoesOn() throws Exception {
        talk("CALLS", "all");
        begin();
        int id = 1;
        while (one.trySend(
                "{\"type\":\"signal\",\"chat\":%d,\"call\":1,\"id\":%d,\"data\":\"s\"}".formatted(chat, id))) {
            id++;
            assertThat(id).isLessThan(100_000);
        }
        JsonObject message = other.next();
        while (message.getString("type").equals("signal")) {
            message = other.next();
        }
        assertThat(message.getString("type")).isEqualTo("left");
        assertThat(ended().getString("reason")).isEqualTo("flood");
        other.send("{\"type\":\"find\"}");
        assertThat(JsonClient.json(other.receive()).getString("type")).isEqualTo("waiting");
    }

    @Test
    void invitationsAreLimited() throws Exception {
        talk("CALLS", "all");
        for (int call = 1; call <= 3; call++) {
            call(one, "invite", 0, BOTH);
            told(one, "invited", call);
            told(other, "invite", call);
            call(one, "end", call, ",\"why\":\"unanswered\"");
            told(one, "end", call);
            assertThat(told(other, "end", call).getString("why")).isEqualTo("unanswered");
        }
        call(one, "invite", 0, BOTH);
        refused(one, "call-later");
        call(other, "invite", 0, BOTH);
        told(other, "invited", 4);
        told(one, "invite", 4);
        call(one, "decline", 4, "");
        told(one, "end", 4);
        assertThat(told(other, "decline", 4).getInt("seconds")).isEqualTo(30);
        call(other, "invite", 0, BOTH);
        refused(other, "call-later");
        one.nothingMore();
    }

    @Test
    void whoIsInvitedDeclinesByNumberAndNotTwice() throws Exception {
        talk("CALLS", "all");
        call(other, "decline", 1, "");
        refused(other, "stale-call");
        begin();
        call(other, "decline", 2, "");
        refused(other, "stale-call");
        call(other, "end", 1, ",\"why\":\"failed\"");
        told(other, "end", 1);
        assertThat(told(one, "end", 1).getString("why")).isEqualTo("failed");
        call(one, "end", 1, "");
        refused(one, "stale-call");
        call(one, "accept", 1, BOTH);
        refused(one, "stale-call");
        call(one, "invite", 1, BOTH);
        refused(one, "stale-call");
        assertThat(ended().getString("reason")).isEqualTo("failed");
    }

    @Test
    void wrongFieldsAreRefused() throws Exception {
        talk("CALLS", "all");
        String[][] wrong = {
            {"call", "\"do\":\"dance\"", "bad-value"},
            {"call", "\"do\":\"invite\"", "missing-field"},
            {"call", "\"do\":\"invite\",\"kinds\":[\"audio\",\"audio\"]", "bad-value"},
            {"call", "\"do\":\"invite\",\"kinds\":[\"smell\"]", "bad-value"},
            {"call", "\"do\":\"invite\",\"kinds\":\"audio\"", "wrong-type"},
            {"call", "\"do\":\"invite\",\"kinds\":[],\"why\":\"ended\"", "unknown-field"},
            {"call", "\"do\":\"accept\",\"kinds\":[]", "missing-field"},
            {"call", "\"do\":\"end\",\"call\":1,\"why\":\"declined\"", "bad-value"},
            {"call", "\"do\":\"decline\",\"call\":0", "bad-value"},
            {"call", "\"kinds\":[]", "missing-field"},
            {"signal", "\"call\":1,\"id\":0,\"data\":\"x\"", "bad-value"},
            {"signal", "\"call\":1,\"id\":1,\"data\":{}", "wrong-type"},
            {"signal", "\"call\":1,\"id\":1", "missing-field"},
            {"ice", "\"call\":1,\"more\":1", "unknown-field"},
            {
                "call-stats",
                "\"call\":1,\"firstFrameMillis\":-1,\"relayed\":true,\"bytesSent\":1,\"bytesReceived\":1",
                "wrong-type"
            },
        };
        for (String[] each : wrong) {
            one.send("{\"type\":\"%s\",\"chat\":%d,%s}".formatted(each[0], chat, each[1]));
            JsonObject error = one.next("error");
            assertThat(error.getString("code")).as(each[0] + " " + each[1]).isEqualTo(each[2]);
        }
        other.nothingMore();
    }

    @Test
    void aPlainPartnerCannotBeCalled() throws Exception {
        start("CALLS", "all");
        one = client();
        one.send("{\"type\":\"find\"}");
        JsonClient plain = JsonClient.plain(server.port());
        clients.add(plain);
        chat = one.next("matched").getInt("chat");
        call(one, "invite", 0, BOTH);
        refused(one, "cannot-call");
    }

    @Test
    void theEndOfTheChatEndsTheCall() throws Exception {
        talk("CALLS", "all");
        begin();
        one.send(("{\"type\":\"call-stats\",\"chat\":%d,\"call\":1,\"firstFrameMillis\":300,\"relayed\":true,"
                        + "\"bytesSent\":1000,\"bytesReceived\":2000}")
                .formatted(chat));
        one.send("{\"type\":\"next\",\"chat\":%d}".formatted(chat));
        assertThat(other.next("left").getString("why")).isEqualTo("next");
        one.next("left");
        signal(one, 1, 1, "late");
        refused(one, "stale-chat");
        JsonObject end = ended();
        assertThat(end.getString("reason")).isEqualTo("next");
        assertThat(end.getBoolean("connected")).isTrue();
        assertThat(end.getBoolean("relayed")).isTrue();
        assertThat(end.getInt("firstFrameMillis")).isEqualTo(300);
        // The record names the session that came last, and one's page told what it had sent.
        assertThat(end.getInt("mediaBytesOut")).isEqualTo(2000);
        assertThat(end.getInt("mediaBytesIn")).isEqualTo(1000);
        assertThat(recorded("Call Started").getFirst().getString("kinds")).isEqualTo("audio+video");
    }

    @Test
    void aCallOutlivesABrokenConnection() throws Exception {
        talk("CALLS", "all");
        begin();
        other.vanish();
        one.next("away");
        signal(one, 1, 1, "lost");
        JsonClient back = client();
        back.send("{\"type\":\"resume\",\"secret\":\"%s\",\"id\":0}".formatted(secrets.get(other)));
        assertThat(back.next("resumed").getInt("call")).isEqualTo(1);
        one.next("back");
        signal(one, 1, 2, "restart");
        assertThat(back.next("signal").getString("data")).isEqualTo("restart");
        signal(back, 1, 1, "answer");
        assertThat(one.next("signal").getString("data")).isEqualTo("answer");
        back.vanish();
        one.next("away");
        call(one, "end", 1, "");
        told(one, "end", 1);
        call(one, "invite", 0, BOTH);
        told(one, "invited", 2);
        JsonClient again = client();
        again.send("{\"type\":\"resume\",\"secret\":\"%s\",\"id\":0}".formatted(secrets.get(back)));
        assertThat(again.next("resumed").containsKey("call")).isFalse();
        assertThat(told(again, "end", 1).getString("why")).isEqualTo("ended");
        told(again, "invite", 2);
        one.next("back");
        call(again, "decline", 2, "");
        told(again, "end", 2);
        told(one, "decline", 2);
    }

    @Test
    void credentialsAreMadeForTheCallAndNoMoreThanSixAMinute() throws Exception {
        talk("TURN_URLS", TURN, "TURN_SECRET", SECRET);
        String ice = "{\"type\":\"ice\",\"chat\":%d,\"call\":1}".formatted(chat);
        one.send(ice);
        refused(one, "stale-call");
        begin();
        for (int i = 0; i < 6; i++) {
            one.send(ice);
            JsonObject answer = one.next("ice");
            assertThat(answer.getString("policy")).isEqualTo("relay");
            JsonObject turn = answer.getJsonArray("servers").getJsonObject(0);
            assertThat(turn.getJsonArray("urls").getString(1)).isEqualTo("turns:turn.example:5349?transport=tcp");
            String username = turn.getString("username");
            long left =
                    Long.parseLong(username.substring(0, username.indexOf(':'))) - System.currentTimeMillis() / 1000;
            assertThat(left).isBetween(580L, 600L);
            assertThat(username).endsWith(":" + chat + ".1p");
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            assertThat(turn.getString("credential"))
                    .isEqualTo(
                            Base64.getEncoder().encodeToString(mac.doFinal(username.getBytes(StandardCharsets.UTF_8))));
        }
        one.send(ice);
        refused(one, "too-fast");
        other.send(ice);
        assertThat(other.next("ice").toString()).contains(chat + ".1n").doesNotContain(SECRET);
        assertThat(Files.readString(logs.resolve("chat-logs.jsonl"))).doesNotContain(SECRET);
    }
}
