package loomchat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import loomchat.testing.RedisProcess;
import loomchat.testing.ServerProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code loomchat health} tells a container's runtime the truth by its exit code. */
class HealthCommandTest {
    private static final int READY = 0;
    private static final int NOT_READY = 1;
    private static final int WRONG_USAGE = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void aServerThatTakesVisitorsIsReady(@TempDir Path dir) throws Exception {
        try (ServerProcess server = new ServerProcess(dir, Map.of())) {
            String port = Integer.toString(server.port());
            assertThat(health(Map.of("PORT", port))).isEqualTo(READY);
            assertThat(health(Map.of("PORT", port, "HOST", "127.0.0.1"))).isEqualTo(READY);
            assertThat(out).asString().isEqualToIgnoringNewLines("okok");
            assertThat(err.size()).isZero();
            assertThat(server.terminate(20)).isZero();
            assertThat(health(Map.of("PORT", port))).isEqualTo(NOT_READY);
        }
    }

    @Test
    void whatTheServerLacksIsSaid() throws Exception {
        String body = "The log cannot be written: no space left\n";
        assertThat(answered("HTTP/1.1 503 Service Unavailable\r\nContent-Length: " + body.length() + "\r\n\r\n" + body))
                .isEqualTo(NOT_READY);
        assertThat(err).asString().isEqualToIgnoringNewLines("Not ready: The log cannot be written: no space left");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200 OK\r\n"})
    void whateverElseAnswersIsNotReady(String answer) throws Exception {
        assertThat(answered(answer)).isEqualTo(NOT_READY);
        assertThat(err).asString().contains("the answer is no HTTP").hasLineCount(1);
    }

    /** The deadline is one of the whole answer, not of each of its bytes. */
    @Test
    void aServerThatHangsIsNotReady() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> drip = CompletableFuture.runAsync(() -> drip(listener));
            assertThat(health(Map.of("PORT", Integer.toString(listener.getLocalPort()))))
                    .isEqualTo(NOT_READY);
            assertThat(err).asString().contains("no answer in time").hasLineCount(1);
            drip.join();
        }
    }

    /** A byte whenever the client has waited for a while, until it hangs up. */
    private static void drip(ServerSocket listener) {
        try (Socket socket = listener.accept()) {
            socket.setSoTimeout(500);
            while (true) {
                socket.getOutputStream().write('H');
                try {
                    if (socket.getInputStream().read() < 0) {
                        return;
                    }
                } catch (java.net.SocketTimeoutException e) {
                    // It still waits.
                }
            }
        } catch (java.io.IOException e) {
            // It hung up.
        }
    }

    @Test
    void nobodyThereIsNotReady() throws Exception {
        assertThat(health(Map.of("PORT", Integer.toString(RedisProcess.freePort()))))
                .isEqualTo(NOT_READY);
        assertThat(err).asString().startsWith("Not ready: ").hasLineCount(1);
    }

    @Test
    void wrongUsageIsSaid() {
        assertThat(health(Map.of("PORT", "0"))).isEqualTo(WRONG_USAGE);
        assertThat(health(Map.of("PORT", "http"))).isEqualTo(WRONG_USAGE);
        assertThat(HealthCommand.run(List.of("now"), Map.of(), new PrintStream(out), new PrintStream(err)))
                .isEqualTo(WRONG_USAGE);
        assertThat(err).asString().hasLineCount(3);
        assertThat(HealthCommand.run(List.of("--help"), Map.of(), new PrintStream(out), new PrintStream(err)))
                .isZero();
        assertThat(out).asString().contains("Exit codes: 0 ready, 1 not ready");
    }

    private int answered(String answer) throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> server = CompletableFuture.runAsync(() -> {
                try (Socket socket = listener.accept()) {
                    // The whole request first: closing before would be a reset.
                    byte[] request = new byte[1024];
                    int length = 0;
                    while (!new String(request, 0, length, StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
                        length += socket.getInputStream().read(request, length, request.length - length);
                    }
                    socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            int code = health(Map.of("PORT", Integer.toString(listener.getLocalPort())));
            server.join();
            return code;
        }
    }

    private int health(Map<String, String> environment) {
        return HealthCommand.run(List.of(), environment, new PrintStream(out), new PrintStream(err));
    }
}
