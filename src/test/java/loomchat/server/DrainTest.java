package loomchat.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import loomchat.testing.InProcessServer;
import loomchat.testing.RawClient;
import loomchat.testing.RawClient.Frame;
import loomchat.testing.ServerProcess;
import loomchat.testing.StrictLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real server is told to stop: it sends its clients away in its time, and its record is whole. */
class DrainTest {
    @TempDir
    Path dir;

    private static int status(int port, String request) throws IOException {
        try (RawClient client = RawClient.connect(port)) {
            client.send(request);
            return client.readResponse().status();
        }
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    }

    private static void awaitUnready(int port) {
        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> status(port, get("/readyz")) == 503);
    }

    @Test
    @Timeout(60)
    void clientsAreSentAwayOneAfterTheOther() throws Exception {
        int clients = 20;
        try (ServerProcess server = new ServerProcess(dir, Map.of("DRAIN_TIMEOUT", "2s"))) {
            assertThat(status(server.port(), get("/readyz"))).isEqualTo(200);
            AtomicLongArray closedAt = new AtomicLongArray(clients);
            List<Thread> readers = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                RawClient client = RawClient.open(server.port(), "/");
                int index = i;
                readers.add(Thread.ofPlatform().start(() -> closedAt.set(index, awaitGoodbye(client))));
            }
            server.signal();
            awaitUnready(server.port());
            assertThat(status(server.port(), RawClient.request("/"))).isEqualTo(503);
            assertThat(status(server.port(), get("/healthz"))).isEqualTo(200);
            assertThat(server.awaitExit(20)).isZero();
            for (Thread each : readers) {
                each.join();
            }
            long[] times = java.util.stream.IntStream.range(0, clients)
                    .mapToLong(closedAt::get)
                    .sorted()
                    .toArray();
            assertThat(times[clients - 1] - times[0])
                    .as("from the first goodbye to the last")
                    .isBetween(TimeUnit.MILLISECONDS.toNanos(1000), TimeUnit.SECONDS.toNanos(10));
        }
        List<JsonObject> events = new StrictLogReader(dir).events();
        new InProcessServer.Record(events).assertConsistent();
        assertThat(events.getLast().getString("event")).isEqualTo("Server Stopped");
        assertThat(events.getLast().getString("reason")).isEqualTo("SIGTERM");
        assertThat(new InProcessServer.Record(events).of("Disconnected"))
                .hasSize(clients)
                .allMatch(each -> each.getString("reason").equals("shutdown") && each.getInt("code") == 1001);
    }

    /** A handshake that was accepted just before the stop is a visitor, and hears of it as all others do. */
    @Test
    @Timeout(120)
    void whoIsComingInWhenTheStopBeginsIsToldToo() throws Exception {
        for (int round = 0; round < 5; round++) {
            ConcurrentLinkedQueue<RawClient> opened = new ConcurrentLinkedQueue<>();
            List<Thread> comers = new ArrayList<>();
            try (InProcessServer server = InProcessServer.open(dir.resolve("round-" + round))) {
                for (int i = 0; i < 4; i++) {
                    comers.add(Thread.ofPlatform().start(() -> openUntilRefused(server.port(), opened)));
                }
                await().atMost(Duration.ofSeconds(10)).until(() -> opened.size() >= 20);
            }
            for (Thread each : comers) {
                each.join();
            }
            for (RawClient each : opened) {
                try (each) {
                    assertThat(goodbye(each).closeCode()).isEqualTo(1001);
                }
            }
        }
    }

    private static void openUntilRefused(int port, Queue<RawClient> opened) {
        try {
            while (opened.size() < 5000) {
                opened.add(RawClient.open(port, "/"));
            }
        } catch (IOException | AssertionError e) {
            // The server is going away.
        }
    }

    private static Frame goodbye(RawClient client) throws IOException {
        Frame frame = client.read();
        while (frame.first() != RawClient.CLOSE) {
            frame = client.read();
        }
        return frame;
    }

    /** Reads until 1001 and answers it; when it came. */
    private static long awaitGoodbye(RawClient client) {
        try (client) {
            Frame frame = goodbye(client);
            long now = System.nanoTime();
            assertThat(frame.closeCode()).isEqualTo(1001);
            client.send(RawClient.close(1001, ""));
            assertThat(client.isEnded()).isTrue();
            return now;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    @Timeout(60)
    void aSecondSignalEndsItAtOnce() throws Exception {
        try (ServerProcess server = new ServerProcess(dir, Map.of("DRAIN_TIMEOUT", "600s"))) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                clients.add(RawClient.open(server.port(), "/"));
            }
            server.signal();
            awaitUnready(server.port());
            server.signal();
            assertThat(server.awaitExit(5)).isEqualTo(128 + 15);
            clients.forEach(RawClient::close);
        }
    }

    /**
     * Ten pairs talk as fast as they can. Each client's messages have a size of their own, by which the record tells
     * them.
     */
    @Test
    @Timeout(90)
    void underLoadNothingThatWasHeardIsMissingInTheRecord() throws Exception {
        int pairs = 10;
        AtomicIntegerArray heard = new AtomicIntegerArray(2 * pairs);
        long took;
        try (ServerProcess server = new ServerProcess(dir, Map.of("DRAIN_TIMEOUT", "1s"))) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < pairs; i++) {
                RawClient one = RawClient.open(server.port(), "/");
                RawClient other = RawClient.open(server.port(), "/");
                InProcessServer.expectPair(one, other);
                threads.add(talk(one, 2 * i));
                threads.add(talk(other, 2 * i + 1));
                threads.add(listen(one, heard));
                threads.add(listen(other, heard));
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> heard.get(0) > 100 && heard.get(2 * pairs - 1) > 100);
            long start = System.nanoTime();
            server.signal();
            assertThat(server.awaitExit(20)).isZero();
            took = System.nanoTime() - start;
            for (Thread each : threads) {
                each.join();
            }
        }
        assertThat(took).as("nanoseconds from the signal to the end").isLessThan(TimeUnit.SECONDS.toNanos(10));
        List<JsonObject> events = new StrictLogReader(dir).events();
        new InProcessServer.Record(events).assertConsistent();
        assertThat(events.getLast().getString("event")).isEqualTo("Server Stopped");
        Map<Integer, Integer> recorded = new HashMap<>();
        events.stream()
                .filter(each -> each.getString("event").equals("Message Relay"))
                .forEach(each -> recorded.merge(each.getInt("bytes"), 1, Integer::sum));
        for (int i = 0; i < 2 * pairs; i++) {
            assertThat(recorded.get(FIRST_SIZE + i)).as("of client %d", i).isGreaterThanOrEqualTo(heard.get(i));
        }
    }

    private static final int FIRST_SIZE = 100;

    private static Thread talk(RawClient client, int index) {
        byte[] frame = RawClient.frame(RawClient.TEXT, "x".repeat(FIRST_SIZE + index));
        return Thread.ofPlatform().daemon().start(() -> {
            try {
                while (true) {
                    client.send(frame);
                    java.util.concurrent.locks.LockSupport.parkNanos(500_000);
                }
            } catch (IOException e) {
                // The server has said goodbye.
            }
        });
    }

    /** Counts what is heard by who said it, until the server says goodbye, and answers that. */
    private static Thread listen(RawClient client, AtomicIntegerArray heard) {
        int around = InProcessServer.chat("").length();
        return Thread.ofPlatform().daemon().start(() -> {
            try (client) {
                for (Frame frame = client.read(); frame != null; frame = client.read()) {
                    if (frame.first() == RawClient.CLOSE) {
                        client.send(RawClient.close(1001, ""));
                        return;
                    }
                    if (!frame.text().equals(InProcessServer.LEFT)) {
                        heard.incrementAndGet(frame.payload().length - around - FIRST_SIZE);
                    }
                }
            } catch (IOException e) {
                // Cut in the middle: what was heard before counts.
            }
        });
    }
}
