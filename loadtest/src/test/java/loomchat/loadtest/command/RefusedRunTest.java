package loomchat.loadtest.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import loomchat.Loomchat;
import loomchat.loadtest.testing.CommandRun;
import loomchat.loadtest.testing.FaultyPlainServer;
import loomchat.testing.Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A wrong address, or a server that lets in nobody, ends the run in its first seconds with one line. Runs are short,
 * but for one that is ended early.
 */
class RefusedRunTest {
    @TempDir
    Path results;

    /** A server that gives each connection the same bytes when it has asked for something. */
    private static final class SameAnswer implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 200, InetAddress.getByName("127.0.0.1"));
        private final AtomicInteger asked = new AtomicInteger();
        private final byte[] answer;

        SameAnswer(String answer) throws IOException {
            this.answer = answer.getBytes(StandardCharsets.UTF_8);
            Thread.ofVirtual().start(this::accept);
        }

        private void accept() {
            try {
                while (true) {
                    Socket client = server.accept();
                    Thread.ofVirtual().start(() -> answer(client));
                }
            } catch (IOException e) {
                // The test is over.
            }
        }

        private void answer(Socket client) {
            try (client) {
                byte[] request = new byte[4096];
                if (client.getInputStream().read(request) > 0) {
                    asked.incrementAndGet();
                    client.getOutputStream().write(answer);
                    client.shutdownOutput();
                    while (client.getInputStream().read(request) >= 0) {
                        // Until the other side has read it.
                    }
                }
            } catch (IOException e) {
                // The probe, or a client that has gone.
            }
        }

        String url() {
            return "ws://127.0.0.1:" + server.getLocalPort() + "/";
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    private CommandRun play(String url, String... more) {
        String[] arguments = new String[more.length + 4];
        arguments[0] = "classic";
        arguments[1] = "URL=" + url;
        arguments[2] = "CLIENTS=20";
        arguments[3] = "DURATION=300ms";
        System.arraycopy(more, 0, arguments, 4, more.length);
        return CommandRun.stress(results, arguments);
    }

    private void endsWithOneLine(CommandRun played, String what) {
        assertThat(played.exitCode()).isEqualTo(3);
        assertThat(played.err().lines()).singleElement().asString().contains(what);
        assertThat(played.err().strip().chars())
                .allMatch(each -> each >= ' ' && each != 0x7f && (each < 0x80 || each > 0x9f));
        assertThat(played.err())
                .doesNotContain("Exception")
                .doesNotContain("java.")
                .doesNotContain("loomchat.");
        assertThat(results).isEmptyDirectory();
    }

    @Test
    void aPathThatIsNotThereIsNamedWithWhatTheServerSays() throws IOException {
        String body = "\n<html><head><title>No such\u001b[2J page\u202e</title></head>" + "x".repeat(100_000);
        try (SameAnswer server =
                new SameAnswer("HTTP/1.1 404 Not Found\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)) {
            CommandRun played = play(server.url() + "chat", "DURATION=20m");
            endsWithOneLine(
                    played, "Nobody was let in. " + server.url() + "chat: HTTP 404 Not Found: \"No such [2J page");
            assertThat(played.err()).hasSizeLessThan(400);
            assertThat(server.asked.get()).isGreaterThan(1);
        }
    }

    /** Its report has the run as failed, and says why. */
    @Test
    void aLoomchatIsToldWhyThereAreNoResults(@TempDir Path logs) throws Exception {
        try (Loomchat server = Loomchat.start(
                Map.of("HOST", "127.0.0.1", "PORT", "0", "LOG_DIR", logs.toString(), "DRAIN_TIMEOUT", "0s"))) {
            endsWithOneLine(play("ws://127.0.0.1:" + server.port() + "/nothere"), "HTTP 404");
        }
        try (var files = Files.list(logs)) {
            List<String> ends = new ArrayList<>();
            for (Path each :
                    files.filter(file -> file.toString().endsWith(".jsonl")).toList()) {
                Files.readAllLines(each).stream()
                        .filter(line -> line.contains("Load Test Ended"))
                        .forEach(ends::add);
            }
            assertThat(ends)
                    .singleElement()
                    .asString()
                    .contains("\"verdict\":\"FAILED: Nobody was let in. ", "HTTP 404");
        }
    }

    @Test
    void aRefusalIsGivenInTheServersWords() throws IOException {
        try (SameAnswer server = new SameAnswer(
                "HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n1c\r\nThis origin is not allowed.\n\r\n0\r\n\r\n")) {
            endsWithOneLine(play(server.url()), "HTTP 403 Forbidden: \"This origin is not allowed.\"");
        }
    }

    @Test
    void aRedirectIsNamedWithItsTarget() throws IOException {
        try (SameAnswer server =
                new SameAnswer("HTTP/1.1 302 Found\r\nLocation: https://other.example/\u001b]0;x\u0007\r\n\r\n")) {
            endsWithOneLine(play(server.url()), "HTTP 302 Found, it has moved to https://other.example/ ]0;x");
        }
    }

    @Test
    void aServerThatIsNoWebServerIsSaid() throws IOException {
        try (SameAnswer server = new SameAnswer("SSH-2.0-OpenSSH_9.6\r\n\r\n")) {
            endsWithOneLine(play(server.url()), "no WebSocket there, its answer is not HTTP");
        }
        try (SameAnswer server = new SameAnswer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")) {
            endsWithOneLine(play(server.url()), "HTTP 200 OK: \"hello\"");
        }
    }

    /** It takes connections and never says anything: the run is over before the first connect has timed out. */
    @Test
    void aServerThatSaysNothingEndsTheSame() throws IOException {
        List<Socket> clients = new CopyOnWriteArrayList<>();
        try (ServerSocket silent = new ServerSocket(0, 200, InetAddress.getByName("127.0.0.1"))) {
            Thread.ofVirtual().start(() -> accept(silent, clients));
            endsWithOneLine(
                    play("ws://127.0.0.1:" + silent.getLocalPort() + "/", "CONNECT_TIMEOUT=1s", "CLIENTS=2"),
                    "Nobody was let in. ws://127.0.0.1:" + silent.getLocalPort() + "/: ");
        } finally {
            for (Socket each : clients) {
                each.close();
            }
        }
    }

    /** The server's own count is asked for first: that ends, so that the test need not wait for it. */
    private static void accept(ServerSocket silent, List<Socket> clients) {
        try {
            while (true) {
                Socket client = silent.accept();
                clients.add(client);
                Thread.ofVirtual().start(() -> {
                    try {
                        byte[] request = new byte[4096];
                        int length = Math.max(0, client.getInputStream().read(request));
                        if (new String(request, 0, length, StandardCharsets.US_ASCII).contains("report.json")) {
                            client.close();
                        }
                    } catch (IOException e) {
                        // The client has gone.
                    }
                });
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    @Test
    void allServersAreNamed() throws IOException {
        try (SameAnswer one = new SameAnswer("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
                SameAnswer other =
                        new SameAnswer("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nfull")) {
            CommandRun played = play(one.url() + "," + other.url());
            endsWithOneLine(played, one.url() + ": HTTP 404 Not Found; ");
            assertThat(played.err()).contains(other.url() + ": HTTP 503 Service Unavailable: \"full\"");
        }
    }

    @Test
    void oneClientThatGetsInIsARun() throws IOException {
        try (SameAnswer one = new SameAnswer("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
                FaultyPlainServer other = FaultyPlainServer.honest()) {
            CommandRun played = CommandRun.stress(
                    results, "classic", "URL=" + one.url() + "," + other.url(), "CLIENTS=8", "DURATION=1s");
            assertThat(played.exitCode()).isIn(1, 4);
            assertThat(played.total("connected")).isEqualTo(4);
            assertThat(played.out()).contains("first connect: HTTP 404: " + one.url() + ": HTTP 404 Not Found");
        }
    }

    @Test
    void aSearchForCapacityEndsTheSame() throws IOException {
        try (SameAnswer server = new SameAnswer("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")) {
            endsWithOneLine(CommandRun.stress(results, "capacity", "URL=" + server.url(), "CLIENTS=8"), "404");
        }
    }

    @Test
    void whatKeepsAConnectionFromBeginningIsSaidInWords(@TempDir Path folder) throws Exception {
        endsWithOneLine(
                play("ws://nowhere.invalid/"),
                "No server at ws://nowhere.invalid/: the name nowhere.invalid is not known");
        int port;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = unused.getLocalPort();
        }
        endsWithOneLine(play("ws://127.0.0.1:" + port + "/"), ": refused (nothing listens there)");
        try (SameAnswer server = new SameAnswer("HTTP/1.1 400 Bad Request\r\n\r\n")) {
            endsWithOneLine(
                    play(server.url().replace("ws:", "wss:")), ": TLS (it does not speak TLS; is ws:// meant?)");
        }
        Certificate certificate = Certificate.make(folder);
        try (FaultyPlainServer server = FaultyPlainServer.secure(certificate.context())) {
            String url = "wss://localhost:" + server.port() + "/";
            endsWithOneLine(play(url), url + ": TLS (its certificate is not trusted; CA names");
            endsWithOneLine(
                    play(url.replace("localhost", "127.0.0.1"), "CA=" + certificate.pem()),
                    ": TLS (its certificate is for another name)");
        }
    }

    @Test
    void aPlainHandshakeWithATlsServerEndsTheSame(@TempDir Path folder) throws Exception {
        try (FaultyPlainServer server =
                FaultyPlainServer.secure(Certificate.make(folder).context())) {
            endsWithOneLine(play("ws://127.0.0.1:" + server.port() + "/"), "Nobody was let in. ws://127.0.0.1:");
        }
    }
}
