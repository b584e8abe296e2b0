package loomchat.web;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import loomchat.identity.operators.OperatorTokenCommand;
import loomchat.testing.InProcessServer;
import loomchat.testing.RawClient;
import loomchat.testing.RawClient.Response;
import loomchat.testing.SessionClient;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who gets to the operators' pages and what they do there, through real sockets. Long, because each way in is tried.
 */
@Timeout(60)
class OperatorRoutesTest {
    /** Somebody behind a proxy on this machine, who speaks HTTPS to it. */
    private static final String[] STRANGER = {
        "Host: chat.example", "X-Forwarded-For: 203.0.113.7", "X-Forwarded-Proto: https"
    };

    private static final String ORIGIN = "Origin: https://chat.example";
    private static final String LOCAL = "Host: localhost";
    private static final List<String> PAGES = List.of("/report", "/report/loadtest", "/report/compare", "/logs");
    private static final List<String> OTHERS = List.of(
            "/report.json", "/report.csv", "/report/uPlot.js", "/logs/events", "/metrics", "/operator/anything");

    @TempDir
    Path dir;

    private InProcessServer server;
    private String token;

    @BeforeEach
    void start() throws Exception {
        token = make("ops");
        server = open();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private InProcessServer open(String... settings) throws Exception {
        return InProcessServer.open(
                dir,
                Stream.concat(Stream.of("ALLOWED_HOSTS", "chat.example"), Stream.of(settings))
                        .toArray(String[]::new));
    }

    private void restart(String... settings) throws Exception {
        server.close();
        server = open(settings);
    }

    private String make(String name) {
        return command(name).strip();
    }

    /** Runs {@code operator-token} and returns what it prints. */
    private String command(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream ignored = new PrintStream(new ByteArrayOutputStream());
        Path file = dir.resolve("state/operator-tokens");
        assertThat(OperatorTokenCommand.run(List.of(arguments), file, new PrintStream(out, true), ignored))
                .isZero();
        return out.toString();
    }

    private Response ask(String method, String path, String body, String[] headers, String... more) throws IOException {
        StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.1\r\nConnection: close\r\n");
        Stream.concat(Stream.of(headers), Stream.of(more))
                .forEach(each -> request.append(each).append("\r\n"));
        if (body != null) {
            request.append("Content-Length: ").append(body.length()).append("\r\n");
        }
        try (RawClient client = RawClient.connect(server.port())) {
            client.send(request.append("\r\n").append(body == null ? "" : body).toString());
            return client.readResponse();
        }
    }

    private Response get(String path, String... headers) throws IOException {
        return ask("GET", path, null, headers);
    }

    private Response stranger(String path, String... more) throws IOException {
        return ask("GET", path, null, STRANGER, more);
    }

    private static String form(String... fields) {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < fields.length; i += 2) {
            pairs.add(fields[i] + "=" + URLEncoder.encode(fields[i + 1], StandardCharsets.UTF_8));
        }
        return String.join("&", pairs);
    }

    private Response post(String path, String form, String[] headers, String... more) throws IOException {
        String type = "Content-Type: application/x-www-form-urlencoded";
        return ask(
                "POST",
                path,
                form,
                headers,
                Stream.concat(Stream.of(type), Stream.of(more)).toArray(String[]::new));
    }

    private Response signIn(String with, String... more) throws IOException {
        return post("/operator/sign-in", form("token", with), STRANGER, more);
    }

    /** Signs the stranger in; returns the line that sends the cookie. */
    private String signedIn() throws IOException {
        Response response = signIn(token, ORIGIN);
        assertThat(response.status()).isEqualTo(303);
        return "Cookie: " + response.header("Set-Cookie").split(";")[0];
    }

    // Who is let in

    @Test
    void onThisMachineEverythingIsOpenWithoutAToken() throws IOException {
        for (String host : List.of("localhost", "localhost:3000", "chat.localhost", "127.0.0.9", "[::1]", "[::1]:80")) {
            for (String path : List.of("/report", "/report.json", "/report.csv", "/logs", "/metrics", "/operator")) {
                assertThat(get(path, "Host: " + host).status()).as(host + path).isEqualTo(200);
            }
        }
        assertThat(get("/operator", LOCAL).body()).contains("this machine").doesNotContain("Sign out");
    }

