package loomchat.web.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import loomchat.Main;
import loomchat.testing.InProcessServer;
import loomchat.testing.RawClient;
import loomchat.testing.RawClient.Response;
import loomchat.testing.ServerProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who comes above a limit is told so at once, and when there is room again the next one comes in. */
class WebSocketAdmissionTest {
    @TempDir
    Path dir;

    private static Response ask(RawClient client) throws IOException {
        client.send(RawClient.request("/"));
        return client.readResponse();
    }

    private static void assertRefused(Response response) {
        assertThat(response.status()).isEqualTo(503);
        assertThat(Integer.parseInt(response.header("Retry-After"))).isPositive();
    }

    /** Tries until it is let in. */
    private static RawClient enterSoon(String from, int port) {
        List<RawClient> in = new ArrayList<>();
        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    RawClient client = RawClient.connect(from, port, 0);
                    if (ask(client).status() == 101) {
                        in.add(client);
                    } else {
                        client.close();
                    }
                    return !in.isEmpty();
                });
        return in.getFirst();
    }

    @Test
    void aboveTheMostConnectionsANewOneIsRefusedUntilOneLeaves() throws Exception {
        try (InProcessServer room = InProcessServer.open(dir, "MAX_CONNECTIONS", "2");
                RawClient one = room.enter();
                RawClient other = room.enter()) {
            InProcessServer.expectPair(one, other);
            for (int i = 0; i < 20; i++) {
                try (RawClient third = RawClient.connect(room.port())) {
                    assertRefused(ask(third));
                    assertThat(third.isEnded()).isTrue();
                }
            }
            try (RawClient page = RawClient.connect(room.port())) {
                page.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(page.readResponse().status()).isEqualTo(200);
            }
            one.reset();
            assertThat(other.readText()).isEqualTo(InProcessServer.LEFT);
            try (RawClient third = enterSoon("127.0.0.1", room.port())) {
                third.send(RawClient.close(1000, ""));
                assertThat(third.readAll()).hasSize(1);
            }
        }
    }

    @Test
    void anAddressHasALimitOfItsOwn() throws Exception {
        try (InProcessServer room =
                        InProcessServer.open(dir, "MAX_CONNECTIONS_PER_ADDRESS", "1", "LIMIT_LOOPBACK", "true");
                RawClient one = room.enter()) {
            try (RawClient same = RawClient.connect(room.port())) {
                assertRefused(ask(same));
            }
            try (RawClient other = RawClient.connect("127.0.0.2", room.port(), 0)) {
                assertThat(ask(other).status()).isEqualTo(101);
                InProcessServer.expectPair(one, other);
            }
            one.close();
            enterSoon("127.0.0.1", room.port()).close();
        }
    }

    /** The process may open 200 files and is given more connections than that. */
    @Test
    @Timeout(60)
    void aServerWithoutDescriptorsRefusesAndLivesOn() throws Exception {
        List<String> launcher = List.of("sh", "-c", "ulimit -n 200; exec \"$@\"", "sh");
        List<RawClient> crowd = new ArrayList<>();
        try (ServerProcess server = new ServerProcess(
                launcher,
                asInstalled(),
                ProcessBuilder.Redirect.DISCARD,
                dir.resolve("logs"),
                Map.of("REQUEST_TIMEOUT", "60s"))) {
            try (RawClient chatting = RawClient.open(server.port(), "/")) {
                for (int i = 0; i < 250; i++) {
                    crowd.add(RawClient.connect(server.port()));
                }
                // The last of them has found no descriptor left.
                RawClient last = crowd.getLast();
                last.send(RawClient.request("/"));
                assertThat(isRefused(last)).as("refused").isTrue();
                chatting.send(RawClient.frame(RawClient.PING, "still here"));
                assertThat(chatting.read().text()).isEqualTo("still here");
            }
            crowd.forEach(RawClient::close);
            enterSoon("127.0.0.1", server.port()).close();
            assertThat(server.terminate(20)).isZero();
        }
    }

    /**
     * The class path with the program in a jar, as it is run: from a folder each class takes a descriptor when it is
     * loaded.
     */
    private String asInstalled() {
        String classes = Path.of(Main.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .toString();
        String jar = dir.resolve("loomchat.jar").toString();
        int failed =
                ToolProvider.findFirst("jar").orElseThrow().run(System.out, System.err, "cf", jar, "-C", classes, ".");
        assertThat(failed).as("exit code of jar").isZero();
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(each -> Path.of(each).equals(Path.of(classes)) ? jar : each)
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** With an answer, or by the end of the connection: there may be no room for more. */
    private static boolean isRefused(RawClient client) throws IOException {
        try {
            assertRefused(client.readResponse());
            return true;
        } catch (java.io.EOFException | java.net.SocketException e) {
            return true;
        }
    }
}
