package loomchat.loadtest.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import loomchat.Loomchat;
import loomchat.browser.Accessibility;
import loomchat.browser.Browser;
import loomchat.browser.Page;
import loomchat.loadtest.measure.ServerLoad;
import loomchat.loadtest.measure.TimelineColumn;
import loomchat.loadtest.measure.TimelineRow;
import loomchat.loadtest.testing.CommandRun;
import loomchat.testing.RawClient;
import loomchat.testing.RedisProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.interactions.Actions;

/** The live page of a run and {@code report.html}, in a real browser. Long, because they share the runs. */
class DashboardTest {
    private static final String HOSTILE = "</script><img src=x onerror=\"hacked=1\"><!--'&lt;";

    @TempDir
    private static Path folder;

    private static Browser browser;
    private static Loomchat server;

    @BeforeAll
    static void start() throws Exception {
        browser = Browser.open();
        server = Loomchat.start(Map.of(
                "PORT",
                "0",
                "HOST",
                "127.0.0.1",
                "LOG_DIR",
                folder.resolve("logs").toString()));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void theLivePageFollowsARunToItsVerdictAndKeepsIt() throws Exception {
        // On a busy machine a tab may take as long as a part of the run.
        Page page = browser.page("about:blank");
        int port = RedisProcess.freePort();
        FutureTask<CommandRun> run = stress(
                "classic",
                "CLIENTS=20",
                "DURATION=8s",
                "THRESHOLDS=lost == 0, failed == 0, rate < 1",
                "DASHBOARD=:" + port);
        awaitPage(port);
        page.front().get("http://127.0.0.1:" + port + "/");
        page.waitForText("h1", "so far");
        page.waitFor("[data-graph=messages] canvas");
        page.waitForText(".conditions", "would pass");
        page.waitForText(".conditions", "would fail");
        assertThat(page.isShown(".plan")).isTrue();
        assertThat(status(port, "/report.html")).isEqualTo(404);

        page.waitUntil("the verdict", () -> !page.text("h1").endsWith("so far"));
        page.waitFor("[data-part=links] a[download][href^=blob]");
        CommandRun played = run.get(20, TimeUnit.SECONDS);
        assertThat(played.exitCode()).isIn(1, 4);
        assertThat(played.out()).contains("Live page: http://127.0.0.1:" + port + "/");

        // The process that served it is gone.
        assertThat(page.text(".delivery")).contains("%,d delivered".formatted(played.total("delivered")));
        assertThat(page.isShown("[data-part=progress] svg")).isFalse();
        assertThat(page.isShown("[data-graph=server-cpu]")).isTrue();
        Object saved = page.runAsync("const done = arguments[0];"
                + "fetch(document.querySelector('a[download]').href).then((it) => it.text()).then(done, done)");
        // The policy of the page lets no script read it; the browser saves it all the same.
        assertThat(saved).isNotNull();
        Accessibility.assertAccessible(page, "the end of a run");
        page.close();
        browser.complaints();
    }

    @Test
    void theFileOpensFromDiskAndDataStaysData() throws Exception {
        Path file = Files.write(folder.resolve("report.html"), PageFiles.report(view(HOSTILE)));
        Page page = browser.page(file.toUri().toString());
        page.waitFor("[data-graph=latency] canvas");
        assertThat(page.count(".graph-svg")).as("pictures that the script left").isZero();
        assertThat(page.run("return window.hacked")).isNull();
        assertThat(page.count("img")).isEqualTo(1);
        assertThat(page.text(".scenario")).isEqualTo(HOSTILE);
        assertThat(page.texts("table.data td")).contains(HOSTILE);
        assertThat(page.texts(".graph h3")).hasSize(RunGraph.values().length);

        page.resize(1280, 800, false);
        Accessibility.assertAccessible(page, "report.html");
        for (int width : new int[] {390, 320}) {
            page.resize(width, 844, true);
            assertThat(page.run("return document.documentElement.scrollWidth"))
                    .as("width of " + width)
                    .isEqualTo((long) width);
        }
        assertThat(browser.complaints()).isEmpty();
        page.close();
    }

    @Test
    void onPaperTheGraphsFillTheirCardsAndKeepTheColoursOfTheirLegends() throws Exception {
        Path file = Files.write(folder.resolve("printed.html"), PageFiles.report(view("steady")));
        Page page = browser.page(file.toUri().toString());
        page.waitFor("[data-graph=latency] canvas");
        page.devtools("Emulation.setEmulatedMedia", Map.of("media", "print"));
        page.run("dispatchEvent(new Event('beforeprint'))");
        for (String each : List.of("clients", "latency")) {
            assertThat(page.run(
                            "const plot = document.querySelector(`[data-graph=${arguments[0]}] .plot`);"
                                    + "return Math.round(plot.querySelector('canvas').getBoundingClientRect().width - plot.clientWidth)",
                            each))
                    .as(each)
                    .isEqualTo(0L);
        }
        assertThat(page.run("return getComputedStyle(document.querySelector('.swatch')).printColorAdjust"))
                .isEqualTo("exact");
        page.close();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void theServersOwnCountFitsAPhone() throws Exception {
        RunView.Table counts = new RunView.Table(
                "The server's own count",
                List.of("what", "server", "seen here", "verdict"),
                List.of(List.of("disconnects", "63,990,049", "63,990,049 to 63,991,234", "DIFFERS")));
        Path file = Files.write(folder.resolve("counts.html"), PageFiles.report(view("steady", counts)));
        Page page = browser.page(file.toUri().toString());
        page.waitFor("[data-graph=latency] canvas");
        for (int width : new int[] {1440, 1280, 390}) {
            page.resize(width, 844, width == 390);
            assertThat(page.run("const table = document.querySelector('td.range').closest('.table-scroll');"
                            + "return table.scrollWidth - table.clientWidth"))
                    .as("width of " + width)
                    .isEqualTo(0L);
        }
        page.close();
    }

    /** Whose axis went from 9 to 10 ms. */
    @Test
    void aSingleTimeHasAnAxisOfWholeDecades() throws Exception {
        RunView whole = view("steady");
        for (TimelineRow each : whole.timeline()) {
            boolean first = each.get(TimelineColumn.SECONDS) == 1;
            each.put(TimelineColumn.CONNECT_P99, first ? 9_806_000 : 0).put(TimelineColumn.MATCH_P99, 0);
        }
        Page page = browser.page(Files.write(folder.resolve("single.html"), PageFiles.report(whole))
                .toUri()
                .toString());
        page.waitFor("[data-graph=connects] canvas");
        assertThat(page.run("const y = runGraphs.range('connects', 'y'); return `${y.min} ${y.max}`"))
                .isEqualTo("1 10");
        page.close();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void theFileHasItsGraphsWithoutAScriptToo() {
        String file = new String(PageFiles.report(view("steady")), StandardCharsets.UTF_8);
        // That of percentiles has another axis; a table has its numbers.
        assertThat(file.split("<svg class=\"graph-svg\"", -1)).hasSize(RunGraph.values().length);
        assertThat(file).contains(">0:30</text>", ">10 ms</text>").doesNotContain("<noscript>");
        assertThat(pathOf(file, "latency").split("[ML]", -1)).hasSize(61);
    }

    @Test
    void aLongRunIsDrawnWithFewerPointsAndItsWorst() {
        List<TimelineRow> rows = new ArrayList<>();
        for (int second = 1; second <= 2399; second++) {
            TimelineRow row = new TimelineRow();
            for (TimelineColumn each : TimelineColumn.values()) {
                row.put(each, 1e6 * (second == 1234 ? 2000 : 1 + second % 7));
            }
            rows.add(row.put(TimelineColumn.SECONDS, second).put(TimelineColumn.LENGTH, 1));
        }
        RunView brief = view("steady");
        RunView view = new RunView(
                brief.run(),
                brief.title(),
                brief.facts(),
                brief.verdict(),
                null,
                brief.conditions(),
                brief.tiles(),
                brief.tables(),
                brief.notes(),
                rows,
                brief.curves(),
                brief.server());
        String file = new String(PageFiles.report(view), StandardCharsets.UTF_8);
        assertThat(pathOf(file, "latency").split("[ML]", -1)).hasSizeLessThan(RunPicture.MOST_POINTS + 2);
        assertThat(file).contains(">1,000 ms</text>", ">10,000 ms</text>");
        int pictures = Pattern.compile("<svg class=\"graph-svg\".*?</svg>", Pattern.DOTALL)
                .matcher(file)
                .results()
                .mapToInt(each -> each.group().length())
                .sum();
        assertThat(pictures).isLessThan(100_000);
    }

    /** Of the first line of a graph. */
    private static String pathOf(String file, String graph) {
        String figure = file.substring(file.indexOf("data-graph=\"" + graph + "\""));
        String path = figure.substring(figure.indexOf("class=\"line s1\" d=\"") + 19);
        return path.substring(0, path.indexOf('"'));
    }

    @Test
    void oneTooltipHasAllLinesAndADragLooksCloserInEveryGraph() throws Exception {
        Path file = Files.write(folder.resolve("graphs.html"), PageFiles.report(view("steady")));
        Page page = browser.page(file.toUri().toString());
        page.resize(1280, 800, false);
        page.waitFor("[data-graph=latency] canvas");
        var plot = page.front().findElement(By.cssSelector("[data-graph=latency] .u-over"));
        new Actions(page.front()).moveToElement(plot, -50, 0).perform();
        page.waitFor(".graph-tip");
        assertThat(page.count(".graph-tip")).isEqualTo(1);
        assertThat(page.count(".graph-tip .swatch")).isEqualTo(RunGraph.LATENCY.lines.size());
        assertThat(page.text("[data-graph=clients] .legend output")).isNotEmpty();
        page.run("document.querySelector('[data-graph=clients] .plot').focus()");
        page.press(Keys.HOME);
        page.waitUntil(
                "the first row read aloud",
                () -> page.text("body > [role=status]").startsWith("0:01; "));

        new Actions(page.front())
                .moveToElement(plot, -50, 0)
                .clickAndHold()
                .moveByOffset(100, 0)
                .release()
                .perform();
        page.waitUntil("a shorter axis", () ->
                (boolean) page.run("const shown = runGraphs.range('clients'); return shown.min > 1 && shown.max < 59"));
        assertThat(browser.complaints()).isEmpty();
        page.close();
    }

    @Test
    void onlyItsOwnNamesAreAnsweredAndNothingIsLoadedFromElsewhere() throws Exception {
        try (Dashboard dashboard = Dashboard.start(DashboardAddress.parse(":0"))) {
            dashboard.show(view("steady"));
            int port = URI.create(dashboard.url()).getPort();
            try (RawClient client = RawClient.connect(port)) {
                client.send("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n");
                assertThat(client.readResponse().status()).isEqualTo(421);
            }
            assertThat(status(port, "/")).isEqualTo(200);
            assertThat(status(port, "/../pom.xml")).isEqualTo(404);
            try (RawClient client = RawClient.connect(port)) {
                client.send("GET /?from=%zz&rows=%zz HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(client.readResponse().status()).isIn(200, 400);
            }
        }
    }

    @Test
    void aWrongAddressAndATakenPortStopTheStartWithOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            for (String wrong : List.of(
                    "perhaps", ":70000", "no such host:1", "nowhere.invalid:5665", ":" + taken.getLocalPort())) {
                CommandRun played = CommandRun.stress(folder.resolve("none"), "DASHBOARD=" + wrong, url());
                assertThat(played.exitCode()).as(wrong).isEqualTo(2);
                assertThat(played.err().lines()).as(wrong).hasSize(1);
                assertThat(played.err()).contains("DASHBOARD");
                assertThat(played.out()).isEmpty();
            }
        }
    }

    private static RunView view(String text) {
        return view(text, new RunView.Table(text, List.of("what", text), List.of(List.of(text, text))));
    }

    private static RunView view(String text, RunView.Table table) {
        List<TimelineRow> rows = new ArrayList<>();
        for (int second = 1; second <= 60; second++) {
            TimelineRow row = new TimelineRow();
            for (TimelineColumn each : TimelineColumn.values()) {
                row.put(each, 1e6 * (1 + second % 7));
            }
            rows.add(row.put(TimelineColumn.SECONDS, second).put(TimelineColumn.LENGTH, 1));
        }
        return new RunView(
                "1",
                text,
                List.of(text),
                new RunView.Verdict(RunView.Tone.BAD, "Failed", List.of(text), text),
                null,
                List.of(new RunView.Condition(text, text, RunView.Tone.BAD, text)),
                List.of(new RunView.Tile(text, text)),
                List.of(table),
                List.of(text),
                rows,
                Map.of("intended", List.of(new double[] {1, 1}, new double[] {2, 3}, new double[] {4, 9})),
                List.of(new ServerLoad(1, 50, 1e8), new ServerLoad(2, 60, 1.1e8)));
    }

    private static String url() {
        return "URL=ws://127.0.0.1:" + server.port() + "/";
    }

    private static FutureTask<CommandRun> stress(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add(url());
        Callable<CommandRun> play = () -> CommandRun.stress(folder.resolve("results"), all.toArray(String[]::new));
        FutureTask<CommandRun> run = new FutureTask<>(play);
        Thread.ofPlatform().daemon(true).name("stress").start(run);
        return run;
    }

    private static void awaitPage(int port) {
        org.awaitility.Awaitility.await("the live page")
                .atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> status(port, "/") == 200);
    }

    private static int status(int port, String path) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            var request = java.net.http.HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
            return http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }
}
