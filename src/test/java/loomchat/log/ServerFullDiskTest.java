package loomchat.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jakarta.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import loomchat.Loomchat;
import loomchat.testing.ServerProcess;
import loomchat.testing.StrictLogReader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The disk of a server's record is full: nobody new comes in, chats go on, and afterwards everything is there. On a
 * real 20 MB file system, which takes root; skipped with a line that says so where it cannot be mounted.
 */
class ServerFullDiskTest {
    @TempDir
    Path top;

    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicInteger matched = new AtomicInteger();
    private final AtomicInteger received = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicInteger misplaced = new AtomicInteger();

    @Test
    @Timeout(120)
    void chatsGoOnNobodyNewComesInAndNothingIsMissingAfterwards() throws Exception {
        Path disk = Files.createDirectory(top.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", disk.toString()),
                "SKIPPED: a 20 MB file system cannot be mounted here, it takes root");
        try (Loomchat server = Loomchat.start(Map.of(
                "HOST",
                "127.0.0.1",
                "PORT",
                "0",
                "LOG_DIR",
                disk.toString(),
                "LOG_RETAIN_BYTES",
                "0",
                "DRAIN_TIMEOUT",
                "0s"))) {
            String address = "127.0.0.1:" + server.port();
            WebSocket one = connect(address);
            WebSocket other = connect(address);
            await().until(() -> matched.get() == 2);
            assertThat(get(address, "/readyz").statusCode()).isEqualTo(200);

            Path ballast = Files.write(disk.resolve("ballast"), new byte[19 << 20]);
            Path more = disk.resolve("more");
            fill(more);
            int sent = 0;
            while (get(address, "/readyz").statusCode() == 200) {
                sent += say(one, 200);
            }
            assertThat(get(address, "/readyz").body()).contains("No space left on device");
            assertThatThrownBy(() -> connect(address))
                    .hasCauseInstanceOf(WebSocketHandshakeException.class)
                    .satisfies(e -> assertThat(((WebSocketHandshakeException) e.getCause())
                                    .getResponse()
                                    .statusCode())
                            .isEqualTo(503));
            sent += say(other, 500);
            int all = sent;
            await().untilAsserted(
                            () -> assertThat(received.get()).as("chats go on").isEqualTo(all));

            assertTold(address);
            Files.delete(ballast);
            Files.delete(more);
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> get(address, "/readyz").statusCode() == 200);
            WebSocket third = connect(address);
            third.abort();
            server.close();
            assertComplete(new StrictLogReader(disk).events(), sent);
        } finally {
            http.shutdownNow();
            assertThat(run("umount", disk.toString())).isTrue();
        }
    }

    /** The operator's pages say what is wrong, also when no sample is fresh any more, and call no tail torn. */
    private void assertTold(String address) throws Exception {
        assertThat(get(address, "/report").body())
                .contains("The log cannot be written: No space left on device, since");
        assertThat(get(address, "/logs").body()).contains(">The log cannot be written: No space left on device<");
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(get(address, "/report.json").body())
                        .contains("\"silent\":true", "\"tornTails\":0,", "\"stallCause\":\"No space left on device\""));
    }

    /** 65,536 events wait, and more cannot: the end comes all the same, and says what is missing. */
    @Test
    @Tag("slow")
    @Timeout(120)
    void aServerThatIsStoppedWhileNothingCanBeWrittenEndsAndSaysSo() throws Exception {
        Path disk = Files.createDirectory(top.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", disk.toString()),
                "SKIPPED: a 20 MB file system cannot be mounted here, it takes root");
        try (ServerProcess server = new ServerProcess(disk, Map.of("LOG_RETAIN_BYTES", "0", "DRAIN_TIMEOUT", "0s"))) {
            String address = "127.0.0.1:" + server.port();
            WebSocket one = connect(address);
            connect(address);
            await().until(() -> matched.get() == 2);
            fill(disk.resolve("ballast"));
            Thread speaker = Thread.ofVirtual().start(() -> {
                try {
                    say(one, 200_000);
                } catch (RuntimeException e) {
                    // The server has ended.
                }
            });
            AtomicInteger before = new AtomicInteger(-1);
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> received.get() > 65_000 && before.getAndSet(received.get()) == received.get());
            assertThat(received.get()).as("the chat waits").isLessThan(200_000);

            long start = System.nanoTime();
            assertThat(server.terminate(30)).isEqualTo(1);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
            http.shutdownNow();
            speaker.join();
        } finally {
            assertThat(run("umount", disk.toString())).isTrue();
        }
    }

    /** With the times that a server has by default, and people who go on talking. */
    @Test
    @Tag("slow")
    @Timeout(240)
    void aDiskThatIsFullForAMinuteCutsNobody() throws Exception {
        Path disk = Files.createDirectory(top.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString()),
                "SKIPPED: a 1 MB file system cannot be mounted here, it takes root");
        try (ServerProcess server = new ServerProcess(disk, Map.of("LOG_RETAIN_BYTES", "0", "DRAIN_TIMEOUT", "0s"))) {
            String address = "127.0.0.1:" + server.port();
            WebSocket one = connect(address);
            WebSocket other = connect(address);
            await().until(() -> matched.get() == 2);
            fill(disk.resolve("ballast"));
            int each = 60_000;
            Thread saying = Thread.ofVirtual().start(() -> say(one, each));
            Thread answering = Thread.ofVirtual().start(() -> say(other, each));
            // 65,536 events wait, and the threads of both with the next.
            AtomicInteger before = new AtomicInteger(-1);
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> received.get() > 65_000 && before.getAndSet(received.get()) == received.get());
            long full = System.nanoTime();
            await().atMost(Duration.ofSeconds(70))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> System.nanoTime() - full > TimeUnit.SECONDS.toNanos(60));
            assertThat(ended.get()).as("nobody was cut").isZero();

            assertThat(run("mount", "-o", "remount,size=64m", disk.toString())).isTrue();
            assertThat(saying.join(Duration.ofSeconds(60)) && answering.join(Duration.ofSeconds(60)))
                    .isTrue();
            await().atMost(Duration.ofSeconds(30)).until(() -> received.get() == 2 * each);
            assertThat(misplaced.get()).isZero();
            assertThat(ended.get()).as("nobody was cut").isZero();
            one.sendClose(1000, "").join();
            other.sendClose(1000, "").join();
            await().atMost(Duration.ofSeconds(10)).until(() -> ended.get() == 2);
            assertThat(server.terminate(30)).isZero();
            List<JsonObject> events = new StrictLogReader(disk).events();
            assertThat(StrictLogReader.assertNoGap(events)).isEqualTo(1);
            assertThat(count(events, "Message Relay")).isEqualTo(2 * each);
            assertThat(events.stream()
                            .filter(event -> event.getString("event").equals("Disconnected"))
                            .map(event -> event.getString("reason")))
                    .containsExactly("close", "close");
        } finally {
            http.shutdownNow();
            assertThat(run("umount", disk.toString())).isTrue();
        }
    }

    private static void assertComplete(List<JsonObject> events, int sent) {
        assertThat(StrictLogReader.assertNoGap(events)).isEqualTo(1);
        assertThat(count(events, "Message Relay")).isEqualTo(sent);
        assertThat(count(events, "New Connection")).isEqualTo(3);
        assertThat(count(events, "Disconnected")).isEqualTo(3);
        assertThat(events.getLast().getString("event")).isEqualTo("Server Stopped");
        JsonObject recovered = events.stream()
                .filter(each -> each.getString("event").equals("Log Recovered"))
                .findFirst()
                .orElseThrow();
        assertThat(recovered.getString("details")).startsWith("Disk full for ");
        assertThat(recovered.getInt("heldLines")).isGreaterThanOrEqualTo(500);
    }

    private static long count(List<JsonObject> events, String name) {
        return events.stream()
                .filter(each -> each.getString("event").equals(name))
                .count();
    }

    /** Leaves less room than a page, in ever smaller pieces. */
    private static void fill(Path file) throws java.io.IOException {
        try (var out = Files.newOutputStream(file)) {
            while (true) {
                out.write(new byte[4096]);
            }
        } catch (java.io.IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    private static int say(WebSocket socket, int messages) {
        for (int i = 0; i < messages; i++) {
            socket.sendText("message " + i, true).join();
        }
        return messages;
    }

    private WebSocket connect(String address) {
        return http.newWebSocketBuilder()
                .connectTimeout(Duration.ofSeconds(20))
                .buildAsync(URI.create("ws://" + address + "/"), new WebSocket.Listener() {
                    private final StringBuilder parts = new StringBuilder();
                    private int next;

                    @Override
                    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
                        socket.request(1);
                        parts.append(data);
                        if (!last) {
                            return null;
                        }
                        String text = parts.toString();
                        parts.setLength(0);
                        if (text.contains("You are connected")) {
                            matched.incrementAndGet();
                        } else if (text.startsWith("{\"type\":\"chat\"")) {
                            received.incrementAndGet();
                            // Each says "message 0", "message 1" and so on.
                            if (!text.endsWith("\"message " + next++ + "\"}")) {
                                misplaced.incrementAndGet();
                            }
                        }
                        return null;
                    }

                    @Override
                    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
                        ended.incrementAndGet();
                        return null;
                    }

                    @Override
                    public void onError(WebSocket socket, Throwable error) {
                        ended.incrementAndGet();
                    }
                })
                .join();
    }

    private HttpResponse<String> get(String address, String path) throws Exception {
        URI uri = URI.create("http://" + address + path);
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (java.io.IOException e) {
            return false;
        }
    }
}
