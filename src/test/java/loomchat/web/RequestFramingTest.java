package loomchat.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import loomchat.Loomchat;
import loomchat.testing.InParallel;
import loomchat.testing.InParallel.Case;
import loomchat.testing.RawClient;
import loomchat.testing.RawClient.Response;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests in which another server could see other requests than this one (RFC 9112, 11.2), through real sockets:
 * each is refused with one answer, the connection ends, and what follows it is never answered. Long, because the
 * requests are its table.
 */
class RequestFramingTest {
    private static final String HOST = "Host: 127.0.0.1\r\n";
    private static final String POST = "POST /loadtest HTTP/1.1\r\n" + HOST + "Content-Type: application/json\r\n";
    private static final String JSON = "{\"phase\":\"end\",\"id\":\"a\",\"scenario\":\"b\",\"result\":\"c\"}";
    private static final String BEHIND = "GET /healthz HTTP/1.1\r\n" + HOST + "\r\n";

    @TempDir
    static Path dir;

    private static Loomchat server;

    @BeforeAll
    static void start() throws Exception {
        server = Loomchat.start(
                Map.of("PORT", "0", "HOST", "127.0.0.1", "LOG_DIR", dir.toString(), "DRAIN_TIMEOUT", "0s"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Case refused(int status, String name, String request) {
        return new Case(name, () -> {
            try (RawClient client = RawClient.connect(server.port())) {
                client.send(request + BEHIND);
                Response response = client.readResponse();
                assertThat(response.status()).as("%s", response).isEqualTo(status);
                assertThat(response.header("X-Content-Type-Options"))
                        .as("%s", response)
                        .isEqualTo("nosniff");
                assertThat(response.header("Content-Security-Policy")).contains("default-src 'none'");
                assertThat(response.body()).as("one line").endsWith("\n").hasLineCount(1);
                assertThat(client.isEnded()).as("nothing more is answered").isTrue();
            }
        });
    }

    private static Case bad(String name, String request) {
        return refused(400, name, request);
    }

    private static String body(String headers, String body) {
        return POST + headers + "\r\n" + body;
    }

    private static String length() {
        return "Content-Length: " + JSON.length() + "\r\n";
    }

    private static String chunk(String size) {
        return size + "\r\n" + JSON + "\r\n0\r\n\r\n";
    }

    private static String size() {
        return Integer.toHexString(JSON.length());
    }

    @TestFactory
    List<DynamicTest> lengthsThatCanBeReadInTwoWays() {
        List<Case> cases = new ArrayList<>();
        String chunked = "Transfer-Encoding: chunked\r\n";
        cases.add(bad("chunked, then a length", body(chunked + length(), chunk(size()))));
        cases.add(bad("a length, then chunked", body(length() + chunked, JSON)));
        cases.add(bad("two lengths that differ", body(length() + "Content-Length: 3\r\n", JSON)));
        cases.add(bad("two lengths that agree", body(length() + length(), JSON)));
        for (String value : List.of(
                "+" + JSON.length(),
                "-1",
                JSON.length() + ", " + JSON.length(),
                JSON.length() + " 0",
                "0x10",
                "1e1",
                "",
                " ",
                "99999999999999999999",
                "\u000b" + JSON.length(),
                JSON.length() + ".0")) {
            cases.add(bad("Content-Length: " + value, body("Content-Length: " + value + "\r\n", JSON)));
        }
        return InParallel.run(8, cases);
    }

    @TestFactory
    List<DynamicTest> codingsOtherThanChunked() {
        List<Case> cases = new ArrayList<>();
        for (String value : List.of(
                "CHUNKED",
                "Chunked",
                "xchunked",
                "chunkedx",
                "chunked, identity",
                "identity, chunked",
                "identity",
                "gzip",
                "gzip, chunked",
                "chunked, chunked",
                "chunked;q=1",
                "\"chunked\"",
                "\u000bchunked",
                "")) {
            cases.add(bad("Transfer-Encoding: " + value, body("Transfer-Encoding: " + value + "\r\n", chunk(size()))));
            cases.add(bad(
                    "with a length, Transfer-Encoding: " + value,
                    body(length() + "Transfer-Encoding: " + value + "\r\n", JSON)));
        }
        cases.add(bad(
                "chunked twice", body("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", chunk(size()))));
        cases.add(bad(
                "chunked and identity apart",
                body("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", chunk(size()))));
        // The version alone is refused: nothing else of such a request is looked at.
        cases.add(refused(
                505,
                "chunked in HTTP/1.0",
                "POST /loadtest HTTP/1.0\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + chunk(size())));
        return InParallel.run(8, cases);
    }

    @TestFactory
    List<DynamicTest> chunksThatAreDamaged() {
        List<Case> cases = new ArrayList<>();
        for (String wrong : List.of(
                chunk("+" + size()),
                chunk("-" + size()),
                chunk(" " + size()),
                chunk(size() + " "),
                chunk("0x" + size()),
                chunk(size() + ";a=b"),
                chunk(size() + "\n"),
                chunk("00000000" + size()),
                chunk("ffffffffffffffff"),
                chunk(""),
                size() + "\n" + JSON + "\r\n0\r\n\r\n",
                size() + "\r\n" + JSON + "XX0\r\n\r\n",
                size() + "\r\n" + JSON + "\n0\r\n\r\n",
                size() + "\r\n" + JSON + "\r\n0\r\nA: b\r\n\r\n",
                size() + "\r\n" + JSON + "\r\n0\r\nXX",
                size() + "\r\n" + JSON + "\r\n0\r\n\n",
                "1\r\n" + JSON + "\r\n0\r\n\r\n")) {
            String name = wrong.replace(JSON, "…").replace("\r", "\\r").replace("\n", "\\n");
            cases.add(bad(name, body("Transfer-Encoding: chunked\r\n", wrong)));
        }
        return InParallel.run(8, cases);
    }

    @TestFactory
    List<DynamicTest> heads() {
        List<Case> cases = new ArrayList<>();
        String get = "GET / HTTP/1.1\r\n";
        cases.add(bad("a bare LF behind the first line", "GET / HTTP/1.1\n" + HOST + "\r\n"));
        cases.add(bad("a bare LF behind a header", get + "Host: 127.0.0.1\nX: y\r\n\r\n"));
        cases.add(bad("a bare LF at the end", get + HOST + "\n"));
        cases.add(bad("a bare CR in a header", get + HOST + "X: a\rb\r\n\r\n"));
        cases.add(bad("a NUL in a header", get + HOST + "X: a\0b\r\n\r\n"));
        cases.add(bad("a folded header", get + HOST + "X: a\r\n b: c\r\n\r\n"));
        cases.add(bad("a folded length", POST + "Content-Length:\r\n " + JSON.length() + "\r\n\r\n" + JSON));
        cases.add(bad("a first header that begins with a space", get + " X: y\r\n" + HOST + "\r\n"));
        cases.add(bad("a space before the colon", body("Content-Length : " + JSON.length() + "\r\n", JSON)));
        cases.add(bad("a header without a colon", get + HOST + "Content-Length 5\r\n\r\n"));
        cases.add(bad("an empty name", get + HOST + ": y\r\n\r\n"));
        cases.add(bad("no Host", get + "\r\n"));
        cases.add(bad("two Hosts", get + HOST + HOST + "\r\n"));
        cases.add(bad("an empty Host", get + "Host:\r\n\r\n"));
        cases.add(bad("a Host with a user", get + "Host: a@127.0.0.1\r\n\r\n"));
        cases.add(bad("a Host with a path", get + "Host: 127.0.0.1/x\r\n\r\n"));
        cases.add(bad("a whole URL", "GET http://127.0.0.1/ HTTP/1.1\r\n" + HOST + "\r\n"));
        cases.add(bad("a whole URL of another host", "GET http://x.example/ HTTP/1.1\r\n" + HOST + "\r\n"));
        cases.add(bad("CONNECT", "CONNECT 127.0.0.1:80 HTTP/1.1\r\n" + HOST + "\r\n"));
        cases.add(bad("an asterisk", "OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n"));
        cases.add(bad("a path without a slash", "GET healthz HTTP/1.1\r\n" + HOST + "\r\n"));
        cases.add(bad("a malformed method", "GE(T / HTTP/1.1\r\n" + HOST + "\r\n"));
        cases.add(bad("a tab in the first line", "GET\t/ HTTP/1.1\r\n" + HOST + "\r\n"));
        cases.add(bad("two spaces", "GET  / HTTP/1.1\r\n" + HOST + "\r\n"));
        cases.add(bad("a version in small letters", "GET / http/1.1\r\n" + HOST + "\r\n"));
        cases.add(bad("a version that never was", "GET / HTTP/1.2\r\n" + HOST + "\r\n"));
        cases.add(bad("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
        cases.add(refused(505, "HTTP/1.0", "GET / HTTP/1.0\r\n" + HOST + "\r\n"));
        cases.add(refused(413, "a body that is too long", body("Content-Length: 70000\r\n", "x")));
        cases.add(refused(414, "a first line that is too long", "GET /" + "x".repeat(3000) + " HTTP/1.1\r\n"));
        cases.add(refused(431, "headers that are too long", get + "X: " + "x".repeat(20_000) + "\r\n"));
        return InParallel.run(8, cases);
    }

    @TestFactory
    List<DynamicTest> handshakesWithABody() {
        String handshake = "GET /ws HTTP/1.1\r\n" + HOST
                + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        return InParallel.run(
                4,
                List.of(
                        bad("a length", handshake + "Content-Length: 5\r\n\r\nhello"),
                        bad("chunks", handshake + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
                        bad("both", handshake + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")));
    }

    /**
     * Other spellings of a page's path are not that page: a proxy in front may guard it by its name. A slash behind it
     * leads there, and serves nothing itself.
     */
    @TestFactory
    List<DynamicTest> otherNamesOfAPage() {
        List<Case> cases = new ArrayList<>();
        for (String path : List.of(
                "//report",
                "/report;x",
                "/report;x=y",
                ";/report",
                "/./report",
                "/x/../report",
                "/%2e/report",
                "/x/%2e%2e/report",
                "/x/..%2freport",
                "/%72eport",
                "/report%2Ejson",
                "/report/.",
                "/report//",
                "/report%00",
                "/Report",
                "/logs;x",
                "//logs",
                "/logs/%65vents")) {
            cases.add(new Case(path, () -> {
                try (RawClient client = RawClient.connect(server.port())) {
                    client.send("GET " + path + " HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n");
                    Response response = client.readResponse();
                    assertThat(response.status()).as("%s", response).isIn(400, 404);
                    assertThat(response.header("X-Content-Type-Options")).isEqualTo("nosniff");
                }
            }));
        }
        return InParallel.run(8, cases);
    }

    /**
     * What is well-formed still works: two requests in chunks and one with a length on one connection, also octet by
     * octet.
     */
    @TestFactory
    List<DynamicTest> wellFormedBodiesFollowEachOther() {
        String all = body("Transfer-Encoding: chunked\r\n", chunk(size()))
                + body(
                        "Transfer-Encoding: chunked\r\n",
                        "5\r\n" + JSON.substring(0, 5) + "\r\n"
                                + Integer.toHexString(JSON.length() - 5).toUpperCase(java.util.Locale.ROOT) + "\r\n"
                                + JSON.substring(5) + "\r\n0\r\n\r\n")
                + body(length(), JSON);
        List<Case> cases = new ArrayList<>();
        for (int piece : new int[] {1, 7, 100_000}) {
            cases.add(new Case("in pieces of " + piece, () -> {
                try (RawClient client = RawClient.connect(server.port())) {
                    client.sendChopped(all.getBytes(java.nio.charset.StandardCharsets.US_ASCII), piece);
                    for (int i = 0; i < 3; i++) {
                        assertThat(client.readResponse().status())
                                .as("answer %d", i)
                                .isIn(204, 429);
                    }
                }
            }));
        }
        return InParallel.run(3, cases);
    }

    /** The right code for a path that is there with a method that it does not take. */
    @TestFactory
    List<DynamicTest> methods() {
        List<Case> cases = new ArrayList<>();
        Map<String, Integer> expected =
                Map.of("POST /report", 405, "PUT /", 405, "GET /loadtest", 405, "BREW /logs", 405, "BREW /pot", 404);
        expected.forEach((request, status) -> cases.add(new Case(request, () -> {
            try (RawClient client = RawClient.connect(server.port())) {
                client.send(request + " HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n");
                Response response = client.readResponse();
                assertThat(response.status()).as("%s", response).isEqualTo(status);
                assertThat(response.header("X-Content-Type-Options")).isEqualTo("nosniff");
                if (status == 405) {
                    assertThat(response.header("Allow")).isNotBlank();
                }
            }
        })));
        return InParallel.run(4, cases);
    }
}
