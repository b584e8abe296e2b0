package loomchat.web.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import loomchat.testing.InProcessServer;
import loomchat.testing.RawClient;
import loomchat.testing.RawClient.Response;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one address does keeps no other address out. */
class AddressLimitsTest {
    @TempDir
    Path dir;

    private static Response get(String from, int port, String path, String... headers) throws IOException {
        try (RawClient client = RawClient.connect(from, port, 0)) {
            client.send("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                    + String.join(
                            "",
                            List.of(headers).stream().map(each -> each + "\r\n").toList()) + "\r\n");
            return client.readResponse();
        }
    }

    private static List<RawClient> connect(String from, int port, int count) throws IOException {
        List<RawClient> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            try {
                all.add(RawClient.connect(from, port, 0));
            } catch (SocketException e) {
                // Room was made for the next one before this one was done with connecting.
            }
        }
        return all;
    }

    /** Far more than there is room for: 4 WebSockets, and 500 beside them. */
    @Test
    void aThousandSilentConnectionsOfOneAddressLeaveThePageToOthers() throws Exception {
        List<RawClient> silent = new ArrayList<>();
        try (InProcessServer room = InProcessServer.open(dir, "MAX_CONNECTIONS", "4");
                RawClient one = room.enter();
                RawClient other = room.enter()) {
            InProcessServer.expectPair(one, other);
            silent.addAll(connect("127.0.0.9", room.port(), 500));
            // The first ones wait longer than anybody who has just come: room is made where others are silent for a
            // second.
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> get("127.0.0.2", room.port(), "/").status() == 200);
            silent.addAll(connect("127.0.0.9", room.port(), 500));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> get("127.0.0.3", room.port(), "/").status() == 200);
            one.send(RawClient.frame(RawClient.TEXT, "still here"));
            assertThat(other.readText()).isEqualTo(InProcessServer.chat("still here"));
            try (RawClient third = RawClient.connect("127.0.0.4", room.port(), 0)) {
                third.shakeHands("/");
            }
        } finally {
            silent.forEach(RawClient::close);
        }
    }

    @Test
    void anAddressThatIsFullMakesRoomForItsOwnNewcomersFromWhatOnlyWaits() throws Exception {
        List<RawClient> silent = new ArrayList<>();
        try (InProcessServer room =
                InProcessServer.open(dir, "MAX_CONNECTIONS_PER_ADDRESS", "20", "LIMIT_LOOPBACK", "true")) {
            silent.addAll(connect("127.0.0.9", room.port(), 20));
            assertThat(get("127.0.0.2", room.port(), "/").status()).isEqualTo(200);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> get("127.0.0.9", room.port(), "/").status() == 200);
        } finally {
            silent.forEach(RawClient::close);
        }
    }

    @Test
    void handshakesAreLimitedPerAddress() throws Exception {
        try (InProcessServer room =
                InProcessServer.open(dir, "MAX_HANDSHAKES_PER_SECOND", "1", "LIMIT_LOOPBACK", "true")) {
            List<Integer> statuses = IntStream.range(0, 30)
                    .mapToObj(i -> handshake("127.0.0.9", room.port()))
                    .toList();
            assertThat(statuses.subList(0, 10)).as("ten seconds' worth at once").containsOnly(101);
            assertThat(statuses.subList(10, 30)).contains(429);
            assertThat(handshake("127.0.0.8", room.port())).isEqualTo(101);
        }
    }

    private static int handshake(String from, int port, String... headers) {
        try (RawClient client = RawClient.connect(from, port, 0)) {
            client.send(RawClient.request("/", headers));
            return client.readResponse().status();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Behind a proxy that is believed, the address that it names counts, and the proxy's own does not. */
    @Test
    void behindAProxyTheAddressThatItNamesCounts() throws Exception {
        try (InProcessServer room =
                InProcessServer.open(dir, "MAX_HANDSHAKES_PER_SECOND", "1", "MAX_CONNECTIONS_PER_ADDRESS", "2")) {
            String first = "X-Forwarded-For: 203.0.113.7, 198.51.100.1";
            List<RawClient> open = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                open.add(RawClient.open(room.port(), "/", first));
            }
            assertThat(handshake("127.0.0.1", room.port(), first)).as("a third").isEqualTo(503);
            // What stands in front of the last address may be made up.
            assertThat(handshake("127.0.0.1", room.port(), "X-Forwarded-For: 192.0.2.1, 198.51.100.1"))
                    .isEqualTo(503);
            assertThat(handshake("127.0.0.1", room.port(), "X-Forwarded-For: 198.51.100.2"))
                    .isEqualTo(101);
            assertThat(handshake("127.0.0.1", room.port()))
                    .as("not through a proxy")
                    .isEqualTo(101);
            open.forEach(RawClient::close);
        }
    }

    /** Addresses of one IPv6 network count as one. */
    @Test
    void ofIpv6TheNetworkCounts() throws Exception {
        try (InProcessServer room = InProcessServer.open(dir, "MAX_CONNECTIONS_PER_ADDRESS", "1")) {
            try (RawClient open = RawClient.open(room.port(), "/", "X-Forwarded-For: 2001:db8:1:2::1")) {
                open.send(RawClient.frame(RawClient.PING, "x"));
                assertThat(open.read().text()).isEqualTo("x");
                assertThat(handshake("127.0.0.1", room.port(), "X-Forwarded-For: 2001:db8:1:2:ffff::2"))
                        .isEqualTo(503);
                assertThat(handshake("127.0.0.1", room.port(), "X-Forwarded-For: 2001:db8:1:3::1"))
                        .isEqualTo(101);
            }
        }
    }

    @Test
    void theReportAndTheLiveLogAreLimitedPerAddress() throws Exception {
        String[] limits = {"MAX_REPORTS_PER_SECOND", "1", "MAX_LOG_FOLLOWERS_PER_ADDRESS", "1", "LIMIT_LOOPBACK", "true"
        };
        try (InProcessServer room = InProcessServer.open(dir, limits)) {
            assertThat(get("127.0.0.9", room.port(), "/report.json").status()).isEqualTo(200);
            // All at once: a busy machine may need a second for each of them.
            assertThat(statusesAtOnce(30, "127.0.0.9", room.port(), "/report.json"))
                    .contains(200, 429);
            assertThat(get("127.0.0.8", room.port(), "/report.json").status()).isEqualTo(200);
            try (RawClient follower = RawClient.connect("127.0.0.9", room.port(), 0)) {
                follower.send("GET /logs/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
                Awaitility.await()
                        .atMost(Duration.ofSeconds(10))
                        .until(() ->
                                get("127.0.0.9", room.port(), "/logs/events").status() == 429);
            }
            try (RawClient follower = RawClient.connect("127.0.0.8", room.port(), 0)) {
                follower.send("GET /logs/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
                assertThat(follower.readResponse().status()).isEqualTo(200);
            }
        }
    }

    private static List<Integer> statusesAtOnce(int count, String from, int port, String path) throws IOException {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            RawClient client = RawClient.connect(from, port, 0);
            client.send("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
            clients.add(client);
        }
        List<Integer> statuses = new ArrayList<>();
        for (RawClient each : clients) {
            statuses.add(each.readResponse().status());
            each.close();
        }
        return statuses;
    }

    /** Everybody may see a public report; only an operator may ask for more than that. */
    @Test
    void rescanIsForOperators() throws Exception {
        try (InProcessServer room = InProcessServer.open(dir, "REPORT_PUBLIC", "true")) {
            assertThat(get("127.0.0.1", room.port(), "/report.json?rescan").status())
                    .isEqualTo(200);
            for (String header : List.of("X-Forwarded-For: 203.0.113.7", "Forwarded: for=203.0.113.7", "Via: 1.1 x")) {
                assertThat(get("127.0.0.1", room.port(), "/report.json?rescan", header)
                                .status())
                        .as(header)
                        .isEqualTo(403);
                assertThat(get("127.0.0.1", room.port(), "/report.json", header).status())
                        .isEqualTo(200);
            }
        }
    }
}
