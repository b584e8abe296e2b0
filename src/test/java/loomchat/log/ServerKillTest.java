package loomchat.log;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import loomchat.testing.ServerProcess;
import loomchat.testing.StrictLogReader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real server is killed at random moments under load. Whatever a client, here the JDK's own, had received 50 ms
 * before the kill must be in the record. Each message has a size that no other message of its round has, by which it
 * is found again in the log.
 */
class ServerKillTest {
    private static final int PAIRS = 10;
    private static final int SIZES = 4000;
    private static final String ENVELOPE = "{\"type\":\"chat\",\"msg\":\"\"}";
    private static final long PROMISE_NANOS = 50_000_000;

    @TempDir
    Path dir;

    @Test
    @Timeout(60)
    void whatWasDeliveredBeforeAKillIsInTheRecord() throws Exception {
        killRounds(2);
    }

    @Test
    @Tag("slow")
    @Timeout(300)
    void thirtyKillsLeaveNoGapAndNoDamagedLine() throws Exception {
        killRounds(30);
    }

    private void killRounds(int rounds) throws Exception {
        long seed = System.nanoTime();
        System.out.println("ServerKillTest seed " + seed);
        Random random = new Random(seed);
        List<Set<Integer>> delivered = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            delivered.add(playAndKill(100 + random.nextInt(700)));
        }
        // One more start mends what the last kill tore.
        try (ServerProcess server = new ServerProcess(dir, Map.of())) {
            assertThat(server.terminate(20)).isZero();
        }
        List<List<JsonObject>> runs = runs(new StrictLogReader(dir).events());
        assertThat(runs).hasSize(rounds + 1);
        for (int round = 0; round < rounds; round++) {
            assertThat(sizes(runs.get(round)))
                    .as("round %d of seed %d", round, seed)
                    .containsAll(delivered.get(round));
        }
        StrictLogReader folder = new StrictLogReader(dir);
        assertThat(folder.samples()).isNotNull();
        System.out.printf(
                "ServerKillTest: %d rounds, %d messages delivered in time, %d torn ends%n",
                rounds,
                delivered.stream().mapToInt(Set::size).sum(),
                folder.sideFiles().size());
    }

    /** Returns the sizes of the messages that were received 50 ms before the kill. */
    private Set<Integer> playAndKill(int millis) throws Exception {
        try (ServerProcess server = new ServerProcess(dir, Map.of());
                HttpClient http = HttpClient.newHttpClient()) {
            Map<Integer, Long> received = new ConcurrentHashMap<>();
            List<WebSocket> clients = new ArrayList<>();
            for (int pair = 0; pair < PAIRS; pair++) {
                CountDownLatch matched = new CountDownLatch(2);
                for (int side = 0; side < 2; side++) {
                    clients.add(http.newWebSocketBuilder()
                            .buildAsync(
                                    URI.create("ws://127.0.0.1:" + server.port() + "/"), new Inbox(received, matched))
                            .get(20, TimeUnit.SECONDS));
                }
                assertThat(matched.await(10, TimeUnit.SECONDS)).as("matched").isTrue();
            }
            long end = System.nanoTime() + millis * 1_000_000L;
            say(clients, end);
            long killedAt = System.nanoTime();
            server.kill();
            clients.forEach(WebSocket::abort);
            http.shutdownNow();
            Set<Integer> inTime = new HashSet<>();
            received.forEach((size, at) -> {
                if (at < killedAt - PROMISE_NANOS) {
                    inTime.add(size);
                }
            });
            return inTime;
        }
    }

    private static void say(List<WebSocket> clients, long end) throws Exception {
        String text = "x".repeat(SIZES);
        for (int size = 1; size < SIZES && System.nanoTime() < end; size++) {
            clients.get(size % clients.size())
                    .sendText(text.substring(0, size), true)
                    .get(20, TimeUnit.SECONDS);
            LockSupport.parkNanos(100_000);
        }
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private record Inbox(Map<Integer, Long> received, CountDownLatch matched) implements WebSocket.Listener {
        private static final Map<WebSocket, StringBuilder> PARTS = new ConcurrentHashMap<>();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            StringBuilder message =
                    PARTS.computeIfAbsent(socket, any -> new StringBuilder()).append(data);
            if (last) {
                if (message.indexOf("You are connected") >= 0) {
                    matched.countDown();
                } else if (message.indexOf("\"type\":\"chat\"") >= 0) {
                    received.put(message.length() - ENVELOPE.length(), System.nanoTime());
                }
                message.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            // The server was killed.
        }
    }

    private static List<List<JsonObject>> runs(List<JsonObject> events) {
        StrictLogReader.assertNoGap(events);
        List<List<JsonObject>> runs = new ArrayList<>();
        for (JsonObject event : events) {
            if (event.getInt("seq") == 1) {
                assertThat(event.getString("event")).isEqualTo("Server Started");
                runs.add(new ArrayList<>());
            }
            runs.getLast().add(event);
        }
        return runs;
    }

    private static Set<Integer> sizes(List<JsonObject> run) {
        Set<Integer> sizes = new HashSet<>();
        for (JsonObject event : run) {
            if (event.getString("event").equals("Message Relay")) {
                assertThat(sizes.add(event.getInt("bytes"))).as("logged once").isTrue();
            }
        }
        return sizes;
    }
}
