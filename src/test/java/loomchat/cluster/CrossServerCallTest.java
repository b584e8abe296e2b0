package loomchat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import loomchat.cluster.Crowd.Visitor;
import loomchat.testing.JsonClient;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls between visitors of two servers. */
@Timeout(90)
class CrossServerCallTest {
    private static final String KINDS = ",\"kinds\":[\"audio\"]";

    @TempDir
    Path dir;

    private Crowd crowd;

    @BeforeEach
    void start() throws Exception {
        crowd = new Crowd(dir, 2, "CALLS", "all");
    }

    @AfterEach
    void stop() throws Exception {
        crowd.close();
    }

    private static void call(Visitor who, String what, int call, String more) {
        String number = call == 0 ? "" : "\"call\":" + call + ",";
        who.client.send("{\"type\":\"call\",\"chat\":%d,%s\"do\":\"%s\"%s}".formatted(who.chat, number, what, more));
    }

    private static void signal(Visitor who, int id, String data) {
        who.client.send(
                "{\"type\":\"signal\",\"chat\":%d,\"call\":1,\"id\":%d,\"data\":\"%s\"}".formatted(who.chat, id, data));
    }

    private static JsonObject told(Visitor who, String what, int call) {
        JsonObject message = who.client.next("call", "back", "away", "paused");
        assertThat(message.getString("do")).as("%s", message).isEqualTo(what);
        assertThat(message.getInt("call")).as("%s", message).isEqualTo(call);
        return message;
    }

    private static String signaled(Visitor who) {
        return who.client.next("signal", "back", "away", "paused").getString("data");
    }

    private static void begin(Visitor one, Visitor other) {
        call(one, "invite", 0, KINDS);
        told(one, "invited", 1);
        told(other, "invite", 1);
        call(other, "accept", 1, KINDS);
        boolean otherIsPolite = told(other, "accept", 1).getBoolean("polite");
        assertThat(told(one, "accept", 1).getBoolean("polite")).isNotEqualTo(otherIsPolite);
        signal(one, 1, "offer");
        assertThat(signaled(other)).isEqualTo("offer");
        signal(other, 1, "answer");
        assertThat(signaled(one)).isEqualTo("answer");
    }

    private static List<JsonObject> recorded(Crowd crowd, int servers, String event) {
        List<JsonObject> found = new ArrayList<>();
        IntStream.range(0, servers).forEach(each -> {
            try (var lines = Files.lines(crowd.folder(each).resolve("chat-logs.jsonl"))) {
                lines.filter(line -> line.contains("\"event\":\"" + event + "\""))
                        .map(JsonClient::json)
                        .forEach(found::add);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        return found;
    }

    /** Once in all, whoever was where. */
    private static JsonObject awaitRecorded(Crowd crowd, int servers, String event) {
        Awaitility.await()
                .atMost(10, TimeUnit.SECONDS)
                .until(() -> !recorded(crowd, servers, event).isEmpty());
        assertThat(recorded(crowd, servers, event)).as(event).hasSize(1);
        return recorded(crowd, servers, event).getFirst();
    }

    @Test
    void theyCallEachOtherAndTheEndIsRecordedOnce() throws Exception {
        try (Visitor a = new Visitor(crowd.port(0));
                Visitor b = new Visitor(crowd.port(1))) {
            Crowd.pair(a, b);
            begin(a, b);
            for (Visitor each : List.of(a, b)) {
                each.client.send(("{\"type\":\"call-stats\",\"chat\":%d,\"call\":1,\"firstFrameMillis\":200,"
                                + "\"relayed\":false,\"bytesSent\":10,\"bytesReceived\":20}")
                        .formatted(each.chat));
                each.client.nothingMore();
            }
            call(b, "end", 1, "");
            assertThat(told(b, "end", 1).getString("why")).isEqualTo("you");
            assertThat(told(a, "end", 1).getString("why")).isEqualTo("ended");
            awaitRecorded(crowd, 2, "Call Started");
            JsonObject end = awaitRecorded(crowd, 2, "Call Ended");
            assertThat(end.getString("reason")).isEqualTo("ended");
            assertThat(end.getBoolean("connected")).isTrue();
            assertThat(end.getInt("mediaBytesOut")).isEqualTo(10);
        }
    }

    @Test
    void invitingFromBothServersAtOnceIsAccepting() throws Exception {
        try (Visitor a = new Visitor(crowd.port(0));
                Visitor b = new Visitor(crowd.port(1))) {
            Crowd.pair(a, b);
            for (int number = 1; number <= 20; number++) {
                call(a, "invite", number, KINDS);
                call(b, "invite", number, KINDS);
                for (Visitor each : List.of(a, b)) {
                    JsonObject message = each.client.next("call");
                    while (!message.getString("do").equals("accept")) {
                        assertThat(message.getString("do")).isIn("invite", "invited");
                        message = each.client.next("call");
                    }
                    assertThat(message.getInt("call")).isEqualTo(number);
                }
                call(number % 2 == 0 ? a : b, "end", number, "");
                told(a, "end", number);
                told(b, "end", number);
            }
        }
    }

    @Test
    void nextEndsTheCallOnBothServers() throws Exception {
        try (Visitor a = new Visitor(crowd.port(0));
                Visitor b = new Visitor(crowd.port(1))) {
            Crowd.pair(a, b);
            begin(b, a);
            a.client.send("{\"type\":\"next\",\"chat\":%d}".formatted(a.chat));
            assertThat(b.client.next("left").getString("why")).isEqualTo("next");
            assertThat(awaitRecorded(crowd, 2, "Call Ended").getString("reason"))
                    .isEqualTo("next");
        }
    }

    @Test
    void anInvitationIsDeclinedAcrossServers() throws Exception {
        try (Visitor a = new Visitor(crowd.port(0));
                Visitor b = new Visitor(crowd.port(1))) {
            Crowd.pair(a, b);
            call(a, "invite", 0, KINDS);
            told(a, "invited", 1);
            told(b, "invite", 1);
            call(b, "decline", 1, "");
            told(b, "end", 1);
            told(a, "decline", 1);
            call(a, "invite", 0, KINDS);
            assertThat(a.client.next("error").getString("code")).isEqualTo("call-later");
        }
    }
}
