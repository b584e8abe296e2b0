package loomchat.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import loomchat.testing.JsonClient;
import loomchat.testing.RawClient;
import loomchat.testing.RedisProcess;
import loomchat.testing.ServerProcess;
import loomchat.testing.prometheus.PrometheusProcess;
import org.awaitility.Awaitility;

/**
 * Two servers of a crowd and a real Prometheus that scrapes them: one on its own port for metrics, the other on the
 * port of its visitors. Visitors do something of each kind that metrics count.
 */
final class ScrapedCrowd implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final int MOST_ROUNDS = 200;
    private static final String KINDS = ",\"kinds\":[\"audio\"]";

    private final RedisProcess redis;
    private final List<ServerProcess> servers = new ArrayList<>();
    private final List<String> targets;
    private final PrometheusProcess prometheus;

    ScrapedCrowd(Path dir) throws Exception {
        redis = new RedisProcess(Files.createDirectory(dir.resolve("redis")));
        try {
            int metricsPort = RedisProcess.freePort();
            Map<String, String> settings = Map.of("REDIS_URL", redis.url(), "CALLS", "all", "DRAIN_TIMEOUT", "0s");
            Map<String, String> first = new TreeMap<>(settings);
            first.put("METRICS_PORT", Integer.toString(metricsPort));
            servers.add(new ServerProcess(dir.resolve("first"), first));
            servers.add(new ServerProcess(dir.resolve("second"), settings));
            targets = List.of("127.0.0.1:" + metricsPort, "127.0.0.1:" + port(1));
            prometheus = new PrometheusProcess(Files.createDirectory(dir.resolve("prometheus")), targets);
        } catch (Throwable e) {
            servers.forEach(ServerProcess::close);
            redis.close();
            throw e;
        }
    }

    PrometheusProcess prometheus() {
        return prometheus;
    }

    RedisProcess redis() {
        return redis;
    }

    ServerProcess server(int nth) {
        return servers.get(nth);
    }

    /** What Prometheus calls the two servers. */
    List<String> targets() {
        return targets;
    }

    private int port(int nth) {
        return servers.get(nth).port();
    }

    /** Waits until the servers know each other, and Prometheus them. */
    void awaitServers() {
        Awaitility.await()
                .atMost(60, TimeUnit.SECONDS)
                .until(() -> prometheus
                        .query("loomchat_cluster_servers", "instance")
                        .equals(Map.of(targets.get(0), 2.0, targets.get(1), 2.0)));
    }

    void playVisitors() throws Exception {
        awaitServers();
        talkOnOneServer();
        talkAcrossServers();
        collectGarbage(servers.getFirst());
        try (RawClient stranger = RawClient.connect(port(0))) {
            stranger.send(RawClient.request("/ws", "Origin: https://elsewhere.example"));
            assertThat(stranger.readResponse().status()).isEqualTo(403);
        }
        reports();
    }

    /** Plain visitors: some close, one vanishes. They talk until one batch was timed. */
    private void talkOnOneServer() throws Exception {
        JsonClient ann = JsonClient.plain(port(0));
        JsonClient bob = JsonClient.plain(port(0));
        assertThat(ann.receive()).contains("connected to a stranger");
        assertThat(bob.receive()).contains("connected to a stranger");
        int rounds = 0;
        while (timed("local") == 0 && rounds < MOST_ROUNDS) {
            rounds++;
            for (int i = 0; i < 20; i++) {
                ann.send("hello " + i);
                assertThat(bob.receive()).contains("hello " + i);
            }
        }
        ann.close(1000);
        assertThat(bob.receive()).contains("Stranger disconnected");
        bob.send("to nobody");
        bob.vanish();
    }

    /** Visitors of {@code chat.v1}, one on each server, with a call. */
    private void talkAcrossServers() throws Exception {
        try (JsonClient cat = JsonClient.v1(port(0));
                JsonClient dan = JsonClient.v1(port(1))) {
            cat.next("welcome");
            dan.next("welcome");
            cat.send("{\"type\":\"find\",\"interests\":[]}");
            Awaitility.await()
                    .atMost(30, TimeUnit.SECONDS)
                    .until(() ->
                            prometheus.query("loomchat_waiting", "instance").get(targets.get(0)) == 1);
            dan.send("{\"type\":\"find\",\"interests\":[]}");
            long catsChat = cat.next("matched").getJsonNumber("chat").longValue();
            long dansChat = dan.next("matched").getJsonNumber("chat").longValue();
            call(cat, catsChat, "\"do\":\"invite\"" + KINDS);
            cat.next("call");
            dan.next("call");
            call(dan, dansChat, "\"call\":1,\"do\":\"accept\"" + KINDS);
            dan.next("call");
            cat.next("call");
            call(cat, catsChat, "\"call\":1,\"do\":\"end\"");
            int said = 0;
            while (timed("cluster") == 0 && said < 20 * MOST_ROUNDS) {
                said++;
                cat.send("{\"type\":\"chat\",\"chat\":%d,\"id\":%d,\"text\":\"hello\"}".formatted(catsChat, said));
                JsonObject heard = dan.next();
                while (!heard.getString("type").equals("chat")) {
                    heard = dan.next();
                }
            }
            cat.send("{\"type\":\"leave\",\"chat\":%d}".formatted(catsChat));
            dan.next("left", "call", "chat", "delivered");
            cat.close(1000);
            dan.close(1000);
            assertThat(cat.closeCode()).isEqualTo(1000);
            assertThat(dan.closeCode()).isEqualTo(1000);
        }
    }

    private void call(JsonClient who, long chat, String what) {
        who.send("{\"type\":\"call\",\"chat\":%d,%s}".formatted(chat, what));
    }

    /** How many messages of a kind the first server has timed, or the second. */
    private double timed(String path) throws Exception {
        double sum = 0;
        for (String each : targets) {
            String line = "loomchat_relay_seconds_count{path=\"" + path + "\"} ";
            sum += metrics(each)
                    .lines()
                    .filter(row -> row.startsWith(line))
                    .mapToDouble(row -> Double.parseDouble(row.substring(line.length())))
                    .sum();
        }
        return sum;
    }

    /** So that a collection has a length. */
    private static void collectGarbage(ServerProcess server) throws Exception {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process process = new ProcessBuilder(jcmd, Long.toString(server.pid()), "GC.run")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    String metrics(String target) throws Exception {
        return body(target, "/metrics");
    }

    /** What each server reports. */
    List<JsonObject> reports() throws Exception {
        List<JsonObject> all = new ArrayList<>();
        for (ServerProcess each : servers) {
            all.add(JsonClient.json(body("127.0.0.1:" + each.port(), "/report.json")));
        }
        return all;
    }

    private static String body(String target, String path) throws Exception {
        HttpResponse<String> response = HTTP.send(
                HttpRequest.newBuilder(URI.create("http://" + target + path)).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(path).isEqualTo(200);
        return response.body();
    }

    @Override
    public void close() throws Exception {
        prometheus.close();
        servers.forEach(ServerProcess::close);
        redis.close();
    }
}
