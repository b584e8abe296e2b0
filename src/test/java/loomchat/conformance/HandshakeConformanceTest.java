package loomchat.conformance;

import static loomchat.conformance.Echoes.expect;
import static loomchat.conformance.Echoes.expectAlive;
import static loomchat.testing.RawClient.TEXT;
import static loomchat.testing.RawClient.frame;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import loomchat.testing.InParallel;
import loomchat.testing.InParallel.Case;
import loomchat.testing.RawClient;
import loomchat.testing.RawClient.Response;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The opening handshake through real sockets (RFC 6455, 4.2): what is let in, what is refused and how. Long, because
 * each rule of the handshake has its case.
 */
class HandshakeConformanceTest {
    private static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    private static final String VERSION = "Sec-WebSocket-Version: 13";
    private static final String HOST = "Host: chat.example:3000";

    @TempDir
    static Path dir;

    @TempDir
    static Path otherDir;

    private static EchoServer server;
    private static EchoServer impatient;

    @BeforeAll
    static void start() throws Exception {
        server = EchoServer.start(
                dir,
                Map.of(
                        "ALLOWED_ORIGINS",
                        "https://friend.example, http://other.example:8080",
                        "ALLOWED_HOSTS",
                        "chat.example"));
        impatient = EchoServer.start(otherDir, Map.of("REQUEST_TIMEOUT", "1s"));
    }

    @AfterAll
    static void stop() {
        server.close();
        impatient.close();
    }

    private static String request(String line, String... headers) {
        return line + "\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
    }

    private static String get(String... headers) {
        return request("GET /echo HTTP/1.1", headers);
    }

