package loomchat.web;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import loomchat.Loomchat;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The report, the live log and the announcement of load tests over HTTP, from a real server. Long, because all share
 * one server and its history.
 */
@Timeout(60)
class ReportRoutesTest {
    @TempDir
    private static Path logs;

    private static Loomchat server;
    private static HttpClient client;

    @BeforeAll
    static void start() throws Exception {
        // Hostile text that an older server could have logged.
        Files.writeString(
                logs.resolve("chat-logs-20250729T000000000Z.jsonl"),
                "{\"time\":\"7/29/2025, 10:20:50 PM\",\"event\":\"Disconnected\",\"details\":\"x\",\"reason\":\"<script>alert(1)</script>\"}\n"
                                .repeat(3)
                        + "{\"time\":\"7/29/2025, 10:20:51 PM\",\"event\":\"Message Relay\",\"details\":\"Message size: 500 bytes\"}\n"
                        + "not a line\n");
        server = Loomchat.start(Map.of("PORT", "0", "HOST", "127.0.0.1", "LOG_DIR", logs.toString()));
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        if (client != null) {
            client.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Test
    void jsonHasTheShapeThatIsDocumented() throws Exception {
        JsonObject report = json("/report.json");
        assertThat(report.getJsonObject("totals"))
                .containsKeys(
                        "connections",
                        "matches",
                        "messages",
                        "disconnects",
                        "bytes",
                        "starts",
                        "crashes",
                        "uptimeSeconds");
        assertThat(report.getJsonObject("now"))
                .containsKeys("rssBytes", "heapBytes", "cpuPercent", "cpuCores", "connections", "waiting", "pairs");
        assertThat(report.getJsonObject("scan")).containsKeys("bytes", "lines", "skippedLines", "millis");
        assertThat(report.getJsonObject("totals").getInt("disconnects")).isEqualTo(3);
        assertThat(report.getJsonObject("totals").getInt("bytes")).isEqualTo(500);
        assertThat(report.getJsonObject("scan").getInt("skippedLines")).isEqualTo(1);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> json("/report.json").getJsonObject("now").getBoolean("live"));
        assertThat(json("/report.json")
                        .getJsonObject("now")
                        .getJsonNumber("rssBytes")
                        .longValue())
                .isGreaterThan(1_000_000);
    }

    @Test
    void whoTakesGzipGetsTheSameSmaller() throws Exception {
        for (String path : List.of("/report?range=1d", "/report.json", "/report.csv", "/report/uPlot.js")) {
            HttpRequest zipped = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                    .header("Accept-Encoding", "br;q=1, gzip;q=0.5")
                    .build();
            HttpResponse<byte[]> response = client.send(zipped, HttpResponse.BodyHandlers.ofByteArray());
            assertThat(response.headers().firstValue("Content-Encoding"))
                    .as(path)
                    .hasValue("gzip");
            assertThat(response.headers().firstValue("Vary")).as(path).hasValue("Accept-Encoding");
            byte[] whole = new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes();
            assertThat(response.body().length).as(path).isLessThan(whole.length);
            HttpResponse<String> plain = get(path);
            assertThat(plain.headers().firstValue("Content-Encoding")).as(path).isEmpty();
            assertThat(new String(whole, StandardCharsets.UTF_8))
                    .as(path)
                    .startsWith(plain.body().substring(0, 8));
        }
    }

    @Test
    void thePageIsWholeEscapedAndHasNoInlineCode() throws Exception {
        HttpResponse<String> page = get("/report?range=all");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains("&lt;script&gt;alert(1)")
                .doesNotContain("<script>alert(1)")
                .endsWith("</html>\n");
        assertThat(page.body()).doesNotContainPattern(" style=|<style| on[a-z]+=\"|innerHTML");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("script-src 'self'");
        assertThat(get("/report/uPlot.js").body()).contains("uPlot");
        assertThat(get("/report/uPlot.css").body()).contains(".uplot");
    }

    @Test
    void largeAnswersArriveWhole() throws Exception {
        long start = java.time.Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
        StringBuilder samples = new StringBuilder();
        for (int i = 0; i < 3_000; i++) {
            samples.append("{\"time\":\"%s\",\"millis\":60000,\"bytesIn\":%d,\"connections\":%d,\"rssBytes\":%d}\n"
                    .formatted(java.time.Instant.ofEpochMilli(start + i * 60_000L), i * 977, i, 90_000_000 + i * 31));
        }
        Files.writeString(logs.resolve("bandwidth-20260103T020000000Z.jsonl"), samples);
        String range = "from=2026-01-01&to=2026-01-03T02:01&bucket=1m";
        assertThat(json("/report.json?" + range).getJsonObject("series").getJsonArray("time"))
                .hasSize(3_000);
        HttpResponse<String> csv = get("/report.csv?" + range);
        assertThat(csv.body().length()).isGreaterThan(200_000);
        assertThat(csv.body().lines())
                .hasSize(3_001)
                .allSatisfy(line -> assertThat(line.split(",", -1)).hasSize(87));
        assertThat(get("/report?" + range).body()).endsWith("</html>\n");
    }

    @Test
    void whatCannotBeAskedForIsOneLine() throws Exception {
        for (String query : List.of(
                "from=yesterday",
                "from=2026-01-02&to=2026-01-01",
                "to=2026-13-01",
                "bucket=7m",
                "bucket=1s&from=2020-01-01",
                "range=soon",
                "range=1d&from=2026-01-01",
                "node=none",
                "range=1d&range=2d",
                "page=2")) {
            for (String path : List.of("/report", "/report.json", "/report.csv")) {
                HttpResponse<String> answer = get(path + "?" + query);
                assertThat(answer.statusCode()).as(query).isEqualTo(400);
                assertThat(answer.body().lines()).as(query).hasSize(1);
            }
        }
        HttpResponse<String> page = get("/report?range=soon", "Accept", "text/html,*/*;q=0.8");
        assertThat(page.statusCode()).isEqualTo(400);
        assertThat(page.body())
                .startsWith("<!doctype html>")
                .contains("range=soon is not allowed: ", "href=\"/report?range=all\"");
        page = get("/logs?event=%3Cb%3E", "Accept", "text/html,*/*;q=0.8");
        assertThat(page.statusCode()).isEqualTo(400);
        assertThat(page.body())
                .startsWith("<!doctype html>")
                .contains("event=&lt;b&gt;")
                .doesNotContain("<b>");
        for (String query : List.of("%", "%zz", "to=%zz", "to=%")) {
            assertThat(statusOf("/report?" + query)).as(query).isEqualTo(400);
        }
        assertThat(get("/report.json?range=1d&range=2d").body()).isEqualTo("range is given more than once\n");
        assertThat(get("/logs?session=1&session=2").statusCode()).isEqualTo(400);
        assertThat(get("/logs?event=Nothing").statusCode()).isEqualTo(400);
        assertThat(get("/logs/events?session=-1").statusCode()).isEqualTo(400);
    }

    @Test
    void theLiveLogBeginsWithHistoryAndGoesOn() throws Exception {
        assertThat(get("/logs").body()).contains("Server Started").endsWith("</html>\n");
        HttpRequest request = HttpRequest.newBuilder(uri("/logs/events?event=Load+Test+Started"))
                .build();
        HttpResponse<java.io.InputStream> stream = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(stream.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            List<String> seen = new ArrayList<>();
            while (!seen.contains("event: begin") || !seen.contains("event: idle")) {
                seen.add(lines.readLine());
            }
            assertThat(post("{\"phase\":\"start\",\"id\":\"live-1\",\"scenario\":\"live\",\"clients\":3}")
                            .statusCode())
                    .isEqualTo(204);
            while (!seen.getLast().contains("live with 3 clients")) {
                seen.add(lines.readLine());
            }
            assertThat(seen.getLast()).startsWith("data: {").contains("\"event\":\"Load Test Started\"");
        }
    }

    @Test
    void announcedLoadTestsAreMarked() throws Exception {
        assertThat(post("{\"phase\":\"start\",\"id\":\"run-7\",\"scenario\":\"classic\",\"clients\":3000}")
                        .statusCode())
                .isEqualTo(204);
        assertThat(post("{\"phase\":\"end\",\"id\":\"run-7\",\"scenario\":\"classic\",\"result\":\"passed <b>\","
                                + "\"seconds\":2,\"counts\":{\"lost\":0},\"latencies\":{\"intended\":{\"p99\":1.2}}}")
                        .statusCode())
                .isEqualTo(204);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> json("/report.json").getJsonArray("marks").stream()
                                .filter(mark ->
                                        mark.asJsonObject().getString("id", "").equals("run-7"))
                                .count()
                        == 2);
        assertThat(get("/report.json").body())
                .contains("\"scenario\":\"classic\",\"clients\":3000")
                .contains("\"result\":\"passed <b>\",\"p99Millis\":1.2,\"lost\":0}");
        assertThat(get("/report").body()).contains("passed &lt;b&gt;");
    }

