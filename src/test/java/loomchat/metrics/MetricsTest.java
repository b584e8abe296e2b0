package loomchat.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import loomchat.Loomchat;
import loomchat.testing.RawClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code /metrics} of a real server, asked over HTTP as a monitoring system does. */
@Timeout(60)
class MetricsTest {
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");
    private static final Set<String> LABELS = Set.of(
            "version",
            "java",
            "scheduler",
            "protocol",
            "reason",
            "result",
            "direction",
            "path",
            "file",
            "loop",
            "kind",
            "le");

    @TempDir
    private static Path logs;

    private static Loomchat server;
    private static HttpClient client;

    @BeforeAll
    static void start() throws Exception {
        server = Loomchat.start(Map.of(
                "PORT",
                "0",
                "HOST",
                "127.0.0.1",
                "LOG_DIR",
                logs.toString(),
                "METRICS_PORT",
                "0",
                "DRAIN_TIMEOUT",
                "0s"));
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @Test
    void totalsAreThoseOfTheRecord() throws Exception {
        Map<String, Double> before = scrape();
        try (RawClient first = RawClient.open(server.port(), "/")) {
            await().until(() -> scrape().get("loomchat_waiting") == 1);
            try (RawClient second = RawClient.open(server.port(), "/")) {
                first.readText();
                second.readText();
                for (String text : List.of("one", "two", "three")) {
                    first.sendText(text);
                    second.readText();
                }
                Map<String, Double> now = scrape();
                assertThat(now.get("loomchat_connections{protocol=\"plain\"}")).isEqualTo(2);
                assertThat(now.get("loomchat_pairs")).isEqualTo(1);
            }
            first.readText();
        }
        assertThat(shakeHands(server.port(), "Origin: http://elsewhere.example"))
                .isEqualTo(403);
        await().until(() -> scrape().get("loomchat_connections{protocol=\"plain\"}") == 0);

        Map<String, Double> after = scrape();
        Map<String, Double> grown = new HashMap<>();
        after.forEach((name, value) -> grown.put(name, value - before.getOrDefault(name, 0.0)));
        assertThat(grown.get("loomchat_connections_opened_total{protocol=\"plain\"}"))
                .isEqualTo(2);
        assertThat(grown.get("loomchat_matches_total")).isEqualTo(1);
        assertThat(grown.get("loomchat_match_wait_seconds_count")).isEqualTo(1);
        assertThat(grown.get("loomchat_messages_relayed_total")).isEqualTo(3);
        assertThat(grown.get("loomchat_refusals_total{reason=\"origin\"}")).isEqualTo(1);
        assertThat(sum(grown, "loomchat_disconnects_total")).isEqualTo(2);
        assertThat(sum(grown, "loomchat_chats_ended_total")).isEqualTo(1);

        assertThat(after.get("loomchat_matches_total")).isEqualTo(recorded("Matched"));
        assertThat(after.get("loomchat_messages_relayed_total")).isEqualTo(recorded("Message Relay"));
        assertThat(sum(after, "loomchat_connections_opened_total")).isEqualTo(recorded("New Connection"));
        assertThat(sum(after, "loomchat_disconnects_total")).isEqualTo(recorded("Disconnected"));
    }

    @Test
    void theFormatIsWhatTheClientAsksFor() throws Exception {
        HttpResponse<byte[]> plain = get(server.port(), "/metrics");
        assertThat(plain.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(text(plain)).contains("# TYPE loomchat_messages_relayed_total counter");

        HttpResponse<byte[]> open = get(
                server.port(),
                "/metrics",
                "Accept",
                "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5",
                "Accept-Encoding",
                "gzip");
        assertThat(open.headers().firstValue("Content-Type"))
                .hasValue("application/openmetrics-text; version=1.0.0; charset=utf-8");
        assertThat(open.headers().firstValue("Content-Encoding")).hasValue("gzip");
        String unzipped = new String(
                new GZIPInputStream(new ByteArrayInputStream(open.body())).readAllBytes(), StandardCharsets.UTF_8);
        assertThat(unzipped)
                .contains("# TYPE loomchat_messages_relayed counter")
                .endsWith("# EOF\n");
    }

    @Test
    void onTheMainPortItIsForOperators() throws Exception {
        HttpResponse<byte[]> stranger = get(server.port(), "/metrics", "X-Forwarded-For", "203.0.113.7");
        assertThat(stranger.statusCode()).isEqualTo(401);
        assertThat(stranger.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        assertThat(text(stranger)).doesNotContain("loomchat_");
    }

    @Test
    void onItsOwnPortThereIsNothingElse() throws Exception {
        int port = server.metricsPort();
        assertThat(get(port, "/metrics", "X-Forwarded-For", "203.0.113.7").statusCode())
                .isEqualTo(200);
        assertThat(get(port, "/readyz").statusCode()).isEqualTo(200);
        assertThat(get(port, "/healthz").statusCode()).isEqualTo(200);
        for (String path : List.of("/", "/report", "/report.json", "/logs", "/operator", "/ws", "/session")) {
            assertThat(get(port, path).statusCode()).as(path).isEqualTo(404);
        }
        assertThat(shakeHands(port)).isEqualTo(404);
    }

    @Test
    void labelsNameNobody() throws Exception {
        try (RawClient one = RawClient.open(server.port(), "/")) {
            Map<String, Double> all = scrape();
            assertThat(all).hasSizeLessThanOrEqualTo(300);
            Set<String> labels = new TreeSet<>();
            for (String series : all.keySet()) {
                assertThat(series).doesNotContain("127.0.0.1");
                LABEL.matcher(series).results().forEach(label -> labels.add(label.group(1)));
            }
            assertThat(LABELS).containsAll(labels);
        }
    }

    @Test
    void loopsAreProbedOnceASecond() throws Exception {
        double before = scrape().get("loomchat_loop_late_seconds_count");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> scrape().get("loomchat_loop_late_seconds_count") >= before + 2);
    }

    @Test
    void aPortThatIsTakenStopsTheStart(@TempDir Path other) throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            String port = Integer.toString(taken.getLocalPort());
            assertThatThrownBy(() ->
                            Loomchat.start(Map.of("PORT", "0", "LOG_DIR", other.toString(), "METRICS_PORT", port)))
                    .isInstanceOf(Loomchat.CannotStart.class)
                    .hasMessageStartingWith("METRICS_PORT=" + port + " on METRICS_HOST=0.0.0.0 cannot be listened on");
        }
        // Nothing was left behind: the same folder can be used at once.
        Loomchat.start(Map.of("PORT", "0", "LOG_DIR", other.toString())).close();
    }