    @Test
    void aForwardingHeaderOrAForeignHostMakesAStranger() throws Exception {
        for (String header : List.of(
                "X-Forwarded-For: 127.0.0.1",
                "X-Forwarded-For: ",
                "Forwarded: for=127.0.0.1",
                "Via: 1.1 proxy",
                "X-Real-IP: 127.0.0.1",
                "X-Forwarded-Proto: http",
                "X-Forwarded-Host: localhost",
                "X-Forwarded-Server: localhost",
                "CF-Connecting-IP: 127.0.0.1",
                "x-client-ip: 127.0.0.1")) {
            assertThat(get("/report.json", LOCAL, header).status()).as(header).isEqualTo(401);
        }
        assertThat(get("/report.json", "Host: chat.example").status()).isEqualTo(401);
        assertThat(get("/report.json", "Host: evil.example").status()).isEqualTo(421);
        assertThat(get("/report.json", "Host: 203.0.113.7").status()).isEqualTo(401);
        restart("ALLOWED_HOSTS", "*");
        for (String host : List.of("evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "localhost.")) {
            assertThat(get("/report.json", "Host: " + host).status()).as(host).isEqualTo(401);
        }
    }

    @Test
    void strangersAreRefusedAndToldHowToComeIn() throws IOException {
        for (String path : PAGES) {
            Response page = stranger(path);
            assertThat(page.status()).as(path).isEqualTo(401);
            assertThat(page.header("WWW-Authenticate")).as(path).isEqualTo("Bearer");
            assertThat(page.header("Content-Type")).as(path).startsWith("text/html");
            assertThat(page.header("Cache-Control")).as(path).isEqualTo("no-store");
            assertThat(page.body())
                    .contains("href=\"/operator?to=" + path.replace("/", "%2F") + "\"")
                    .endsWith("</html>\n");
            assertThat(ask("HEAD", path, null, STRANGER).status()).as(path).isEqualTo(401);
        }
        for (String path : OTHERS) {
            Response line = stranger(path);
            assertThat(line.status()).as(path).isEqualTo(401);
            assertThat(line.header("WWW-Authenticate")).as(path).isEqualTo("Bearer");
            assertThat(line.header("Content-Security-Policy")).as(path).isNotNull();
            assertThat(line.body()).as(path).hasLineCount(1).contains("/operator");
        }
        for (String action : List.of("ban", "lift", "sign-out")) {
            assertThat(post("/operator/" + action, form("target", "10.0.0.1", "for", "1h"), STRANGER, ORIGIN)
                            .status())
                    .as(action)
                    .isEqualTo(401);
        }
        assertThat(ask("DELETE", "/report", null, STRANGER).status()).isEqualTo(401);
        Response form = stranger("/operator");
        assertThat(form.status()).isEqualTo(401);
        assertThat(form.body()).contains("action=\"/operator/sign-in\"").doesNotContain("Lift", "/operator/ban");
        assertThat(stranger("/").status()).isEqualTo(200);
        assertThat(stranger("/healthz").status()).isEqualTo(200);
    }

    @Test
    void aTokenAsBearerOpensEverything() throws IOException {
        for (String header : List.of("Authorization: Bearer " + token, "authorization: bearer  " + token + " ")) {
            for (String path : List.of("/report", "/report.json?rescan", "/report.csv", "/logs", "/operator")) {
                assertThat(stranger(path, header).status()).as(path).isEqualTo(200);
            }
        }
        assertThat(stranger("/operator", "Authorization: Bearer " + token).body())
                .contains(">ops<");
        String altered = token.substring(0, 20) + (token.charAt(20) == 'A' ? 'B' : 'A') + token.substring(21);
        for (String header : List.of(
                "Authorization: Bearer " + altered,
                "Authorization: Bearer",
                "Authorization: Bearer " + token + ", Bearer " + token,
                "Authorization: Basic " + token,
                "Authorization: " + token,
                "Cookie: " + token)) {
            Response response = stranger("/report.json", header);
            assertThat(response.status()).as(header).isEqualTo(401);
            assertThat(response.body()).doesNotContain(token, altered);
        }
        assertThat(stranger("/report.json", "Authorization: Bearer " + token, "Authorization: Bearer x")
                        .status())
                .isEqualTo(401);
        assertThat(stranger("/report.json?token=" + token).status()).isEqualTo(401);
    }

    @Test
    void aPublicReportIsOpenAndNothingElseIs() throws Exception {
        restart("REPORT_PUBLIC", "true");
        for (String path : List.of("/report", "/report.json", "/report.csv", "/report/uPlot.js", "/report/uPlot.css")) {
            assertThat(stranger(path).status()).as(path).isEqualTo(200);
        }
        assertThat(stranger("/report.json?rescan").status()).isEqualTo(403);
        assertThat(stranger("/report.json?rescan", "Authorization: Bearer " + token)
                        .status())
                .isEqualTo(200);
        for (String path : List.of("/logs", "/logs?session=1", "/logs/events", "/metrics", "/operator")) {
            assertThat(stranger(path).status()).as(path).isEqualTo(401);
        }
    }

    @Test
    void operatorsHaveOneNavigationOnEveryPageAndVisitorsHaveNone() throws Exception {
        String cookie = signedIn();
        List<String> links = List.of("href=\"/report\"", "href=\"/logs\"", "href=\"/operator\"");
        for (String path : List.of("/", "/ws", "/index.html", "/report", "/logs", "/operator")) {
            String operator = stranger(path, cookie).body();
            assertThat(operator).as(path).contains(links);
            String page = path.equals("/ws") || path.equals("/index.html") ? "/" : path;
            assertThat(operator.split("aria-current=\"page\"", -1)).as(path).hasSize(2);
            assertThat(operator).as(path).contains("href=\"" + page + "\" aria-current=\"page\"");
            assertThat(stranger(path).body()).as(path).doesNotContain(links).doesNotContain("<nav class=\"nav\" ");
        }
        assertThat(get("/", LOCAL).body()).contains(links);
        assertThat(stranger("/nothing").body()).doesNotContain("report", "logs", "operator");
        restart("REPORT_PUBLIC", "true");
        assertThat(stranger("/report").body()).contains("<h1>Report</h1>").doesNotContain(links);
        assertThat(stranger("/report", "Authorization: Bearer " + token).body()).contains(links);
        for (String page : List.of("/report/loadtest", "/report/compare")) {
            assertThat(stranger(page).body()).as(page).contains("<h1>").doesNotContain("<nav class=\"nav\"");
            assertThat(stranger(page, "Authorization: Bearer " + token).body())
                    .as(page)
                    .contains(links);
        }
    }

    /** What a visitor's browser or a shared cache has kept is never an operator's page, nor the other way round. */
    @Test
    void theChatPageOfAnOperatorHasATagOfItsOwnAndStaysInNoSharedCache() throws IOException {
        String cookie = signedIn();
        for (String encoding : List.of("identity", "gzip")) {
            String accept = "Accept-Encoding: " + encoding;
            Response visitor = stranger("/", accept);
            Response operator = stranger("/", accept, cookie);
            assertThat(visitor.header("Cache-Control")).isEqualTo("no-cache");
            assertThat(operator.header("Cache-Control")).isEqualTo("private, no-cache");
            assertThat(operator.header("ETag")).isNotEqualTo(visitor.header("ETag"));
            String kept = "If-None-Match: " + visitor.header("ETag");
            assertThat(stranger("/", accept, kept).status()).isEqualTo(304);
            assertThat(stranger("/", accept, kept, cookie).status()).isEqualTo(200);
            assertThat(stranger("/", accept, "If-None-Match: " + operator.header("ETag"))
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aSlashBehindAPageLeadsToItAndIsNoWayAroundItsCheck() throws IOException {
        String bearer = "Authorization: Bearer " + token;
        for (String page : List.of("/report", "/logs", "/operator")) {
            Response moved = stranger(page + "/?session=1&x=%2f%2fevil.example", bearer);
            assertThat(moved.status()).as(page).isEqualTo(308);
            assertThat(moved.header("Location")).isEqualTo(page + "?session=1&x=%2f%2fevil.example");
            assertThat(moved.header("Cache-Control")).isEqualTo("no-store");
            assertThat(get(page + "/", LOCAL).header("Location")).isEqualTo(page);
            assertThat(ask("PUT", page + "/", null, STRANGER, bearer).status()).isEqualTo(405);
            for (String other : List.of("//", "/.", "/%20", "/;x", "/index.html")) {
                assertThat(stranger(page + other, bearer).status())
                        .as(page + other)
                        .isEqualTo(404);
            }
        }
        for (String page : PAGES) {
            Response refused = stranger(page + "/?session=1");
            assertThat(refused.status()).as(page).isEqualTo(401);
            String back = URLEncoder.encode(page + "?session=1", StandardCharsets.UTF_8);
            assertThat(refused.body()).contains("href=\"/operator?to=" + back + "\"");
            assertThat(get(page + "/", LOCAL, "Sec-Fetch-Site: cross-site").status())
                    .isEqualTo(403);
        }
        // To the form for signing in, which is everybody's.
        assertThat(stranger("/operator/").header("Location")).isEqualTo("/operator");
    }

    @Test
    void announcingALoadTestIsForOperators() throws Exception {
        String body = "{\"phase\":\"end\",\"id\":\"a\",\"scenario\":\"b\",\"result\":\"c\"}";
        String type = "Content-Type: application/json";
        assertThat(ask("POST", "/loadtest", body, STRANGER, type).status()).isEqualTo(401);
        assertThat(ask("POST", "/loadtest", body, STRANGER, type, "Authorization: Bearer " + token)
                        .status())
                .isEqualTo(204);
        String[] local = {LOCAL};
        assertThat(ask("POST", "/loadtest", body, local, type).status()).isEqualTo(204);
        assertThat(ask("POST", "/loadtest", body, local, type, "Sec-Fetch-Site: cross-site")
                        .status())
                .isEqualTo(403);
        restart("LOAD_TEST_ANNOUNCE", "any");
        assertThat(ask("POST", "/loadtest", body, STRANGER, type).status()).isEqualTo(204);
        restart("LOAD_TEST_ANNOUNCE", "off");
        assertThat(ask("POST", "/loadtest", body, local, type).status()).isEqualTo(403);
    }

    // Signing in and out

    @Test
    void theCookieIsForThisHostAndForNoScript() throws IOException {
        Response response = signIn(token, ORIGIN, "Sec-Fetch-Site: same-origin");
        assertThat(response.status()).isEqualTo(303);
        assertThat(response.header("Location")).isEqualTo("/operator?done=in");
        assertThat(response.header("Set-Cookie"))
                .matches("__Host-loomchat-operator=[\\w.-]{100,150}; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict;"
                        + " Secure")
                .doesNotContain(token.substring(4));
        String cookie = "Cookie: other=1; " + response.header("Set-Cookie").split(";")[0];
        for (String path : List.of("/report", "/report.json", "/logs", "/operator")) {
            assertThat(stranger(path, cookie).status()).as(path).isEqualTo(200);
        }
        assertThat(stranger("/operator", cookie).body()).contains(">ops<", "Sign out");
        for (String wrong : List.of(
                cookie + "A",
                cookie.replace("__Host-", ""),
                cookie.replace("operator=", "operator=A"),
                "Cookie: =;;=")) {
            assertThat(stranger("/report.json", wrong).status()).as(wrong).isEqualTo(401);
        }
        // Over plain HTTP the name is another one, which no other way of coming here gives.
        assertThat(get("/report.json", LOCAL, "Via: 1.1 x", cookie).status()).isEqualTo(401);
    }

    @Test
    void overPlainHttpOnLoopbackTheCookieIsKeptToo() throws IOException {
        String[] local = {"Host: localhost:8080", "Via: 1.1 container"};
        Response response = post("/operator/sign-in", form("token", token), local, "Origin: http://localhost:8080");
        assertThat(response.header("Set-Cookie"))
                .matches("loomchat-operator-8080=[\\w.-]{100,150}; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict");
        String cookie = "Cookie: " + response.header("Set-Cookie").split(";")[0];
        assertThat(ask("GET", "/report.json", null, local, cookie).status()).isEqualTo(200);
        String[] address = {"Host: 192.0.2.1:8080", "Via: 1.1 container"};
        assertThat(post("/operator/sign-in", form("token", token), address).header("Set-Cookie"))
                .startsWith("__Host-")
                .endsWith("; Secure");
    }

    @Test
    void aSignInLeadsBackToThePageThatWasAskedForAndToNoOther() throws IOException {
        assertThat(stranger("/operator?to=/logs").body()).contains("name=\"to\" value=\"/logs\"");
        assertThat(post("/operator/sign-in", form("token", token, "to", "/logs"), STRANGER)
                        .header("Location"))
                .isEqualTo("/operator?done=in&to=%2Flogs");
        assertThat(stranger("/operator?done=in&to=%2Flogs").body())
                .contains("did not keep the sign-in", "name=\"to\" value=\"/logs\"");
        String shared = "/report/compare?a=2026-11-24T01:50..2026-11-24T02:00&b=latest";
        String asked = "/operator?to=" + URLEncoder.encode(shared, StandardCharsets.UTF_8);
        assertThat(stranger(shared).body()).contains("href=\"" + asked + "\"");
        assertThat(stranger(asked).body()).contains("value=\"" + shared.replace("&", "&amp;") + "\"");
        assertThat(post("/operator/sign-in", form("token", token, "to", shared), STRANGER)
                        .header("Location"))
                .isEqualTo(asked.replace("?to=", "?done=in&to="));
        Response led = stranger(asked.replace("?to=", "?done=in&to="), "Authorization: Bearer " + token);
        assertThat(led.status()).isEqualTo(303);
        assertThat(led.header("Location")).isEqualTo(shared);
        for (String elsewhere : List.of(
                "https://evil.example/",
                "//evil.example",
                "/\\evil.example",
                "/report?range=1h\r\nA: evil",
                "/report.evil?range=1h",
                "/report?evil=" + "x".repeat(1000))) {
            String query = URLEncoder.encode(elsewhere, StandardCharsets.UTF_8);
            assertThat(stranger("/operator?to=" + query).body()).doesNotContain("evil", "name=\"to\"");
        }
        // Few, because an address may try five times a minute.
        for (String elsewhere : List.of("//evil.example", "/\\evil.example", "/report?range=1h\r\nA: evil")) {
            assertThat(post("/operator/sign-in", form("token", token, "to", elsewhere), STRANGER)
                            .header("Location"))
                    .isEqualTo("/operator?done=in");
        }
        assertThat(stranger("/operator?done=in").body()).contains("did not keep the sign-in");
        assertThat(get("/operator", "Host: 203.0.113.7", "X-Forwarded-For: 203.0.113.9")
                        .body())
                .contains("Signing in needs HTTPS here");
        assertThat(get("/operator", "Host: 203.0.113.7", "X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: https")
                        .body())
                .contains("Sign in")
                .doesNotContain("needs HTTPS");
    }

    @Test
    void removingTheTokenEndsWhatWasSignedInWithIt() throws IOException {
        String cookie = signedIn();
        String second = make("second");
        assertThat(stranger("/report.json", cookie).status()).isEqualTo(200);
        command("--remove", "ops");
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() ->
                        assertThat(stranger("/report.json", cookie).status()).isEqualTo(401));
        assertThat(stranger("/report.json", "Authorization: Bearer " + token).status())
                .isEqualTo(401);
        assertThat(stranger("/report.json", "Authorization: Bearer " + second).status())
                .isEqualTo(200);
    }

    @Test
    void aStreamOfTheLiveLogEndsWithItsToken() throws IOException {
        try (RawClient follower = RawClient.connect(server.port())) {
            follower.send("GET /logs/events HTTP/1.1\r\n" + String.join("\r\n", STRANGER) + "\r\nAuthorization: Bearer "
                    + token + "\r\nConnection: close\r\n\r\n");
            assertThat(follower.readResponse().status()).isEqualTo(200);
            command("--remove", "ops");
            // Everything that comes until the end of the connection.
            assertThat(follower.rest()).contains("Server Started");
        }
    }

    @Test
    void signingOutEndsTheLoginOnTheServerToo() throws IOException {
        String cookie = signedIn();
        String other = signedIn();
        Response response = post("/operator/sign-out", "", STRANGER, ORIGIN, cookie);
        assertThat(response.status()).isEqualTo(303);
        assertThat(response.header("Set-Cookie")).startsWith("__Host-loomchat-operator=; Path=/; Max-Age=0;");
        assertThat(stranger("/report.json", cookie).status()).isEqualTo(401);
        assertThat(stranger("/report.json", other).status()).isEqualTo(200);
    }

    /** It ends after twelve hours, or with its token, while the page is open in a browser. */
    @Test
    void aFormThatIsSentAfterTheSignInHasEndedDoesNothingAndIsKeptForTheNextSignIn() throws Exception {
        String cookie = signedIn();
        post("/operator/sign-out", "", STRANGER, ORIGIN, cookie);
        String html = "Accept: text/html,application/xhtml+xml,*/*;q=0.8";
        String ban = form("target", "192.0.2.9", "for", "7d", "reason", "<b>\"rude\"");
        Response refused = post("/operator/ban", ban, STRANGER, ORIGIN, cookie, html);
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.header("WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(refused.header("Cache-Control")).isEqualTo("no-store");
        assertThat(refused.body())
                .contains("You are signed out: nobody was banned", "action=\"/operator/sign-in\"")
                .contains("type=\"hidden\" name=\"target\" value=\"192.0.2.9\"", "name=\"for\" value=\"7d\"")
                .contains("name=\"reason\" value=\"&lt;b&gt;&quot;rude&quot;\"")
                .doesNotContain("/operator/ban", "Lift");
        Response wrong = post("/operator/sign-in", ban + "&token=wrong", STRANGER, ORIGIN, html);
        assertThat(wrong.body()).contains("This is not an operator’s token", "value=\"192.0.2.9\"");
        Response in = post("/operator/sign-in", ban + "&token=" + token, STRANGER, ORIGIN, html);
        assertThat(in.status()).isEqualTo(200);
        assertThat(in.header("Cache-Control")).isEqualTo("no-store");
        assertThat(in.header("Set-Cookie")).startsWith("__Host-loomchat-operator=");
        assertThat(in.body())
                .contains("Nobody was banned yet", "Nobody is banned", "value=\"192.0.2.9\"")
                .contains("value=\"7d\" selected", "value=\"&lt;b&gt;&quot;rude&quot;\"")
                .doesNotContain(token);

        post("/operator/ban", ban, new String[] {LOCAL});
        Response stays = post("/operator/lift", form("target", "192.0.2.9"), STRANGER, ORIGIN, cookie, html);
        assertThat(stays.status()).isEqualTo(401);
        assertThat(stays.body()).contains("the ban was not lifted", "name=\"lift\" value=\"192.0.2.9\"");
        assertThat(post("/operator/sign-in", form("lift", "192.0.2.9", "token", token), STRANGER, ORIGIN)
                        .body())
                .contains("You are signed in.", "name=\"find\"", ">192.0.2.9<");
        Response out = post("/operator/sign-out", "", STRANGER, ORIGIN, cookie, html);
        assertThat(out.status()).isEqualTo(303);
        assertThat(out.header("Location")).isEqualTo("/operator?done=out");
        // Back to a page that said what was done, where nobody is signed in now.
        assertThat(stranger("/operator?done=lifted", html).body())
                .contains("action=\"/operator/sign-in\"")
                .doesNotContain("is lifted");
        assertThat(stranger("/operator?done=out", html).body()).contains("You are signed out.");

        // Programs, and pages of other sites, are told in a line.
        for (String action : List.of("ban", "lift", "sign-out")) {
            for (List<String> more :
                    List.of(List.of(ORIGIN, "Accept: */*"), List.of("Origin: https://evil.example", html))) {
                Response line = post("/operator/" + action, ban, STRANGER, more.toArray(String[]::new));
                assertThat(line.status()).as(action).isEqualTo(401);
                assertThat(line.header("Content-Type")).as(action).startsWith("text/plain");
            }
        }
        server.close();
        assertThat(server.record().of("Banned")).hasSize(1);
        assertThat(server.record().of("Unbanned")).isEmpty();
    }

    @Test
    void aSignInAndItsEndOutliveARestart() throws Exception {
        String cookie = signedIn();
        String ended = signedIn();
        post("/operator/sign-out", "", STRANGER, ORIGIN, ended);
        restart();
        assertThat(stranger("/report.json", cookie).status()).isEqualTo(200);
        assertThat(stranger("/report.json", ended).status()).isEqualTo(401);
        assertNoSecret(cookie.substring(cookie.indexOf('=') + 1), ended.substring(ended.indexOf('=') + 1));
    }

    @Test
    void whereNoKeyIsKeptASignInEndsWithTheServer() throws Exception {
        restart("AUTH", "off");
        String cookie = signedIn();
        assertThat(stranger("/report.json", cookie).status()).isEqualTo(200);
        restart("AUTH", "off");
        assertThat(stranger("/report.json", cookie).status()).isEqualTo(401);
    }

    @Test
    void aVisitorsTokenSignsNobodyInAndAnOperatorsCookieIsNoVisitorsToken() throws Exception {
        SessionClient visitor = SessionClient.begin(server.port());
        String refresh = visitor.cookie.substring(visitor.cookie.indexOf('=') + 1);
        for (String other : List.of(visitor.token, refresh, token, "x", "", "a.b.c.d.e", "A".repeat(4_000))) {
            assertThat(stranger("/report.json", "Cookie: __Host-loomchat-operator=" + other)
                            .status())
                    .as(other)
                    .isEqualTo(401);
        }
        String login = signedIn().split("=")[1];
        assertThat(stranger("/report.json", "Authorization: Bearer " + login).status())
                .isEqualTo(401);
        assertThat(stranger("/report.json", "Authorization: Bearer " + visitor.token)
                        .status())
                .isEqualTo(401);
        assertThat(stranger("/report.json", "Cookie: __Host-loomchat-operator=" + login + "A")
                        .status())
                .isEqualTo(401);
        try (RawClient chat = RawClient.connect(server.port())) {
            chat.send("GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    + "Sec-WebSocket-Protocol: chat.v1, token." + login + "\r\n\r\n");
            assertThat(chat.readResponse().status()).isEqualTo(401);
        }
    }

    @Test
    void attemptsToSignInAreLimitedPerAddressAndInAll() throws Exception {
        for (int i = 0; i < 5; i++) {
            Response wrong = signIn("lco_" + "A".repeat(43));
            assertThat(wrong.status()).isEqualTo(401);
            assertThat(wrong.body()).contains("This is not an operator’s token", "action=\"/operator/sign-in\"");
        }
        Response tooMany = signIn(token);
        assertThat(tooMany.status()).isEqualTo(429);
        assertThat(tooMany.header("Retry-After")).isEqualTo("60");
        assertThat(tooMany.header("Set-Cookie")).isNull();
        int refused = 0;
        for (int i = 1; i < 70; i++) {
            String[] another = {"Host: chat.example", "X-Forwarded-For: 198.51.100." + i};
            refused +=
                    post("/operator/sign-in", form("token", "wrong"), another).status() == 429 ? 1 : 0;
        }
        assertThat(refused).isBetween(5, 20);
        server.close();
        // One line for the first, the others wait for the next minute.
        assertThat(server.record().of("Operator Action"))
                .singleElement()
                .satisfies(
                        line -> assertThat(line.getString("details")).isEqualTo("unknown: sign in refused, 1 attempt"));
    }

    // Pages of other sites

    @Test
    void aPageOfAnotherSiteCannotActForAnOperator() throws IOException {
        String cookie = signedIn();
        String ban = form("target", "10.0.0.1", "for", "1h", "reason", "");
        for (List<String> headers : List.of(
                List.of("Sec-Fetch-Site: cross-site"),
                List.of("Sec-Fetch-Site: same-site"),
                List.of("Sec-Fetch-Site: cross-site", ORIGIN),
                List.of("Origin: https://evil.example"),
                List.of("Origin: null"),
                List.of("Origin: https://chat.example:8443"),
                List.of("Origin: http://chat.example"),
                List.of(ORIGIN, "Origin: https://evil.example"))) {
            String[] more = Stream.concat(headers.stream(), Stream.of(cookie)).toArray(String[]::new);
            for (String path : List.of("/operator/ban", "/operator/lift", "/operator/sign-out", "/operator/sign-in")) {
                assertThat(post(path, ban, STRANGER, more).status())
                        .as("%s %s", path, headers)
                        .isEqualTo(403);
            }
        }
        for (String header : List.of(
                "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: same-site",
                "Origin: http://localhost:9",
                "Origin: null")) {
            assertThat(post("/operator/ban", ban, new String[] {LOCAL}, header).status())
                    .as("local, " + header)
                    .isEqualTo(403);
        }
        assertThat(get("/operator", LOCAL).body()).contains("Nobody is banned");
        assertThat(post("/operator/ban", ban, STRANGER, cookie, ORIGIN).status())
                .isEqualTo(303);
        assertThat(post("/operator/ban", ban, new String[] {LOCAL}, "Origin: http://localhost")
                        .status())
                .isEqualTo(303);
    }

    @Test
    void aPageOfAnotherSiteMayLinkHereButNotEmbedAnything() throws IOException {
        String[] link = {LOCAL, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"};
        String[] picture = {LOCAL, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image"};
        String[] frame = {LOCAL, "Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"};
        for (String path : List.of("/report", "/report.json", "/logs", "/operator")) {
            assertThat(get(path, link).status()).as(path).isEqualTo(200);
            assertThat(get(path, picture).status()).as(path).isEqualTo(403);
            assertThat(get(path, frame).status()).as(path).isEqualTo(403);
        }
        assertThat(get("/logs/events", picture).status()).isEqualTo(403);
        assertThat(get("/report.json?rescan", link).status()).isEqualTo(403);
        assertThat(get("/report.json?rescan", LOCAL, "Sec-Fetch-Site: none").status())
                .isEqualTo(200);
    }

    // Bans

    @Test
    void bansAreMadeFoundAndLiftedAndTheRecordSaysByWhom() throws Exception {
        String cookie = signedIn();
        String hostile = "<script>alert(1)</script> \"'&";
        assertThat(post(
                                "/operator/ban",
                                form("target", " 203.0.113.9/24 ", "for", "24h", "reason", hostile),
                                STRANGER,
                                ORIGIN,
                                cookie)
                        .header("Location"))
                .isEqualTo("/operator?done=banned");
        assertThat(post("/operator/ban", form("target", "my-site:<7>", "for", "good"), new String[] {LOCAL})
                        .status())
                .isEqualTo(303);
        Response page = stranger("/operator?done=banned", cookie);
        assertThat(page.header("Referrer-Policy")).isEqualTo("same-origin");
        assertThat(page.body())
                .contains(
                        "The ban holds.", ">203.0.113.0/24<", "&lt;script&gt;alert(1)&lt;/script&gt; &quot;&#39;&amp;")
                .contains(">my-site:&lt;7&gt;<", ">for good<", ">this machine<")
                .doesNotContain("<script>alert", "<7>", " style=", "not durable")
                .endsWith("</html>\n");
        assertThat(stranger("/operator?find=MY-SITE", cookie).body())
                .contains("1 of 2")
                .doesNotContain("203.0.113.0/24<");
        assertThat(stranger("/operator?find=%22%3E%3Cb%3E", cookie).body())
                .contains("0 of 2", "value=\"&quot;&gt;&lt;b&gt;\"")
                .doesNotContain("<b>");
        assertThat(post("/operator/lift", form("target", "203.0.113.0/24"), STRANGER, ORIGIN, cookie)
                        .header("Location"))
                .isEqualTo("/operator?done=lifted");
        assertThat(post("/operator/lift", form("target", "203.0.113.0/24"), STRANGER, ORIGIN, cookie)
                        .header("Location"))
                .isEqualTo("/operator?done=not-banned");
        restart();
        assertThat(get("/operator", LOCAL).body())
                .contains(">my-site:&lt;7&gt;<")
                .doesNotContain("203.0.113.0/24<");
        server.close();
        List<JsonObject> events = server.record().events();
        assertThat(events.stream()
                        .filter(each -> each.getString("event").matches("Banned|Unbanned|Operator Action"))
                        .map(each -> each.getString("event") + " " + each.getString("details")))
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("Operator Action ops: sign in"),
                        line -> assertThat(line).matches("Banned 203\\.0\\.113\\.0/24 until .*Z by ops"),
                        line -> assertThat(line).matches("Operator Action ops: ban, 203\\.0\\.113\\.0/24 until .*Z"),
                        line -> assertThat(line).isEqualTo("Banned my-site:<7> for good by this machine"),
                        line -> assertThat(line).isEqualTo("Operator Action this machine: ban, my-site:<7> for good"),
                        line -> assertThat(line).isEqualTo("Unbanned 203.0.113.0/24 by ops"),
                        line -> assertThat(line).isEqualTo("Operator Action ops: lift, 203.0.113.0/24"));
        assertThat(events.stream().filter(each -> each.getString("event").equals("Banned")))
                .first()
                .satisfies(line -> assertThat(line.getString("reason")).isEqualTo(hostile));
        assertNoSecret(token, cookie.substring(cookie.indexOf('=') + 1));
    }

    @Test
    void aLongerBanStaysAndThePageAndTheRecordSaySo() throws Exception {
        String[] local = {LOCAL};
        assertThat(loomchat("ban", "203.0.113.77", "--reason", "first")).containsExactly(0);
        Response second = post("/operator/ban", form("target", "203.0.113.77", "for", "1h", "reason", "second"), local);
        assertThat(second.status()).isEqualTo(303);
        assertThat(second.header("Location")).isEqualTo("/operator?done=longer&find=203.0.113.77");
        assertThat(get(second.header("Location"), LOCAL).body())
                .contains("a longer ban holds for good. To shorten it, lift it and ban 203.0.113.77 again.")
                .contains(">for good<", ">first<")
                .doesNotContain(">second<");
        assertThat(get("/operator?done=longer&find=of+my+own", LOCAL).body())
                .as("an address says nothing of its own")
                .doesNotContain("a longer ban");
        post("/operator/lift", form("target", "203.0.113.77"), local);
        assertThat(get(second.header("Location"), LOCAL).body()).doesNotContain("a longer ban");
        assertThat(post("/operator/ban", form("target", "203.0.113.77", "for", "1h"), local)
                        .header("Location"))
                .isEqualTo("/operator?done=banned");
        server.close();
        assertThat(server.record().of("Operator Action"))
                .extracting(each -> each.getString("action") + ": " + each.getString("detail"))
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("ban: 203.0.113.77 for 1h, a longer ban holds for good"),
                        line -> assertThat(line).isEqualTo("lift: 203.0.113.77"),
                        line -> assertThat(line).matches("ban: 203\\.0\\.113\\.77 until .*Z"));
        assertThat(server.record().of("Banned")).hasSize(2);
    }

    private void assertNoSecret(String... secrets) throws IOException {
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(secrets);
            }
        }
    }

    @Test
    void aFormThatSaysNothingIsRefusedAndKeepsWhatWasEntered() throws IOException {
        String[] local = {LOCAL};
        for (String[] fields : List.of(
                new String[] {"target", "", "for", "24h"},
                new String[] {"target", "al\"ice", "for", "24h"},
                new String[] {"target", "0.0.0.0/0", "for", "24h"},
                new String[] {"target", "10.0.0.1", "for", "ever"},
                new String[] {"target", "10.0.0.1"},
                new String[] {"target", "10.0.0.1", "for", "1h", "reason", "x".repeat(201)})) {
            Response response = post("/operator/ban", form(fields), local);
            assertThat(response.status()).as("%s", (Object) fields).isEqualTo(400);
            assertThat(response.body()).contains("role=\"alert\"", "Allowed is");
        }
        assertThat(post("/operator/ban", form("target", "al\"ice", "for", "7d", "reason", "r<"), local)
                        .body())
                .contains("value=\"al&quot;ice\"", "value=\"7d\" selected", "value=\"r&lt;\"");
        assertThat(get("/operator", LOCAL).body()).contains("Nobody is banned");
        assertThat(ask("POST", "/operator/ban", "{}", local, "Content-Type: application/json")
                        .status())
                .isEqualTo(400);
        assertThat(ask("POST", "/operator/ban", "x", local).status()).isEqualTo(400);
        assertThat(post("/operator/ban", "target=%zz", local).status()).isEqualTo(400);
        assertThat(post("/operator/ban", "reason=" + "x".repeat(9_000), local).status())
                .isEqualTo(400);
        assertThat(get("/operator?find=%zz", LOCAL).status()).isEqualTo(400);
        for (String path : List.of("/operator/ban", "/operator/lift", "/operator/sign-in", "/operator/sign-out")) {
            assertThat(get(path, LOCAL).status()).as(path).isEqualTo(405);
            // In the address bar of a browser that was refused there.
            for (String[] from : List.of(local, STRANGER)) {
                Response led = ask("GET", path, null, from, "Accept: text/html");
                assertThat(led.status()).as(path).isEqualTo(303);
                assertThat(led.head().toLowerCase(Locale.ROOT)).contains("location: /operator\r\n");
            }
        }
    }

    @Test
    void aBanByCommandHoldsOnARunningServerAndIsInItsRecord() throws Exception {
        assertThat(loomchat("ban", "2001:db8::/32", "--for", "7d", "--reason", "by command"))
                .containsExactly(0);
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(
                        () -> assertThat(get("/operator", LOCAL).body()).contains(">2001:db8::/32<", ">by command<"));
        post("/operator/ban", form("target", "192.0.2.7", "for", "1h"), new String[] {LOCAL});
        assertThat(loomchat("unban", "192.0.2.7")).containsExactly(0);
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(get("/operator", LOCAL).body()).doesNotContain(">192.0.2.7<"));
        server.close();
        assertThat(server.record().of("Banned"))
                .extracting(each -> each.getString("by"))
                .containsExactly("this machine", "this machine");
        assertThat(server.record().of("Unbanned"))
                .singleElement()
                .satisfies(line -> assertThat(line.getString("target")).isEqualTo("192.0.2.7"));
    }

    /** Runs the program in a process of its own; returns its exit code. */
    private List<Integer> loomchat(String... arguments) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder builder =
                new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), "loomchat.Main");
        builder.command().addAll(List.of(arguments));
        builder.environment().put("LOG_DIR", dir.toString());
        builder.redirectError(ProcessBuilder.Redirect.INHERIT).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        return List.of(builder.start().waitFor());
    }
}
