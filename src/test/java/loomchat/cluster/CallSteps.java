package loomchat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import loomchat.cluster.Crowd.Visitor;
import loomchat.testing.JsonClient;
import org.awaitility.Awaitility;

/** What visitors of a crowd say and hear of calls, and what their servers record. */
final class CallSteps {
    static final String KINDS = ",\"kinds\":[\"audio\"]";

    private CallSteps() {}

    static void call(Visitor who, String what, int call, String more) {
        String number = call == 0 ? "" : "\"call\":" + call + ",";
        who.client.send("{\"type\":\"call\",\"chat\":%d,%s\"do\":\"%s\"%s}".formatted(who.chat, number, what, more));
    }

    static void signal(Visitor who, int id, String data) {
        who.client.send(
                "{\"type\":\"signal\",\"chat\":%d,\"call\":1,\"id\":%d,\"data\":\"%s\"}".formatted(who.chat, id, data));
    }

    static JsonObject told(Visitor who, String what, int call) {
        JsonObject message = who.client.next("call", "back", "away", "paused");
        assertThat(message.getString("do")).as("%s", message).isEqualTo(what);
        assertThat(message.getInt("call")).as("%s", message).isEqualTo(call);
        return message;
    }

    static String signaled(Visitor who) {
        return who.client.next("signal", "back", "away", "paused").getString("data");
    }

    static void begin(Visitor one, Visitor other) {
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

    static List<JsonObject> recorded(Crowd crowd, int servers, String event) {
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
    static JsonObject awaitRecorded(Crowd crowd, int servers, String event) {
        Awaitility.await()
                .atMost(10, TimeUnit.SECONDS)
                .until(() -> !recorded(crowd, servers, event).isEmpty());
        assertThat(recorded(crowd, servers, event)).as(event).hasSize(1);
        return recorded(crowd, servers, event).getFirst();
    }
}