    @Test
    void announcementsThatSayNothingAreRefusedWithOneLine() throws Exception {
        for (String body : List.of(
                "",
                "[]",
                "{\"phase\":\"middle\",\"id\":\"a\",\"scenario\":\"b\"}",
                "{\"phase\":\"start\",\"id\":\"a b\",\"scenario\":\"b\",\"clients\":1}",
                "{\"phase\":\"start\",\"id\":\"a\",\"scenario\":\"b\",\"clients\":-1}",
                "{\"phase\":\"start\",\"id\":\"a\",\"scenario\":\"b\",\"clients\":1e400}",
                "{\"phase\":\"end\",\"id\":\"a\",\"scenario\":\"b\"}",
                "{\"phase\":\"end\",\"id\":\"a\",\"scenario\":\"b\",\"result\":\"passed\",\"seconds\":\"x\"}",
                "{\"phase\":\"end\",\"id\":\"a\",\"scenario\":\"b\",\"result\":\"" + "x".repeat(3000) + "\"}")) {
            HttpResponse<String> answer = post(body);
            assertThat(answer.statusCode()).as(body).isIn(400, 429);
            assertThat(answer.body().lines()).as(body).hasSize(1);
        }
        HttpRequest form = HttpRequest.newBuilder(uri("/loadtest"))
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        assertThat(client.send(form, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(415);
    }

    private static JsonObject json(String path) throws Exception {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        try (JsonReader reader = Json.createReader(new StringReader(answer.body()))) {
            return reader.readObject();
        }
    }

    private static HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
        return client.send(
                (headers.length == 0 ? request : request.headers(headers)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void anAnnouncementThatStopsInTheMiddleIsRefused() throws Exception {
        String head = "POST /loadtest HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n";
        assertThat(statusOfAll(head + "Content-Length: 100\r\n\r\n{\"phase\"")).isEqualTo(400);
        assertThat(statusOfAll(head + "Transfer-Encoding: chunked\r\n\r\nno chunk\r\n"))
                .isEqualTo(400);
    }

    /** A request that the HTTP client of the JDK refuses to send. */
    private static int statusOf(String target) throws Exception {
        return statusOfAll("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    }

    /** The answer to these bytes, after which nothing more comes. */
    private static int statusOfAll(String request) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            String status = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            return Integer.parseInt(status.split(" ")[1]);
        }
    }

    private static HttpResponse<String> post(String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/loadtest"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }
}
