package loomchat.loadtest.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    @Test
    void whyARunFailedIsToldWithoutWhatMayBeSecret() {
        assertThat(Announcement.ofFailure(
                                "Nobody was let in. ws://a:hush@b.example/chat?key=hush: HTTP 404\u001b[2J; wss://c/?x=hush; no")
                        .getString("verdict"))
                .isEqualTo("FAILED: Nobody was let in. ws://b.example/chat: HTTP 404?[2J; wss://c/; no");
    }
}
