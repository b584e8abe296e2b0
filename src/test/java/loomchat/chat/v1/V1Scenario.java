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
import loomchat.testing.JsonClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A server and chat.v1 clients for each test. Afterwards every session and every chat in the log has one end. */
abstract class V1Scenario {
    @TempDir
    Path logs;

    Loomchat server;
    final List<JsonClient> clients = new ArrayList<>();
    final Map<JsonClient, String> secrets = new HashMap<>();

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

    final void start(String... settings) throws Exception {
        Map<String, String> environment = new HashMap<>(
                Map.of("PORT", "0", "HOST", "127.0.0.1", "DRAIN_TIMEOUT", "0s", "LOG_DIR", logs.toString()));
        for (int i = 0; i < settings.length; i += 2) {
            environment.put(settings[i], settings[i + 1]);
        }
        server = Loomchat.start(environment);
    }

    final JsonClient client() {
        JsonClient client = JsonClient.v1(server.port());
        secrets.put(client, client.next("welcome").getString("secret"));
        clients.add(client);
        return client;
    }

    static int match(JsonClient one, JsonClient other) {
        one.send("{\"type\":\"find\"}");
        assertThat(JsonClient.json(one.receive()).getString("type")).isEqualTo("waiting");
        other.send("{\"type\":\"find\"}");
        int chat = other.next("matched").getInt("chat");
        assertThat(one.next("matched").getInt("chat")).isEqualTo(chat);
        return chat;
    }

    static void say(JsonClient client, int chat, int id, String text) {
        client.send("{\"type\":\"chat\",\"chat\":%d,\"id\":%d,\"text\":\"%s\"}".formatted(chat, id, text));
    }
}
