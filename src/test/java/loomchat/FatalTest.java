package loomchat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import loomchat.output.ProcessLog;
import loomchat.testing.RawClient;
import loomchat.testing.ServerProcess;
import loomchat.testing.StrictLogReader;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server of which a part cannot go on ends by itself, says why, and saves what it can. */
class FatalTest {
    private static final int CLIENTS = 20;

    @TempDir
    Path dir;

    private ServerProcess start(String hunger, Path errors) throws IOException {
        List<String> program = List.of(
                "-Xmx96m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                HungryServer.class.getName(),
                hunger);
        return new ServerProcess(
                List.of(), program, Redirect.to(errors.toFile()), dir.resolve("logs"), Map.of("IO_THREADS", "2"));
    }

    @Test
    @Timeout(60)
    void aLoopThatFailsEndsTheProcessInOrder() throws Exception {
        Path errors = dir.resolve("errors");
        try (ServerProcess server = start(HungryServer.LOOP, errors)) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(RawClient.open(server.port(), "/"));
            }
            server.tell("now");
            for (RawClient each : clients) {
                awaitGoodbye(each);
            }
            assertThat(server.awaitExit(15)).isEqualTo(FatalErrorHandler.EXIT_CODE);
        }
        assertThat(Files.readAllLines(errors).stream().filter(each -> !each.contains("--add-opens")))
                .singleElement(InstanceOfAssertFactories.STRING)
                .contains("Loomchat cannot go on", "loop-0", "java.lang.OutOfMemoryError", "-Xmx");
        List<JsonObject> events = new StrictLogReader(dir.resolve("logs")).events();
        StrictLogReader.assertNoGap(events);
        JsonObject last = events.getLast();
        assertThat(last.getString("event")).isEqualTo("Server Stopped");
        assertThat(last.getString("reason")).isEqualTo("failed: loop-0: java.lang.OutOfMemoryError");
        assertThat(events.stream().filter(each -> each.getString("event").equals("Disconnected")))
                .hasSize(CLIENTS)
                .allMatch(each -> each.getString("reason").equals("shutdown") && each.getInt("code") == 1001);
    }

    private static void awaitGoodbye(RawClient client) throws IOException {
        try (client) {
            RawClient.Frame frame = client.read();
            while (frame.first() != RawClient.CLOSE) {
                frame = client.read();
            }
            assertThat(frame.closeCode()).isEqualTo(1001);
            client.send(RawClient.close(1001, ""));
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    @Timeout(30)
    void aStopThatHangsIsNotWaitedForForever() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        CompletableFuture<Void> never = new CompletableFuture<>();
        AtomicInteger stops = new AtomicInteger();
        FatalErrorHandler resort = new FatalErrorHandler(
                ProcessLog.TEXT,
                () -> {
                    stops.incrementAndGet();
                    never.join();
                },
                Duration.ofMillis(200),
                ended::countDown);
        resort.accept("loop-7", new Error("first"));
        resort.accept("reaper", new OutOfMemoryError("a consequence"));
        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(resort.failure()).isEqualTo("loop-7: java.lang.Error");
        never.complete(null);
        resort.close();
        assertThat(stops).hasValue(1);
    }

    /** Nothing can be promised of what is still done then, but that there is an end, and one line that says why. */
    @Test
    @Timeout(90)
    void anExhaustedHeapEndsTheProcess() throws Exception {
        Path errors = dir.resolve("errors");
        try (ServerProcess server = start(HungryServer.HEAP, errors);
                RawClient client = RawClient.open(server.port(), "/")) {
            server.tell("now");
            assertThat(server.awaitExit(40)).isEqualTo(FatalErrorHandler.EXIT_CODE);
            while (!client.isEnded()) {
                // Perhaps it was told.
            }
        }
        assertThat(Files.readString(errors)).containsOnlyOnce("Loomchat cannot go on and stops: ");
    }

    @Test
    @Timeout(60)
    void aServerInsideAnotherProgramClosesAndRemembers() throws Exception {
        Loomchat server =
                Loomchat.start(Map.of("HOST", "127.0.0.1", "PORT", "0", "LOG_DIR", dir.toString(), "IO_THREADS", "2"));
        try (server;
                RawClient client = RawClient.open(server.port(), "/");
                RawClient asks = RawClient.connect(server.port())) {
            assertThat(server.failure()).isNull();
            ReentrantLock stop = HungryServer.part(server, "closeLock", ReentrantLock.class);
            stop.lock();
            try {
                HungryServer.loops(server)[0].execute(() -> {
                    throw new AssertionError("a fault of ours");
                });
                await().pollInterval(Duration.ofMillis(1))
                        .atMost(Duration.ofSeconds(5))
                        .until(() -> server.failure() != null);
                asks.send("GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n");
                RawClient.Response response = asks.readResponse();
                assertThat(response.status()).isEqualTo(503);
                assertThat(response.toString()).contains("failed", "loop-0: java.lang.AssertionError");
            } finally {
                stop.unlock();
            }
            awaitGoodbye(client);
            await().atMost(Duration.ofSeconds(15))
                    .until(() -> Files.readString(dir.resolve("chat-logs.jsonl"))
                            .contains("\"reason\":\"failed: loop-0: java.lang.AssertionError\""));
        }
    }
}
