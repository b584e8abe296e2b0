package loomchat.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import loomchat.net.Loop;
import loomchat.testing.ServerProcess;
import loomchat.testing.StrictLogReader;
import loomchat.ws.ClientOptions;
import loomchat.ws.MessageHandler;
import loomchat.ws.ReceiveResult;
import loomchat.ws.WebSocketClient;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files are sealed three times a second while 50,000 messages/s are relayed: nothing is missing, and the relay does
 * not notice. Latency is counted from when a message should have been sent, once the server's code is compiled. The
 * same load with one big file runs first, because on a machine that is busy with something else even that is slow.
 */
@Tag("slow")
class RotationUnderLoadTest {
    private static final int PAIRS = 50;
    private static final int MESSAGES_PER_SECOND = 50_000;
    private static final int WARM_UP_SECONDS = 3;
    private static final int SECONDS = 4;
    private static final int ATTEMPTS = 3;
    private static final byte[] MARK = "\"msg\":\"".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    @TempDir
    Path dir;

    /** The other things that a shared machine does at the same time spoil some attempts, a pause of ours all. */
    @Test
    @Timeout(240)
    void sealingFilesPausesNobody() throws Exception {
        List<String> attempts = new ArrayList<>();
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Path one = dir.resolve("calm" + attempt);
            Path sealed = dir.resolve("sealed" + attempt);
            Played calmly = play(one, "256M");
            Played rotatingly = play(sealed, "2M");
            // Only now, so that what the reading leaves behind is collected while nothing is measured.
            assertComplete(one, calmly.sent);
            assertComplete(sealed, rotatingly.sent);
            assertThat(new StrictLogReader(sealed).files("chat-logs")).hasSizeGreaterThan(2 * SECONDS);
            Histogram calm = calmly.latency;
            Histogram rotating = rotatingly.latency;

            attempts.add("one file %s, sealing %s".formatted(shown(calm), shown(rotating)));
            System.out.println("RotationUnderLoadTest: " + attempts.getLast());
            if (millis(rotating) < Math.max(50, 1.5 * millis(calm))) {
                return;
            }
        }
        fail("Sealing files pauses the relay: %s", attempts);
    }

    private record Played(Histogram latency, long sent) {}

    private Played play(Path logs, String segmentBytes) throws Exception {
        Histogram latency = new ConcurrentHistogram(1, TimeUnit.MINUTES.toNanos(1), 3);
        long sent;
        try (ServerProcess server =
                        new ServerProcess(logs, Map.of("LOG_SEGMENT_BYTES", segmentBytes, "LOG_RETAIN_BYTES", "0"));
                Loop loop = new Loop("clients")) {
            List<WebSocketClient> clients = connect(server.port(), loop, latency);
            sent = say(clients, WARM_UP_SECONDS);
            awaitAll(latency, sent);
            latency.reset();
            long measured = say(clients, SECONDS);
            awaitAll(latency, measured);
            sent += measured;
            assertThat(server.terminate(20)).isZero();
        }
        return new Played(latency, sent);
    }

    private static void assertComplete(Path logs, long sent) {
        var events = new StrictLogReader(logs).events();
        assertThat(StrictLogReader.assertNoGap(events)).isEqualTo(1);
        assertThat(events.stream()
                        .filter(each -> each.getString("event").equals("Message Relay"))
                        .count())
                .isEqualTo(sent);
    }

    private static void awaitAll(Histogram latency, long messages) {
        await().atMost(Duration.ofSeconds(20)).until(() -> latency.getTotalCount() == messages);
    }

    private static List<WebSocketClient> connect(int port, Loop loop, Histogram latency) throws Exception {
        List<WebSocketClient> clients = new ArrayList<>();
        ClientOptions options = ClientOptions.of(URI.create("ws://127.0.0.1:" + port + "/"), loop);
        CountDownLatch matched = new CountDownLatch(2 * PAIRS);
        for (int i = 0; i < 2 * PAIRS; i++) {
            WebSocketClient client = WebSocketClient.connect(options);
            clients.add(client);
            loop.start(() -> receive(client, new Inbox(latency, matched)));
        }
        assertThat(matched.await(10, TimeUnit.SECONDS)).as("matched").isTrue();
        return clients;
    }

    private static void receive(WebSocketClient client, MessageHandler inbox) {
        try {
            while (client.receive(inbox, System.nanoTime() + TimeUnit.MINUTES.toNanos(1)) == ReceiveResult.MESSAGES) {
                Thread.yield();
            }
        } catch (IOException e) {
            // The server is gone.
        }
    }

    /** Each millisecond the messages that are due, round the clients. */
    private static long say(List<WebSocketClient> clients, int seconds) throws IOException {
        byte[] text = new byte[100];
        java.util.Arrays.fill(text, (byte) 'x');
        long start = System.nanoTime();
        long total = (long) MESSAGES_PER_SECOND * seconds;
        long nanosEach = 1_000_000_000L / MESSAGES_PER_SECOND;
        for (long i = 0; i < total; i++) {
            long due = start + i * nanosEach;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(1_000_000);
            }
            writeTime(text, due);
            clients.get((int) (i % clients.size())).sendText(text, 0, text.length);
        }
        return total;
    }

    private static void writeTime(byte[] text, long nanos) {
        for (int i = 15; i >= 0; i--, nanos >>>= 4) {
            text[i] = (byte) Character.forDigit((int) (nanos & 0xF), 16);
        }
    }

    private record Inbox(Histogram latency, CountDownLatch matched) implements MessageHandler {
        @Override
        public void onText(byte[] buffer, int offset, int length) {
            if (buffer[offset + 9] != 'c') {
                matched.countDown();
                return;
            }
            long due = 0;
            int at = offset + 15 + MARK.length;
            for (int i = 0; i < 16; i++) {
                due = due << 4 | Character.digit(buffer[at + i], 16);
            }
            latency.recordValue(Math.max(1, System.nanoTime() - due));
        }

        @Override
        public void onBinary(byte[] buffer, int offset, int length) {
            throw new AssertionError("binary");
        }
    }

    private static double millis(Histogram latency) {
        return latency.getValueAtPercentile(99.9) / 1e6;
    }

    private static String shown(Histogram latency) {
        return "p50 %.1f, p99 %.1f, p99.9 %.1f, max %.1f ms"
                .formatted(
                        latency.getValueAtPercentile(50) / 1e6,
                        latency.getValueAtPercentile(99) / 1e6,
                        millis(latency),
                        latency.getMaxValue() / 1e6);
    }
}
