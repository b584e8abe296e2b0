package loomchat.loadtest.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import loomchat.loadtest.identity.BearerToken;
import loomchat.loadtest.scenario.ScenarioFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server whose report is for operators. */
class ServerReportTest {
    private static final String TOKEN = "lco_hush";
    private static final String REPORT = """
            {"now":{"connections":0},"totals":{"connections":1,"matches":2,"messages":3,"bytes":4,"disconnects":5},
             "scan":{"sumsSince":%s}}""";

    private volatile String sumsSince = "null";
    private final List<String> notes = new ArrayList<>();
    private HttpServer server;
    private volatile CountDownLatch hangs;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        CountDownLatch hanging = hangs;
        if (hanging != null) {
            try {
                hanging.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
        boolean operator =
                ("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"));
        byte[] body = (operator ? REPORT.formatted(sumsSince) : "no").getBytes(StandardCharsets.US_ASCII);
        exchange.sendResponseHeaders(operator ? 200 : 401, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private ServerReport report(String token) {
        String base = "http://localhost:" + server.getAddress().getPort();
        return new ServerReport(List.of(base), null, BearerToken.of("OPERATOR_TOKEN", token), "id", each -> {});
    }

    @Test
    void anOperatorsTokenOpensIt() {
        try (ServerReport report = report(TOKEN)) {
            assertThat(report.begin(notes)).isTrue();
            report.announce("start", ScenarioFile.load("idle", Map.of()), null, JsonObject.EMPTY_JSON_OBJECT, notes);
            assertThat(notes).isEmpty();
        }
    }

    @Test
    void withoutOneTheNoteNamesTheSetting() {
        try (ServerReport report = report(null)) {
            assertThat(report.begin(notes)).isFalse();
            assertThat(notes).singleElement().asString().contains("OPERATOR_TOKEN");
        }
    }

    @Test
    void aWrongOneIsNotShown() {
        try (ServerReport report = report("lco_wrong")) {
            assertThat(report.begin(notes)).isFalse();
            assertThat(notes).singleElement().asString().doesNotContain("lco_wrong");
        }
    }

    @Test
    void countsWithoutWhatWasRemovedMeanwhileAreNotCompared() {
        try (ServerReport report = report(TOKEN)) {
            assertThat(report.begin(notes)).isTrue();
            sumsSince = "\"2026-11-30T20:54:20.000Z\"";
            assertThat(report.endShare(false, notes)).isNull();
            assertThat(notes).singleElement().asString().contains("removed older records", "LOG_RETAIN_BYTES");
        }
    }

    @Test
    void aServerThatIsGoneIsSaidInWords() {
        try (ServerReport report = report(TOKEN)) {
            assertThat(report.begin(notes)).isTrue();
            server.stop(0);
            assertThat(report.endShare(false, notes)).isNull();
            report.announce("end", ScenarioFile.load("idle", Map.of()), "failed", JsonObject.EMPTY_JSON_OBJECT, notes);
            assertThat(notes)
                    .hasSize(2)
                    .allSatisfy(each ->
                            assertThat(each).doesNotContain("null").matches(".*: (no connection|the connection).*"));
        }
    }

    /** As one that was stopped for good: whatever is asked after that would wait as long once more. */
    @Test
    void aServerThatHangsIsWaitedForOnce() {
        List<String> said = new ArrayList<>();
        String base = "http://localhost:" + server.getAddress().getPort();
        try (ServerReport report = new ServerReport(
                List.of(base), null, BearerToken.of("OPERATOR_TOKEN", TOKEN), "id", said::add, Duration.ofSeconds(3))) {
            assertThat(report.begin(notes)).isTrue();
            CountDownLatch over = new CountDownLatch(1);
            hangs = over;
            assertThat(report.endShare(false, notes)).isNull();
            report.announce("end", ScenarioFile.load("idle", Map.of()), "failed", JsonObject.EMPTY_JSON_OBJECT, notes);
            assertThat(report.use()).isSameAs(ServerUse.UNKNOWN);
            over.countDown();
        }
        assertThat(notes).hasSize(2);
        assertThat(notes.getFirst()).endsWith("no answer within 3 s");
        assertThat(notes.getLast()).endsWith("it still does not answer");
        assertThat(said).singleElement().asString().startsWith("Waiting for an answer of /report.json");
    }

    @Test
    void whyARunFailedIsToldWithoutWhatMayBeSecret() {
        assertThat(Announcement.ofFailure(
                                "Nobody was let in. ws://a:hush@b.example/chat?key=hush: HTTP 404\u001b[2J; wss://c/?x=hush; no")
                        .getString("verdict"))
                .isEqualTo("FAILED: Nobody was let in. ws://b.example/chat: HTTP 404?[2J; wss://c/; no");
    }
}
