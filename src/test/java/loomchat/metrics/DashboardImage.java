package loomchat.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import loomchat.browser.Browser;
import loomchat.browser.Page;
import loomchat.testing.RedisProcess;
import loomchat.testing.ServerProcess;
import loomchat.testing.prometheus.PrometheusProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Draws the picture of the overview for the documents: {@code make images}. A load test of a minute plays users on two
 * servers, a real Prometheus scrapes them, and {@code dashboard-picture.js} draws the dashboard's own queries. Not
 * among the tests, because each run makes another picture.
 */
class DashboardImage {
    private static final Path FILE = Path.of("docs/images/dashboard.png");
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
    private static final int WIDTH = 1200;
    private static final int MOST_BYTES = 400_000;
    private static final int SECONDS_BEFORE = 5;
    /** In which the load client takes its users away and writes its results. */
    private static final int SECONDS_OF_THE_END = 8;

    @TempDir
    private Path dir;

    @Test
    void drawIt() throws Exception {
        try (RedisProcess redis = new RedisProcess(Files.createDirectory(dir.resolve("redis")));
                ServerProcess first = server("first", redis);
                ServerProcess second = server("second", redis);
                PrometheusProcess prometheus = new PrometheusProcess(
                        Files.createDirectory(dir.resolve("prometheus")),
                        List.of("127.0.0.1:" + first.port(), "127.0.0.1:" + second.port()));
                Browser browser = Browser.open("--hide-scrollbars", "--allow-file-access-from-files")) {
            Awaitility.await()
                    .atMost(30, TimeUnit.SECONDS)
                    .until(() -> prometheus.query("loomchat_ready", "instance").size() == 2);
            long from = Instant.now().getEpochSecond();
            Awaitility.await().until(() -> Instant.now().getEpochSecond() >= from + SECONDS_BEFORE);
            playUsers(first, second);
            draw(browser, prometheus, from, Instant.now().getEpochSecond() - SECONDS_OF_THE_END);
        }
    }

    private ServerProcess server(String name, RedisProcess redis) throws Exception {
        return new ServerProcess(dir.resolve(name), Map.of("REDIS_URL", redis.url(), "CALLS", "all"));
    }

    private void playUsers(ServerProcess first, ServerProcess second) throws Exception {
        Process client = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "loomchat.Main",
                        "stress",
                        "calls",
                        "CLIENTS=300",
                        "DURATION=60s",
                        "URL=ws://127.0.0.1:" + first.port() + "/,ws://127.0.0.1:" + second.port() + "/",
                        "RESULTS=" + dir.resolve("results"))
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("client").toFile())
                .start();
        // 4: this machine was too busy to play the users on time, which a picture does not show.
        assertThat(client.waitFor()).as(Files.readString(dir.resolve("client"))).isIn(List.of(0, 4));
    }

    private void draw(Browser browser, PrometheusProcess prometheus, long from, long to) throws Exception {
        copy(UPLOT + "uPlot.iife.min.js", "uPlot.js");
        copy(UPLOT + "uPlot.min.css", "uPlot.css");
        copy("dashboard-picture.js", "dashboard-picture.js");
        copy("dashboard-picture.css", "dashboard-picture.css");
        Path file = dir.resolve("picture.html");
        Files.writeString(file, """
                <!doctype html>
                <meta charset="utf-8">
                <title>A dashboard</title>
                <link rel="stylesheet" href="uPlot.css">
                <link rel="stylesheet" href="dashboard-picture.css">
                <script src="uPlot.js"></script>
                <script src="dashboard-picture.js"></script>
                <body></body>
                """);
        Dashboard overview = Dashboard.all().stream()
                .filter(each -> each.name().equals("overview"))
                .findFirst()
                .orElseThrow();
        Page page = browser.page(file.toUri().toString());
        page.resize(WIDTH, WIDTH, false);
        Object height = page.runAsync("""
                const [dashboard, prometheus, from, to, done] = arguments;
                draw(JSON.parse(dashboard), prometheus, from, to, "5s").then(done, (error) => done(String(error)));
                """, overview.json().toString(), prometheus.url(), from, to);
        assertThat(height).as("height, or what was wrong").isInstanceOf(Long.class);
        page.resize(WIDTH, Math.toIntExact((Long) height), false);
        page.screenshot(FILE);
        assertThat(browser.complaints()).isEmpty();
        assertThat(Files.size(FILE)).as("bytes of " + FILE).isLessThan(MOST_BYTES);
    }

    private void copy(String resource, String name) throws Exception {
        try (InputStream in = DashboardImage.class.getResourceAsStream(resource)) {
            Files.copy(in, dir.resolve(name));
        }
    }
}