    private static Case upgraded(String name, String request) {
        return new Case(name, () -> {
            try (RawClient client = RawClient.connect(server.port())) {
                client.send(request);
                Response response = client.readResponse();
                assertThat(response.status()).as("%s", response).isEqualTo(101);
                assertThat(response.header("Sec-WebSocket-Accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
                assertThat(response.header("Upgrade")).isEqualToIgnoringCase("websocket");
                assertThat(response.header("Connection")).isEqualToIgnoringCase("Upgrade");
                assertThat(response.header("Sec-WebSocket-Protocol")).isNull();
                assertThat(response.header("Sec-WebSocket-Extensions")).isNull();
                expectAlive(client);
            }
        });
    }

    /** Refused in one plain line, with the connection's end. */
    private static Case refused(String name, int status, String request) {
        return new Case(name, () -> {
            try (RawClient client = RawClient.connect(server.port())) {
                client.send(request);
                Response response = client.readResponse();
                assertThat(response.status()).as("%s", response).isEqualTo(status);
                assertThat(client.isEnded()).as("the connection ends").isTrue();
                if (status == 426) {
                    assertThat(response.header("Sec-WebSocket-Version")).isEqualTo("13");
                }
            }
        });
    }

    @TestFactory
    List<DynamicTest> letIn() {
        String upgrade = "Upgrade: websocket";
        String connection = "Connection: Upgrade";
        List<Case> cases = new ArrayList<>();
        cases.add(upgraded("the usual", get(HOST, upgrade, connection, VERSION, KEY)));
        for (String each : List.of("WebSocket", "WEBSOCKET", "wEbsOckEt")) {
            cases.add(upgraded(each, get(HOST, "upgrade: " + each, connection, VERSION, KEY)));
        }
        for (String each :
                List.of("upgrade", "UPGRADE", "keep-alive, Upgrade", "Upgrade,keep-alive", "foo ,upGrade , bar")) {
            cases.add(upgraded("Connection: " + each, get(HOST, upgrade, "Connection: " + each, VERSION, KEY)));
        }
        cases.add(upgraded(
                "two Connection headers", get(HOST, upgrade, "Connection: keep-alive", connection, VERSION, KEY)));
        cases.add(upgraded(
                "names in capitals",
                get(
                        HOST,
                        "UPGRADE: websocket",
                        "CONNECTION: Upgrade",
                        "SEC-WEBSOCKET-VERSION: 13",
                        "SEC-WEBSOCKET-KEY: dGhlIHNhbXBsZSBub25jZQ==")));
        cases.add(upgraded("a query", request("GET /echo?a=b&c HTTP/1.1", HOST, upgrade, connection, VERSION, KEY)));
        cases.add(upgraded(
                "an unknown subprotocol",
                get(HOST, upgrade, connection, VERSION, KEY, "Sec-WebSocket-Protocol: mqtt, soap")));
        cases.add(upgraded(
                "an extension that is off",
                get(HOST, upgrade, connection, VERSION, KEY, "Sec-WebSocket-Extensions: permessage-deflate")));
        for (String origin : List.of(
                "http://chat.example:3000",
                "HTTP://CHAT.example:3000",
                "https://friend.example",
                "https://FRIEND.example",
                "http://other.example:8080")) {
            cases.add(upgraded("Origin: " + origin, get(HOST, upgrade, connection, VERSION, KEY, "Origin: " + origin)));
        }
        cases.add(upgraded(
                "the same origin on a default port",
                get("Host: chat.example", upgrade, connection, VERSION, KEY, "Origin: http://chat.example")));
        cases.add(upgraded(
                "a page over HTTPS, through a proxy that says so",
                get(
                        "Host: chat.example",
                        upgrade,
                        connection,
                        VERSION,
                        KEY,
                        "X-Forwarded-For: 192.0.2.1",
                        "X-Forwarded-Proto: https",
                        "Origin: https://chat.example")));
        for (String host :
                List.of("127.0.0.1", "[::1]:3000", "192.0.2.7", "localhost:1", "x.localhost", "CHAT.example")) {
            cases.add(upgraded("Host: " + host, get("Host: " + host, upgrade, connection, VERSION, KEY)));
        }
        return InParallel.run(8, cases);
    }

    @TestFactory
    List<DynamicTest> refusals() {
        String upgrade = "Upgrade: websocket";
        String connection = "Connection: Upgrade";
        List<Case> cases = new ArrayList<>();
        for (String version : List.of("12", "8", "0", "14", "013", "13, 8", "x")) {
            cases.add(refused(
                    "version " + version,
                    426,
                    get(HOST, upgrade, connection, KEY, "Sec-WebSocket-Version: " + version)));
        }
        cases.add(refused("no version", 426, get(HOST, upgrade, connection, KEY)));
        cases.add(
                refused("two versions", 426, get(HOST, upgrade, connection, KEY, VERSION, "Sec-WebSocket-Version: 8")));
        cases.add(refused("no key", 400, get(HOST, upgrade, connection, VERSION)));
        for (String key :
                List.of("short", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQAA", "dGhlIHNhbXBsZSBub25j*Q==")) {
            cases.add(refused("key " + key, 400, get(HOST, upgrade, connection, VERSION, "Sec-WebSocket-Key: " + key)));
        }
        cases.add(refused("two keys", 400, get(HOST, upgrade, connection, VERSION, KEY, KEY)));
        cases.add(refused("no Connection", 400, get(HOST, upgrade, VERSION, KEY)));
        cases.add(refused("another Connection", 400, get(HOST, upgrade, "Connection: keep-alive", VERSION, KEY)));
        cases.add(refused(
                "a Connection that only contains the word",
                400,
                get(HOST, upgrade, "Connection: upgrade-insecure", VERSION, KEY)));
        for (String method : List.of("POST", "HEAD", "PUT", "OPTIONS", "DELETE")) {
            cases.add(
                    refused(method, 405, request(method + " /echo HTTP/1.1", HOST, upgrade, connection, VERSION, KEY)));
        }
        cases.add(refused("HTTP/1.0", 505, request("GET /echo HTTP/1.0", HOST, upgrade, connection, VERSION, KEY)));
        for (String host :
                List.of("evil.example", "chat.example.evil.example", "localhost.evil.example", "999.1.1.1")) {
            cases.add(refused("Host: " + host, 421, get("Host: " + host, upgrade, connection, VERSION, KEY)));
        }
        cases.add(refused("no Host", 400, get(upgrade, connection, VERSION, KEY)));
        cases.add(refused(
                "a path without a WebSocket",
                404,
                request("GET /report HTTP/1.1", HOST, upgrade, connection, VERSION, KEY)));
        for (String origin : List.of(
                "http://evil.example",
                "http://chat.example:3001",
                "http://chat.example",
                "https://chat.example:3000",
                "null",
                "https://chat.example:3000.evil.example",
                "http://friend.example",
                "file://",
                "not an origin",
                "http://chat.example:3000@evil.example")) {
            cases.add(refused(
                    "Origin: " + origin, 403, get(HOST, upgrade, connection, VERSION, KEY, "Origin: " + origin)));
        }
        cases.add(refused(
                "two origins",
                403,
                get(
                        HOST,
                        upgrade,
                        connection,
                        VERSION,
                        KEY,
                        "Origin: http://chat.example:3000",
                        "Origin: http://evil.example")));
        cases.add(refused(
                "headers of 20 KB", 431, get(HOST, upgrade, connection, VERSION, KEY, "X: " + "x".repeat(20_000))));
        cases.add(refused("a header that never ends", 431, "GET /echo HTTP/1.1\r\nX: " + "x".repeat(20_000)));
        cases.add(refused("a first line that never ends", 414, "GET /" + "x".repeat(20_000)));
        cases.add(refused("no HTTP", 400, "hello there, no HTTP here\r\n\r\n"));
        return InParallel.run(8, cases);
    }

    @Test
    void withoutAnUpgradeTheWebSocketPathIsThePage() throws Exception {
        for (String path : List.of("/", "/ws")) {
            try (RawClient client = RawClient.connect(server.port())) {
                client.send(request("GET " + path + " HTTP/1.1", HOST));
                Response response = client.readResponse();
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.header("Content-Type")).startsWith("text/html");
            }
        }
    }

    @Test
    void framesRightBehindTheHandshakeAreNotLost() throws Exception {
        try (RawClient client = RawClient.connect(server.port())) {
            byte[] large = new byte[100_000];
            client.send(RawClient.request("/echo").getBytes(), frame(TEXT, "early"), frame(RawClient.BINARY, large));
            assertThat(client.readResponse().status()).isEqualTo(101);
            expect(client, TEXT, "early");
            expect(client, RawClient.BINARY, large);
        }
    }

    @Test
    void aHandshakeMayComeOctetByOctet() throws Exception {
        try (RawClient client = RawClient.connect(server.port())) {
            client.sendChopped(RawClient.request("/echo").getBytes(), 1);
            assertThat(client.readResponse().status()).isEqualTo(101);
            expectAlive(client);
        }
    }

    @Test
    void aHandshakeMayFollowOtherRequestsOnItsConnection() throws Exception {
        try (RawClient client = RawClient.connect(server.port())) {
            String page = request("GET /healthz HTTP/1.1", HOST);
            client.send(page);
            assertThat(client.readResponse().status()).isEqualTo(200);
            client.send((page + page + RawClient.request("/echo")).getBytes(), frame(TEXT, "early"));
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(client.readResponse().status()).isEqualTo(101);
            expect(client, TEXT, "early");
        }
    }

    /** A request that drips, one that never begins, and one that stops in its head: none is held open for long. */
    @TestFactory
    List<DynamicTest> aHandshakeThatDoesNotComeToItsEndIsCut() {
        List<Case> cases = new ArrayList<>();
        for (String start :
                List.of("", "G", "GET /echo HTTP/1.1\r\nHost: a\r\n", "GET /echo HTTP/1.1\r\nHost: a\r\nX: ")) {
            cases.add(new Case("stops after " + start.length(), () -> {
                try (RawClient client = RawClient.connect(impatient.port())) {
                    client.send(start);
                    assertThat(client.isEnded()).isTrue();
                }
            }));
        }
        cases.add(new Case("drips", () -> {
            try (RawClient client = RawClient.connect(impatient.port())) {
                client.patience(200);
                client.send("GET /echo HTTP/1.1\r\nX: ");
                long start = System.nanoTime();
                while (!endedWhileDripping(client)) {
                    assertThat(System.nanoTime() - start).as("held open for").isLessThan(10_000_000_000L);
                }
            }
        }));
        return InParallel.run(8, cases);
    }

    private static boolean endedWhileDripping(RawClient client) {
        try {
            client.send("x");
            return client.isEnded();
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (java.io.IOException e) {
            return true;
        }
    }
}
