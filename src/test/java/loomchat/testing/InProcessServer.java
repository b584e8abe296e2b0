package loomchat.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import loomchat.Loomchat;

/** A server in this process for one test, and what its record tells when it has stopped. */
public final class InProcessServer implements AutoCloseable {
    public static final String MATCHED = "{\"type\":\"info\",\"msg\":\"You are connected to a stranger!\"}";
    public static final String LEFT = "{\"type\":\"info\",\"msg\":\"Stranger disconnected.\"}";

    private final Loomchat server;

    private InProcessServer(Loomchat server) {
        this.server = server;
    }

    public static InProcessServer open(Path logDir, String... settings) throws Exception {
        Map<String, String> all = new HashMap<>(Map.of(
                "HOST",
                "127.0.0.1",
                "PORT",
                "0",
                "LOG_DIR",
                logDir.toString(),
                "ECHO_ENDPOINT",
                "true",
                "DRAIN_TIMEOUT",
                "0s"));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return new InProcessServer(Loomchat.start(all));
    }

    public int port() {
        return server.port();
    }

    /** Returns when the visitor's session has its number and waits or is paired: who enters next comes after it. */
    public RawClient enter() throws IOException {
        long before = entered();
        RawClient client = RawClient.open(server.port(), "/");
        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> entered() > before);
        return client;
    }

    private long entered() throws IOException {
        return Files.readString(server.logDir().resolve("chat-logs.jsonl"))
                .lines()
                .filter(each -> each.contains("\"event\":\"New Connection\""))
                .count();
    }

    /** Both have heard that they are a pair; {@code first} was there first. */
    public static void expectPair(RawClient first, RawClient second) throws IOException {
        assertThat(first.readText()).isEqualTo(MATCHED);
        assertThat(second.readText()).isEqualTo(MATCHED);
    }

    public static String chat(String text) {
        return "{\"type\":\"chat\",\"msg\":\"" + text + "\"}";
    }

    /** Waits until the running server has written the end of a session. */
    public void awaitEnd(int session) {
        String start = "\"event\":\"Disconnected\",\"details\":\"Session " + session + ":";
        await().atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> Files.readString(server.logDir().resolve("chat-logs.jsonl"))
                        .contains(start));
    }

    /** Waits for a sample, taken from now on, by which nobody is connected, waits, or is paired. */
    public void awaitNobody() throws IOException {
        int samples = samples().size();
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    List<String> now = samples();
                    return now.size() >= samples + 2
                            && now.getLast().contains("\"connections\":0,\"waiting\":0,\"pairs\":0,");
                });
    }

    private List<String> samples() throws IOException {
        String text = Files.readString(server.logDir().resolve("bandwidth.jsonl"));
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    @Override
    public void close() {
        server.close();
    }

    /** The record of a server that has stopped. */
    public Record record() {
        return new Record(new StrictLogReader(server.logDir()).events());
    }

    public record Record(List<JsonObject> events) {
        public List<JsonObject> of(String event) {
            return events.stream()
                    .filter(each -> each.getString("event").equals(event))
                    .toList();
        }

        public JsonObject only(String event, int session) {
            List<JsonObject> found = of(event).stream()
                    .filter(each -> each.getInt("session") == session)
                    .toList();
            assertThat(found).as("%s of session %d", event, session).hasSize(1);
            return found.getFirst();
        }

        /** The session ended once, for this reason. Returns its line. */
        public JsonObject assertEnded(int session, String reason, int code) {
            JsonObject end = only("Disconnected", session);
            assertThat(end.getString("reason")).as("%s", end).isEqualTo(reason);
            assertThat(end.getInt("code")).as("%s", end).isEqualTo(code);
            return end;
        }

        /**
         * Every connection has one beginning and one end behind it, every pair too, and nothing happens outside of
         * them.
         */
        public void assertConsistent() {
            StrictLogReader.assertNoGap(events);
            Map<Integer, Integer> partners = new HashMap<>();
            Map<Integer, Boolean> open = new HashMap<>();
            for (JsonObject each : events) {
                int session = each.getInt("session", 0);
                switch (each.getString("event")) {
                    case "New Connection" ->
                        assertThat(open.put(session, true)).as("%s", each).isNull();
                    case "Disconnected" -> {
                        assertThat(open.put(session, false)).as("%s", each).isTrue();
                        assertThat(partners).as("%s", each).doesNotContainKey(session);
                    }
                    case "Matched" -> {
                        int partner = each.getInt("partner");
                        assertThat(partner).as("%s", each).isNotEqualTo(session);
                        assertThat(open.get(session)).as("%s", each).isTrue();
                        assertThat(open.get(partner)).as("%s", each).isTrue();
                        assertThat(partners.put(session, partner))
                                .as("%s", each)
                                .isNull();
                        assertThat(partners.put(partner, session))
                                .as("%s", each)
                                .isNull();
                    }
                    case "Message Relay" -> assertThat(partners).as("%s", each).containsKey(session);
                    case "Chat Ended" -> {
                        Integer partner = partners.remove(session);
                        assertThat(partner).as("%s", each).isNotNull();
                        assertThat(partners.remove(partner)).as("%s", each).isEqualTo(session);
                    }
                    default -> {
                        // Not about a session.
                    }
                }
            }
            assertThat(open).as("open at the end").doesNotContainValue(true);
            assertThat(partners).as("pairs at the end").isEmpty();
        }
    }
}
