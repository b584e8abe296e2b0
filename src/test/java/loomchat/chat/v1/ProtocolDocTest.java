package loomchat.chat.v1;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import loomchat.Loomchat;
import loomchat.testing.JsonClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plays the examples of docs/protocol.md against the server. */
class ProtocolDocTest {
    private static final Pattern BLOCK = Pattern.compile("```(chat|calls)\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINE = Pattern.compile("([A-Z]) ([→←✕]) ?(.*)");
    /** Their values differ from run to run; the same one in the document is the same one in the run. */
    private static final Set<String> NAMES = Set.of("session", "secret", "run", "chat");

    @TempDir
    private Path logs;

    private final Map<String, JsonClient> clients = new HashMap<>();
    private final Map<String, JsonValue> bound = new HashMap<>();
    private final Set<String> typesPlayed = new HashSet<>();

    @Test
    void everyExampleIsTrue() throws Exception {
        playAll("chat", "off");
        assertThat(typesPlayed)
                .contains("find", "chat", "got", "typing", "next", "leave", "report", "block", "resume")
                .contains("welcome", "waiting", "matched", "ack", "left", "away", "resumed", "back", "error");
    }

    @Test
    void everyExampleOfCallsIsTrue() throws Exception {
        playAll("calls", "all");
        assertThat(typesPlayed).contains("call", "signal", "call-stats", "welcome", "error");
    }

    private void playAll(String kind, String calls) throws Exception {
        List<String> lines = new ArrayList<>();
        Matcher blocks = BLOCK.matcher(Files.readString(Path.of("docs/protocol.md")));
        while (blocks.find()) {
            if (blocks.group(1).equals(kind)) {
                lines.addAll(blocks.group(2).lines().toList());
            }
        }
        assertThat(lines).isNotEmpty();
        Map<String, String> settings =
                Map.of("PORT", "0", "HOST", "127.0.0.1", "LOG_DIR", logs.toString(), "CALLS", calls);
        try (Loomchat server = Loomchat.start(settings)) {
            for (String line : lines) {
                play(line, server.port());
            }
            clients.values().forEach(JsonClient::nothingMore);
            clients.values().forEach(JsonClient::close);
        }
    }

    private void play(String line, int port) {
        Matcher parts = LINE.matcher(line);
        assertThat(parts.matches()).as(line).isTrue();
        String who = parts.group(1);
        String message = parts.group(3);
        switch (parts.group(2)) {
            case "→" -> clients.get(who).send(bindings(message));
            case "←" ->
                expect(clients.computeIfAbsent(who, name -> JsonClient.v1(port)), JsonClient.json(message), line);
            default -> clients.remove(who).vanish();
        }
    }

    /** The message with the values of this run. */
    private String bindings(String message) {
        if (!message.startsWith("{")) {
            return message;
        }
        JsonObject object = JsonClient.json(message);
        typesPlayed.add(object.getString("type"));
        String said = message;
        for (String name : NAMES) {
            JsonValue value = object.get(name);
            JsonValue here = value == null ? null : bound.get(name + value);
            if (here != null) {
                said = said.replace("\"" + name + "\":" + value, "\"" + name + "\":" + here);
            }
        }
        return said;
    }

    private void expect(JsonClient client, JsonObject wanted, String line) {
        typesPlayed.add(wanted.getString("type"));
        JsonObject got = JsonClient.json(client.receive());
        while (isEarlier(got, wanted)) {
            got = JsonClient.json(client.receive());
        }
        assertThat(got.keySet()).as(line + " but came " + got).isEqualTo(wanted.keySet());
        for (String name : wanted.keySet()) {
            JsonValue here = wanted.get(name);
            if (NAMES.contains(name)) {
                here = bound.computeIfAbsent(name + here, first -> null);
                if (here == null) {
                    bound.put(name + wanted.get(name), got.get(name));
                    continue;
                }
            }
            assertThat(got.get(name)).as(line + " but came " + got).isEqualTo(here);
        }
    }

    /** An acknowledgement for fewer messages, or news of how many wait, may come in between. */
    private static boolean isEarlier(JsonObject got, JsonObject wanted) {
        String type = got.getString("type");
        if (type.equals("waiting")) {
            return !wanted.getString("type").equals("waiting");
        }
        return type.equals("ack")
                && wanted.getString("type").equals("ack")
                && got.getString("state").equals(wanted.getString("state"))
                && got.getInt("id") < wanted.getInt("id");
    }
}
