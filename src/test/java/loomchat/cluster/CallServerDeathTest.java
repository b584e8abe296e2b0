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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Servers die, stop or give a visitor away under a call. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
class CallServerDeathTest {
    private static final String KINDS = ",\"kinds\":[\"audio\"]";

    @TempDir
    Path dir;

    private Crowd crowd(int servers) throws Exception {
        return new Crowd(dir, servers, "CALLS", "all");
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
    void theCallOutlivesTheServerOfEither() throws Exception {
        try (Crowd crowd = crowd(3);
                Visitor a = new Visitor(crowd.port(0));
                Visitor b = new Visitor(crowd.port(1))) {
            Crowd.pair(a, b);
            begin(a, b);
            crowd.server(1).kill();
            a.client.next("away", "back", "paused");
            signal(a, 2, "into the void");
            try (Visitor backB = new Visitor(crowd.port(2))) {
                assertThat(backB.resume(b, 0, 1).getInt("call")).isEqualTo(1);
                a.client.next("back", "away", "paused");
                signal(a, 3, "restart");
                assertThat(signaled(backB)).isEqualTo("restart");
                signal(backB, 2, "restarted");
                assertThat(signaled(a)).isEqualTo("restarted");
                crowd.server(0).kill();
                backB.client.next("away", "back", "paused");
                try (Visitor backA = new Visitor(crowd.port(2))) {
                    assertThat(backA.resume(a, 0, 1).getInt("call")).isEqualTo(1);
                    backB.client.next("back", "away", "paused");
                    signal(backA, 4, "again");
                    assertThat(signaled(backB)).isEqualTo("again");
                    call(backA, "end", 1, "");
                    told(backA, "end", 1);
                    told(backB, "end", 1);
                    awaitRecorded(crowd, 3, "Call Started");
                    JsonObject end = awaitRecorded(crowd, 3, "Call Ended");
                    assertThat(end.getInt("callMillis")).isPositive();
                }
            }
        }
    }

    @Test
    void whereAllThatKnewOfTheCallIsDeadTheClientsSayItAgain() throws Exception {
        try (Crowd crowd = crowd(3);
                Visitor a = new Visitor(crowd.port(0));
                Visitor b = new Visitor(crowd.port(1))) {
            Crowd.pair(a, b);
            begin(a, b);
            Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> Crowd.seats(crowd.redis) >= 2);
            crowd.server(0).kill();
            crowd.server(1).kill();
            try (Visitor backA = Crowd.back(crowd.port(2), a, 0);
                    Visitor backB = Crowd.back(crowd.port(2), b, 0)) {
                call(backA, "invite", 1, KINDS);
                told(backA, "invited", 1);
                told(backB, "invite", 1);
                call(backB, "invite", 1, KINDS);
                told(backB, "accept", 1);
                told(backA, "accept", 1);
                signal(backA, 2, "restart");
                assertThat(signaled(backB)).isEqualTo("restart");
            }
        }
    }

    @Test
    void theCallGoesOnWhenAServerStopsInOrder() throws Exception {
        try (Crowd crowd = crowd(3);
                Visitor a = new Visitor(crowd.port(0));
                Visitor b = new Visitor(crowd.port(1))) {
            Crowd.pair(a, b);
            begin(a, b);
            crowd.server(1).signal();
            b.client.next("draining");
            assertThat(b.client.closeCode()).isEqualTo(1001);
            try (Visitor backB = new Visitor(crowd.port(2))) {
                assertThat(backB.resume(b, 0, 1).getInt("call")).isEqualTo(1);
                a.client.next("back", "away", "paused");
                signal(a, 2, "restart");
                assertThat(signaled(backB)).isEqualTo("restart");
                call(a, "end", 1, "");
                told(backB, "end", 1);
                awaitRecorded(crowd, 3, "Call Started");
                awaitRecorded(crowd, 3, "Call Ended");
            }
        }
    }

    /** One who had both visitors gives one of them away, and the other's call goes on. */
    @Test
    void theCallGoesOnWhenOneOfTwoOnOneServerMoves() throws Exception {
        try (Crowd crowd = crowd(2);
                Visitor a = new Visitor(crowd.port(0));
                Visitor b = new Visitor(crowd.port(0))) {
            Crowd.pair(a, b);
            begin(a, b);
            b.client.vanish();
            a.client.next("away", "back", "paused");
            try (Visitor backB = new Visitor(crowd.port(1))) {
                assertThat(backB.resume(b, 0, 1).getInt("call")).isEqualTo(1);
                a.client.next("back", "away", "paused");
                signal(backB, 2, "restart");
                assertThat(signaled(a)).isEqualTo("restart");
                call(a, "end", 1, "");
                told(backB, "end", 1);
                awaitRecorded(crowd, 2, "Call Started");
                awaitRecorded(crowd, 2, "Call Ended");
            }
        }
    }
}
