package loomchat.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import loomchat.deploy.ProxyProcess.Kind;
import loomchat.identity.bans.BanList;
import loomchat.identity.bans.BanTarget;
import loomchat.identity.operators.OperatorTokens;
import loomchat.loadtest.testing.CommandRun;
import loomchat.testing.Certificate;
import loomchat.testing.InProcessServer;
import loomchat.testing.RedisProcess;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server behind a real proxy with the example in {@code deploy/}; each kind of proxy is a class. */
@Timeout(120)
abstract class ProxyTest {
    private static final String VISITOR = "127.0.0.7";
    private static final String OTHER = "127.0.0.8";
    private static final int CLIENTS = 30;
    private static final int MESSAGES = 10;

    @TempDir
    static Path shared;

    @TempDir
    Path dir;

    private static Certificate certificate;

    private final Kind kind;

    ProxyTest(Kind kind) {
        this.kind = kind;
    }

    @BeforeAll
    static void makeCertificate() throws Exception {
        certificate = Certificate.make(shared);
    }

    /** A server that trusts proxies on this machine, as it does by default. */
    private InProcessServer server(String... settings) throws Exception {
        return InProcessServer.open(dir.resolve("server"), settings);
    }

    private ProxyProcess proxy(int... servers) throws Exception {
        return new ProxyProcess(kind, dir.resolve("proxy"), certificate, servers);
    }

    private ProxyVisitor visitor(ProxyProcess proxy, String address) throws Exception {
        return new ProxyVisitor(proxy, certificate, address);
    }

    @Test
    void thePageComesOverHttp2AndIsToldToStayWithHttps() throws Exception {
        try (InProcessServer server = server();
                ProxyProcess proxy = proxy(server.port());
                ProxyVisitor visitor = visitor(proxy, VISITOR)) {
            HttpResponse<String> page = visitor.get("/");
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(page.body()).contains("<title>");
            assertThat(page.headers().firstValue("Strict-Transport-Security").orElse(""))
                    .startsWith("max-age=");
            assertThat(page.headers().allValues("Content-Security-Policy")).hasSize(1);
            assertThat(visitor.get("/no/such/page").statusCode()).isEqualTo(404);
            HttpResponse<Void> plain = plain(proxy.plainPort(), "/report?x=1");
            assertThat(plain.statusCode()).isEqualTo(308);
            assertThat(plain.headers().firstValue("Location").orElse(""))
                    .matches("https://localhost(:\\d+)?/report\\?x=1");
        }
    }

