package loomchat.testing.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import loomchat.testing.JsonClient;
import loomchat.testing.RedisProcess;
import org.awaitility.Awaitility;

/**
 * A Prometheus of its own for one test, on a free port of 127.0.0.1, with {@code deploy/prometheus/prometheus.yml}: the
 * same but for the servers, and for a second where the file says 15.
 */
public final class PrometheusProcess implements AutoCloseable {
    private static final Path CONFIGURATION = Path.of("deploy/prometheus/prometheus.yml");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Process process;
    private final int port = RedisProcess.freePort();

    /**
     * Starts it and waits until it answers.
     *
     * @param folder where it keeps what it scraped
     * @param targets host and port of each server
     */
    public PrometheusProcess(Path folder, List<String> targets) throws Exception {
        Promtool.requireInstalled();
        Path file = folder.resolve("prometheus.yml");
        Files.writeString(file, configuration(targets));
        process = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + file,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--log.level=warn")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(this::isReady);
    }

    private static String configuration(List<String> targets) throws IOException {
        String all = Files.readString(CONFIGURATION);
        String servers =
                targets.stream().map(each -> "          - " + each + "\n").collect(Collectors.joining());
        String here = all.replaceFirst("(?m)(^ {10}- loomchat-\\d:9464\n)+", servers)
                .replace("_interval: 15s", "_interval: 1s")
                .replace(
                        "- rules/", "- " + CONFIGURATION.resolveSibling("rules").toAbsolutePath() + "/");
        assertThat(here).contains(targets).doesNotContain("loomchat-1:").contains("_interval: 1s");
        return here;
    }

    private boolean isReady() throws InterruptedException {
        try {
            return HTTP.send(
                                    HttpRequest.newBuilder(URI.create(url() + "/-/ready"))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /** The data of an answer of its API, which has been successful. */
    public JsonValue get(String path, Map<String, String> parameters) throws Exception {
        String query = parameters.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + path + "?" + query))
                .timeout(Duration.ofSeconds(20))
                .build();
        HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        JsonObject answer = JsonClient.json(response.body());
        assertThat(answer.getString("status"))
                .as(parameters + ": " + response.body())
                .isEqualTo("success");
        return answer.get("data");
    }

    /** The series that an expression has now: labels and value of each. */
    public JsonArray query(String expression) throws Exception {
        return get("/api/v1/query", Map.of("query", expression)).asJsonObject().getJsonArray("result");
    }

    /** The values that an expression has now, by one of their labels. */
    public Map<String, Double> query(String expression, String label) throws Exception {
        Map<String, Double> values = new TreeMap<>();
        for (JsonObject each : query(expression).getValuesAs(JsonObject.class)) {
            double value = Double.parseDouble(each.getJsonArray("value").getString(1));
            assertThat(values.put(each.getJsonObject("metric").getString(label, ""), value))
                    .as("one series with each " + label + " in " + expression)
                    .isNull();
        }
        return values;
    }

    /** SIGTERM. */
    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
