package loomchat.web;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import loomchat.Loomchat;
import loomchat.loadtest.testing.CommandRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two real load tests, and their pages after a restart of the server. */
@Timeout(120)
class CompareRoutesTest {
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());
    private static final Pattern ID = Pattern.compile("/report/loadtest\\?id=([0-9A-Za-z._-]+)");

    @TempDir
    private static Path folder;

    private static Loomchat server;
    private static HttpClient client;
    /** The newer one first. */
    private static List<String> ids;

    @BeforeAll
    static void playTwice() throws Exception {
        client = HttpClient.newHttpClient();
        start();
        play("first");
        play("second");
        server.close();
        start();
        ids = ID.matcher(get("/report/loadtest").body())
                .results()
                .map(each -> each.group(1))
                .distinct()
                .toList();
    }

    private static void start() throws Exception {
        Path logs = Files.createDirectories(folder.resolve("logs"));
        server = Loomchat.start(Map.of("PORT", "0", "HOST", "127.0.0.1", "LOG_DIR", logs.toString()));
    }

    private static void play(String results) {
        CommandRun run = CommandRun.stress(
                folder.resolve(results),
                "classic",
                "URL=ws://user:hush@127.0.0.1:" + server.port() + "/?token=hush",
                "CLIENTS=4",
                "DURATION=1500ms",
                "INTERVAL=20ms",
                "MESSAGE_BYTES=64..300");
        assertThat(run.exitCode()).as(run.out()).isIn(0, 4);
        assertThat(run.out()).doesNotContain("the server was not told");
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

    private static HttpResponse<String> get(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonObject json(String path) throws Exception {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        try (JsonReader reader = READERS.createReader(new StringReader(answer.body()))) {
            return reader.readObject();
        }
    }

    @Test
    void aLoadTestHasItsPageAfterARestart() throws Exception {
        assertThat(ids).hasSize(2);
        HttpResponse<String> page = get("/report/loadtest?id=" + ids.getFirst());
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains("<h1>Load test classic</h1>")
                .contains("<dt>Message size</dt><dd>64..300 bytes</dd>")
                .contains("<dt>Length</dt><dd>1.50 s</dd>")
                .contains("<dt>Target</dt><dd>ws://127.0.0.1:")
                .contains("<dt>Messages lost</dt><dd>0</dd>")
                .contains("Message latency, from when due")
                .contains("<th scope=\"row\">duplicated</th>")
                .contains("a=" + ids.getLast() + "&amp;b=" + ids.getFirst())
                .doesNotContain("hush", "style=", "onclick");
        assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    /** A mistyped time must not read as "no difference". */
    @Test
    void aRangeInWhichNothingWasRecordedIsNotCompared() throws Exception {
        String address = "?a=2020-01-01T10:00..2020-01-01T10:10&b=latest";
        String why = "No conclusion: nothing was recorded in a, from 2020-01-01 10:00:00 to 2020-01-01 10:10:00 UTC";
        assertThat(get("/report/compare" + address).body())
                .contains(why)
                .doesNotContain("No difference seen", "The set-ups differ", "<td");
        JsonObject json = json("/report/compare.json" + address);
        // On a busy machine the times of b are not valid either.
        assertThat(json.getString("invalid")).startsWith(why);
        assertThat(json.getJsonObject("a").getJsonObject("setUp")).doesNotContainKeys("server version");
        assertThat(json.getJsonArray("singles"))
                .allSatisfy(each ->
                        assertThat(each.asJsonObject().getString("verdict")).isEqualTo("not judged"));
    }

    /** What the client delivered is what the server relayed. */
    @Test
    void bothSidesOfAPageAgree() throws Exception {
        String page = get("/report/loadtest?id=" + ids.getFirst()).body();
        assertThat(value(page, "Messages relayed")).isPositive().isEqualTo(value(page, "Delivered"));
    }

    private static long value(String page, String name) {
        var found = Pattern.compile("<dt>" + name + "</dt><dd>([\\d,]+)</dd>").matcher(page);
        assertThat(found.find()).as(name).isTrue();
        return Long.parseLong(found.group(1).replace(",", ""));
    }

    @Test
    void theyAreComparedById() throws Exception {
        assertThat(get("/report/loadtest?id=latest").body()).contains(ids.getFirst());
        JsonObject json = json("/report/compare.json?a=previous&b=latest");
        assertThat(json.getJsonObject("a").getString("id")).isEqualTo(ids.getLast());
        assertThat(json.getJsonObject("b").getString("id")).isEqualTo(ids.getFirst());
        assertThat(json.getJsonArray("setUp")).isEmpty();
        assertThat(json.getJsonArray("measured").getValuesAs(JsonObject.class))
                .isNotEmpty()
                .allSatisfy(each -> {
                    // On a busy machine the client may be too slow itself: then its runs are not judged. Or they differ
                    // so much that it is told without the noise.
                    if (!each.getString("sentence").contains("(coarse limit)")) {
                        assertThat(each.getString("verdict"))
                                .isIn("noise not known", "not judged", "mostly the load client's own");
                    }
                    assertThat(each.isNull("margin")).isTrue();
                });
        String page = get("/report/compare?a=" + ids.getLast() + "&b=" + ids.getFirst())
                .body();
        assertThat(page)
                .contains("Nothing that is known of the set-up differs")
                .contains("class=\"line s2\"")
                .containsAnyOf("noise not known", "not judged");
    }

    @Test
    void whatIsUnknownIsAPageThatSaysSo() throws Exception {
        HttpResponse<String> page = get("/report/loadtest?id=%3Cb%3Enone");
        assertThat(page.statusCode()).isEqualTo(404);
        assertThat(page.body())
                .contains("No such load test", "&lt;b&gt;none", ids.getFirst())
                .doesNotContain("<b>");
        assertThat(get("/report/compare?a=none&b=latest").statusCode()).isEqualTo(404);
        HttpResponse<String> json = get("/report/compare.json?a=none&b=latest");
        assertThat(json.statusCode()).isEqualTo(404);
        assertThat(json.body()).isEqualTo("There is no load test none in the history\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/report/compare.json",
                "/report/compare.json?a=latest",
                "/report/compare.json?a=latest&b=latest&c=1",
                "/report/compare.json?a=1..2&b=latest",
                "/report/compare.json?a=2026-11-21..2026-11-20&b=latest",
                "/report/compare.json?a=%00&b=latest",
                "/report/loadtest?name=x",
                "/report/loadtest?node=nothere",
                "/report/loadtest?id=latest&id=latest",
                "/report/compare?a=2h..1h&b=latest&node=nothere",
                "/report/compare.json?a=latest&b=latest&node=nothere",
            })
    void whatIsNotAllowedIsALineThatSaysWhatIs(String path) throws Exception {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body().lines()).hasSize(1);
        assertThat(answer.body()).containsAnyOf("allowed", "needed", "may be given", "more than once");
    }

    @Test
    void theFormOfTwoRangesLeadsToAnAddressToShare() throws Exception {
        HttpResponse<String> answer = get("/report/compare?aFrom=2h&aTo=1h&bFrom=1h&bTo=now");
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.headers().firstValue("Location")).hasValue("/report/compare?a=2h..1h&b=1h..now");
        assertThat(get("/report/compare?aFrom=2h&aTo=1h&bFrom=1h&bTo=now&node=a%2Flogs")
                        .headers()
                        .firstValue("Location"))
                .hasValue("/report/compare?a=2h..1h&b=1h..now&node=a%2Flogs");
        HttpResponse<String> page = get("/report/compare?a=2h..1h&b=1h..now");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("<h1>Comparison</h1>");
        List<String> bad = new ArrayList<>();
        for (String a : List.of("yesterday", "x..y", "1h..2h")) {
            bad.add(get("/report/compare?a=" + a + "&b=latest").statusCode() + "");
        }
        assertThat(bad).containsExactly("404", "400", "400");
    }
}