    @Test
    void theVisitorsPortIsNotAllowed() {
        assertThatThrownBy(() -> Loomchat.start(Map.of("PORT", "18123", "METRICS_PORT", "18123")))
                .isInstanceOf(Loomchat.CannotStart.class)
                .hasMessage(
                        "METRICS_PORT=18123 is not allowed: off, or a whole number from 0 to 65535 other than PORT");
    }

    private static int shakeHands(int port, String... headers) throws IOException {
        try (RawClient raw = RawClient.connect(port)) {
            raw.send(RawClient.request("/", headers));
            return raw.readResponse().status();
        }
    }

    private static long recorded(String event) throws IOException {
        await().until(() -> scrape().get("loomchat_log_queue_events") == 0);
        try (var lines = Files.lines(logs.resolve("chat-logs.jsonl"))) {
            return lines.filter(each -> each.contains("\"event\":\"" + event + "\""))
                    .count();
        }
    }

    private static double sum(Map<String, Double> series, String name) {
        return series.entrySet().stream()
                .filter(each -> each.getKey().startsWith(name + "{"))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    private static Map<String, Double> scrape() throws IOException, InterruptedException {
        HttpResponse<byte[]> response = get(server.metricsPort(), "/metrics");
        assertThat(response.statusCode()).isEqualTo(200);
        Map<String, Double> series = new HashMap<>();
        for (String line : text(response).lines().toList()) {
            if (!line.startsWith("#")) {
                int space = line.lastIndexOf(' ');
                series.put(line.substring(0, space), Double.parseDouble(line.substring(space + 1)));
            }
        }
        return series;
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static HttpResponse<byte[]> get(int port, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }
}