    private static HttpResponse<Void> plain(int port, String path) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://localhost:" + port + path);
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding());
        }
    }

    @Test
    void strangersChatAndPagesOfOtherSitesDoNot() throws Exception {
        try (InProcessServer server = server();
                ProxyProcess proxy = proxy(server.port());
                ProxyVisitor one = visitor(proxy, VISITOR);
                ProxyVisitor other = visitor(proxy, OTHER)) {
            String origin = "https://localhost:" + proxy.port();
            assertThat(one.connect("Origin", "https://evil.example")).isEqualTo(403);
            assertThat(one.connect("Origin", "http://localhost:" + proxy.port()))
                    .as("a page that came without TLS")
                    .isEqualTo(403);
            assertThat(one.connect("Origin", origin)).isEqualTo(101);
            assertThat(other.connect("Origin", origin)).isEqualTo(101);
            assertThat(one.receive()).isEqualTo(InProcessServer.MATCHED);
            assertThat(other.receive()).isEqualTo(InProcessServer.MATCHED);
            String large = "ä".repeat(100_000);
            for (String each : List.of("hello", large, "bye")) {
                one.send(each);
                assertThat(other.receive()).isEqualTo(InProcessServer.chat(each));
                other.send(each);
                assertThat(one.receive()).isEqualTo(InProcessServer.chat(each));
            }
            assertThat(proxy.logged()).as("no address of a visitor").doesNotContain(VISITOR, OTHER);
        }
    }

    @Test
    void limitsAndBansSeeTheVisitorWhateverItClaims() throws Exception {
        ban("127.0.0.9");
        try (InProcessServer server = server("LIMIT_LOOPBACK", "true", "MAX_HANDSHAKES_PER_SECOND", "1");
                ProxyProcess proxy = proxy(server.port());
                ProxyVisitor visitor = visitor(proxy, VISITOR);
                ProxyVisitor other = visitor(proxy, OTHER)) {
            int status = 101;
            int tries = 0;
            while (status == 101 && tries < 40) {
                tries++;
                status = visitor.connect("X-Forwarded-For", "203.0.113." + tries, "Forwarded", "for=203.0.113.1");
            }
            assertThat(status).as("after %d tries", tries).isEqualTo(429);
            assertThat(tries).isGreaterThan(10);
            assertThat(other.connect()).isEqualTo(101);
            try (ProxyVisitor banned = visitor(proxy, "127.0.0.9")) {
                assertThat(banned.connect("X-Forwarded-For", OTHER)).isEqualTo(403);
            }
            assertThat(other.connect()).isEqualTo(101);
        }
    }

    /** As the command {@code ban} does it. */
    private void ban(String address) throws Exception {
        BanList bans = BanList.open(dir.resolve("server/state"), System::currentTimeMillis, notice -> {});
        bans.add(BanTarget.parse(address), Duration.ofDays(1), "Spam", "this machine");
        bans.poll();
    }

    /** The proxy is on the server's own machine, and its visitors ask for localhost: the worst case there is. */
    @Test
    void nobodyIsAnOperatorForComingThroughTheProxy() throws Exception {
        String token = operatorToken();
        try (InProcessServer server = server();
                ProxyProcess proxy = proxy(server.port());
                ProxyVisitor visitor = visitor(proxy, "127.0.0.1")) {
            assertThat(plain(server.port(), "/report.json").statusCode())
                    .as("without the proxy")
                    .isEqualTo(200);
            String[][] claims = {
                {},
                {"X-Forwarded-For", "127.0.0.1"},
                {"X-Forwarded-For", "::1", "X-Forwarded-Proto", "http", "X-Real-IP", "127.0.0.1"},
                {"Forwarded", "for=127.0.0.1;host=localhost"},
                {"X-Forwarded-Host", "localhost", "X-Client-IP", "127.0.0.1"},
            };
            for (String path : List.of("/report", "/report.json", "/report.csv", "/logs", "/logs/events", "/metrics")) {
                for (String[] each : claims) {
                    assertThat(visitor.get(path, each).statusCode())
                            .as("%s %s", path, List.of(each))
                            .isEqualTo(401);
                }
            }
            String bearer = "Bearer " + token;
            assertThat(visitor.get("/report.json", "Authorization", bearer).statusCode())
                    .isEqualTo(200);
            HttpResponse<String> signedIn =
                    visitor.post("/operator/sign-in", "token=" + token, "Origin", "https://localhost:" + proxy.port());
            assertThat(signedIn.headers().firstValue("Set-Cookie").orElse(""))
                    .startsWith("__Host-")
                    .contains("Secure");
            followsTheLog(visitor, bearer);
        }
    }

    /** As the command {@code operator-token} does it. */
    private String operatorToken() throws Exception {
        return OperatorTokens.open(dir.resolve("server/state/operator-tokens"), notice -> {})
                .create("ops", Instant.now());
    }

    /** Lines come while they are written, and not when the answer is over. */
    private static void followsTheLog(ProxyVisitor visitor, String bearer) throws Exception {
        HttpResponse<InputStream> stream = visitor.follow("/logs/events", "Authorization", bearer);
        assertThat(stream.statusCode()).isEqualTo(200);
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            assertThat(visitor.connect()).isEqualTo(101);
            String line = lines.readLine();
            while (!line.contains("New Connection")) {
                line = lines.readLine();
            }
        }
    }

    @Test
    void theLoadClientLosesNothingOverTls() throws Exception {
        String token = operatorToken();
        try (InProcessServer server = server();
                ProxyProcess proxy = proxy(server.port())) {
            CommandRun played = CommandRun.stress(
                    Map.of("OPERATOR_TOKEN", token),
                    dir.resolve("results"),
                    "classic",
                    "URL=wss://localhost:" + proxy.port() + "/",
                    "CA=" + certificate.pem(),
                    "CLIENTS=" + CLIENTS,
                    "MESSAGES=" + MESSAGES,
                    "DURATION=30s");
            assertThat(played.total("connected")).isEqualTo(CLIENTS);
            assertThat(played.total("delivered"))
                    .isEqualTo(played.total("sent"))
                    .isEqualTo(CLIENTS * MESSAGES);
            for (String each : List.of("lost", "duplicated", "reordered", "corrupted", "misdelivered", "failed")) {
                assertThat(played.total(each)).as(each).isZero();
            }
            assertThat(played.out()).contains("agrees").doesNotContain("DIFFERS");
        }
    }

    @Test
    void aServerThatIsGoneCostsNobodyAnything() throws Exception {
        try (InProcessServer server = server();
                ProxyProcess proxy = proxy(RedisProcess.freePort(), server.port(), RedisProcess.freePort());
                ProxyVisitor visitor = visitor(proxy, VISITOR)) {
            for (int i = 0; i < 12; i++) {
                assertThat(visitor.get("/healthz").statusCode()).isEqualTo(200);
                assertThat(visitor.connect()).isEqualTo(101);
            }
        }
    }

    /** So that a session that is clicked on in the log is in the log of the server that is asked. */
    @Test
    void anOperatorStaysWithOneServerAndVisitorsAreSpread() throws Exception {
        try (StandIns servers = new StandIns(0, 0, 0);
                ProxyProcess proxy = proxy(servers.ports())) {
            Set<String> all = new HashSet<>();
            for (int i = 1; i <= 16; i++) {
                try (ProxyVisitor operator = visitor(proxy, "127.0.0." + i)) {
                    Set<String> names = new HashSet<>();
                    for (String each : StandIns.OF_ONE_SERVER) {
                        names.add(operator.get(each).body());
                    }
                    assertThat(names).as("127.0.0.%d", i).hasSize(1);
                    all.addAll(names);
                }
            }
            assertThat(all).as("operators").hasSizeGreaterThan(1);
            try (ProxyVisitor visitor = visitor(proxy, VISITOR)) {
                Set<String> visited = new HashSet<>();
                for (int i = 0; i < 30; i++) {
                    visited.add(visitor.get("/").body());
                }
                assertThat(visited).as("one visitor").hasSizeGreaterThan(1);
                String own = visitor.get("/logs").body();
                servers.end(own);
                assertThat(visitor.get("/logs").statusCode()).isEqualTo(200);
                assertThat(visitor.get("/logs").body()).isNotEqualTo(own);
            }
        }
    }
}
