package loomchat.browser.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import loomchat.Loomchat;
import loomchat.browser.Accessibility;
import loomchat.browser.Browser;
import loomchat.browser.Page;
import loomchat.identity.operators.OperatorTokenCommand;
import loomchat.testing.LogLines;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/**
 * The operators' pages for bans and the live log in a real browser, on this machine and, by a forwarding header, from
 * elsewhere. Long, because they share the browser.
 */
@Tag("pages")
class OperatorPageTest {
    @TempDir
    private static Path logs;

    private static Browser browser;
    private static Loomchat server;
    private static String token;

    @BeforeAll
    static void start() throws Exception {
        browser = Browser.open();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream ignored = new PrintStream(new ByteArrayOutputStream());
        OperatorTokenCommand.run(
                List.of("ops"), logs.resolve("state/operator-tokens"), new PrintStream(out, true), ignored);
        token = out.toString(StandardCharsets.US_ASCII).strip();
        Files.writeString(logs.resolve("chat-logs-20261124T015042123Z.jsonl"), history());
        server = Loomchat.start(Map.of("PORT", "0", "HOST", "127.0.0.1", "LOG_DIR", logs.toString()));
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

    private static String url(String path) {
        return "http://127.0.0.1:" + server.port() + path;
    }

    private static Page elsewhere(String path) {
        Page page = browser.page("about:blank");
        page.devtools("Network.enable", Map.of());
        page.devtools("Network.setExtraHTTPHeaders", Map.of("headers", Map.of("X-Forwarded-For", "203.0.113.7")));
        page.front().get(url(path));
        return page;
    }

    @Test
    void anOperatorSignsInBansLiftsAndSignsOutWithTheKeyboardAlone() {
        Page page = elsewhere("/logs");
        page.waitForText("h1", "This page is for operators");
        page.click("main a");
        page.waitFor("#token");
        page.press("wrong", Keys.ENTER);
        page.waitForText("[role=status]", "This is not an operator’s token.");
        page.press(token, Keys.ENTER);
        page.waitForText("h1", "Log");
        page.front().get(url("/operator"));
        page.waitForText(".chip", "ops");

        page.type("#target", "nobody there", Keys.ENTER);
        page.waitForText("[role=alert]", "Allowed is an identity");
        page.press(
                Keys.chord(Keys.CONTROL, "a"), "198.51.100.0/24", Keys.TAB, "7", Keys.TAB, "<b>rude</b>", Keys.ENTER);
        page.waitForText("[role=status]", "The ban holds.");
        assertThat(page.text(".bans tbody tr")).contains("198.51.100.0/24", "<b>rude</b>", "ops");
        page.run("document.querySelector('.bans button').focus()");
        page.press(Keys.ENTER);
        page.waitForText("[role=status]", "The ban is lifted.");

        // As after twelve hours.
        page.front().manage().deleteAllCookies();
        page.type("#target", "198.51.100.7", Keys.TAB, Keys.TAB, "spam", Keys.ENTER);
        page.waitForText("[role=status]", "You are signed out: nobody was banned.");
        page.press(token, Keys.ENTER);
        page.waitForText("[role=status]", "Nobody was banned yet");
        page.run("document.getElementById('reason').focus()");
        page.press(Keys.ENTER);
        page.waitForText("[role=status]", "The ban holds.");
        assertThat(page.text(".bans tbody tr")).contains("198.51.100.7", "spam");
        page.run("document.querySelector('.bans button').click()");
        page.waitForText("[role=status]", "The ban is lifted.");
        page.run("document.querySelector('.end button').focus()");
        page.press(Keys.ENTER);
        page.waitForText("[role=status]", "You are signed out.");
        page.front().get(url("/report"));
        page.waitForText("h1", "This page is for operators");
        // The refusals are what the browser complains about.
        assertThat(browser.complaints()).allSatisfy(each -> assertThat(each).containsAnyOf("401", "400"));
        page.close();
    }

    /** It comes by itself after twelve hours, on a screen that is left open. */
    @Test
    void pagesThatAreOpenSayThatTheSignInHasEnded() {
        Page out = elsewhere("/operator");
        out.waitFor("#token");
        out.press(token, Keys.ENTER);
        out.waitForText(".chip", "ops");
        Page report = elsewhere("/report?range=15m");
        report.waitForText("[data-part=head] .chip", "Server running");
        Page log = elsewhere("/logs");
        log.waitForText("#state", "Live");
        out.run("document.querySelector('.end button').click()");
        out.waitForText("[role=status]", "You are signed out.");
        report.waitForText("[data-part=problems]", "You are signed out. Numbers are from before. Sign in again");
        assertThat(report.text("[data-part=head] .chip")).isEqualTo("Signed out");
        // Streams of this browser are from this machine, without the header: one that is refused is played.
        log.run("""
                window.stream = new EventTarget();
                stream.close = () => {};
                window.EventSource = function () { return stream; };
                EventSource.CLOSED = stream.readyState = 2;
                document.getElementById("filter").requestSubmit();
                stream.dispatchEvent(new Event("error"));""");
        log.waitForText("#state", "Signed out");
        log.waitForText("#nothing", "You are signed out. Sign in again");
        // Signed in again elsewhere: what is asked for next is followed.
        log.run("EventSource.OPEN = stream.readyState = 1; document.getElementById('filter').requestSubmit();"
                + "stream.dispatchEvent(new Event('open'))");
        log.waitForText("#state", "Live");
        log.run("stream.readyState = 2; stream.dispatchEvent(new Event('error'))");
        log.waitForText("#state", "Signed out");
        log.click("#nothing a");
        log.waitFor("#token");
        assertThat(log.front().getCurrentUrl()).endsWith("/operator?to=%2Flogs");
        browser.complaints();
        out.close();
        report.close();
        log.close();
    }

    /** A server on another port of the same machine is the same site to a browser, and the operator's all the same. */
    @Test
    void aFormOfAnotherPageOnThisMachineBansNobody() throws Exception {
        HttpServer evil = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        byte[] content = ("<form method=post action='" + url("/operator/ban") + "'><input name=target value=192.0.2.66>"
                        + "<input name=for value=good></form><script>document.forms[0].submit()</script>")
                .getBytes(StandardCharsets.UTF_8);
        evil.createContext("/", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
            exchange.close();
        });
        evil.start();
        try {
            Page page = browser.page("http://127.0.0.1:" + evil.getAddress().getPort() + "/");
            page.waitForText("body", "Pages of other sites may not do this");
            page.front().get(url("/operator"));
            page.waitForText(".chip", "this machine");
            assertThat(page.text("main")).doesNotContain("192.0.2.66");
            browser.complaints();
            page.close();
        } finally {
            evil.stop(0);
        }
    }

    @Test
    void axeFindsNothingAndAPhoneHasNoSidewaysScrolling() {
        Page here = browser.page(url("/operator"));
        here.type(
                "#target",
                "my-site:" + "a-very-long-user-name-".repeat(8),
                Keys.TAB,
                Keys.TAB,
                "w".repeat(150),
                Keys.ENTER);
        here.waitFor(".bans tbody tr");
        here.type("#target", "nobody there", Keys.ENTER);
        here.waitFor("[role=alert]");
        Page log = browser.page(url("/logs?session=12"));
        log.waitForText("#state", "Live");
        for (Page page : List.of(here, log, elsewhere("/operator"), elsewhere("/report"))) {
            for (int width : new int[] {320, 375, 1280}) {
                page.resize(width, 800, width < 500);
                page.waitUntil(
                        "a width of " + width,
                        () -> page.run("return document.documentElement.scrollWidth <= " + width)
                                .equals(true));
            }
            page.resize(375, 800, true);
            Accessibility.assertAccessible(page, page.front().getCurrentUrl());
            page.close();
        }
        browser.complaints();
    }

    @Test
    void liftIsOnTheScreenAtEachWidth() {
        Page here = browser.page(url("/operator"));
        here.type("#target", "192.0.2.70", Keys.TAB, Keys.TAB, "spam", Keys.ENTER);
        here.waitForText("[role=status]", "The ban holds.");
        for (int width : new int[] {320, 768, 770, 834, 844, 955, 1024, 1088, 1090, 1280}) {
            here.resize(width, 390, false);
            here.waitUntil("a width of " + width, () -> here.run("""
                            const card = document.querySelector(".bans").closest(".card").getBoundingClientRect();
                            const inside = each => each.getBoundingClientRect().right <= card.right;
                            return document.documentElement.scrollWidth <= innerWidth
                                    && [...document.querySelectorAll(".bans td, .bans button")].every(inside);""").equals(true));
        }
        here.run("document.querySelector('.bans [aria-label$=\" 192.0.2.70\"]').click()");
        here.waitForText("[role=status]", "The ban is lifted.");
        here.close();
    }

    @Test
    void onAPhoneNothingLiesOverTextAndLongNumbersLeaveItRoom() {
        Page here = browser.page(url("/operator"));
        here.type("#target", "203.0.113.7", Keys.ENTER);
        here.waitFor(".bans tbody tr");
        here.resize(320, 640, true);
        here.waitUntil("no text under a button", () -> here.run("""
                return [...document.querySelectorAll(".bans tr")].every((row) => {
                  const button = row.querySelector("button")?.getBoundingClientRect();
                  const text = document.createRange();
                  return [...row.querySelectorAll("td:not(.act)")].every((each) => {
                    text.selectNodeContents(each);
                    return !button || [...text.getClientRects()].every((part) => part.right <= button.left);
                  });
                })""").equals(true));
        here.close();
        Page log = browser.page(url("/logs?session=12"));
        log.waitFor(".match .links a");
        log.resize(320, 640, true);
        // As in a crowd, whose numbers have 13 digits.
        log.run("document.querySelector('.match .links a').textContent = 'Chat 7561635168266'");
        log.waitUntil("details as wide as their row", () -> log.run("""
                const row = document.querySelector(".match");
                const wide = row.querySelector(".details").getBoundingClientRect().width;
                return wide > row.clientWidth * 0.6""").equals(true));
        log.close();
    }

    // The live log

    /** One event of each kind, in a file that an earlier run has left. */
    private static String history() {
        long time = Instant.parse("2026-11-24T23:59:57.123Z").toEpochMilli();
        StringBuilder lines = new StringBuilder(LogLines.matched(time, 1, 13, 7, 12, 850));
        lines.append(LogLines.message(time, 2, 13, 7, 500)).append(LogLines.chatEnded(time, 3, 12, 7, "block", 9, 1));
        List<String> names = List.of(
                "New Connection",
                "Chat Resumed",
                "Chat Ended",
                "Call Started",
                "Reported",
                "Banned",
                "Operator Action",
                "Log Recovered",
                "Disconnected",
                "Server Stopped");
        for (int i = 0; i < names.size(); i++) {
            lines.append(("{\"time\":\"%s\",\"event\":\"%s\",\"details\":\"Session 12 <b>x</b>\",\"seq\":%d,"
                            + "\"session\":12}\n")
                    .formatted(LogLines.iso(time + i * 500L), names.get(i), i + 4));
        }
        return lines.toString();
    }

    @Test
    void theLiveLogGoesOnAndPauses() throws Exception {
        Page page = browser.page(url("/logs"));
        page.waitForText("#state", "Live");
        announce("first");
        page.waitForText("#entries li:last-child .details", "first with 1 clients");
        page.click("#pause");
        page.waitForText("#state", "Paused");
        announce("second");
        page.waitForText("#newest", "1 new");
        assertThat(page.text("#entries li:last-child .details")).contains("first");
        page.click("#pause");
        page.waitForText("#entries li:last-child .details", "second with 1 clients");
        assertThat(page.isShown("#newest")).isFalse();
        page.close();
    }

    /** Ten seconds pass at once: the clock of the page is put forward, and it hears nothing meanwhile. */
    @Test
    void aServerThatHangsIsNotSaidToBeLive() throws Exception {
        Page page = browser.page(url("/logs"));
        page.waitForText("#state", "Live");
        page.run("""
                const late = performance.now() + 11_000;
                window.Real = EventSource;
                window.asked = 0;
                window.EventSource = class extends EventTarget {
                  constructor() {
                    super();
                    asked++;
                  }
                  close() {}
                };
                performance.now = () => late + 11_000 * asked;""");
        page.waitForText("#state", "The server does not answer; trying again");
        page.waitUntil("more than one try", () -> page.run("return asked > 1").equals(true));
        page.run("window.EventSource = Real");
        page.waitForText("#state", "Live");
        announce("after-silence");
        page.waitForText("#entries li:last-child .details", "after-silence with");
        page.close();
    }

    @Test
    void whoReadsOlderEventsIsNotMovedAndToldOfNewOnes() throws Exception {
        Page page = browser.page(url("/logs"));
        page.resize(800, 300, false);
        page.waitForText("#state", "Live");
        page.waitUntil("the bottom", () -> isAtBottom(page));
        page.run("scrollTo(0, 0)");
        page.waitUntil("the top", () -> page.run("return scrollY").equals(0L));
        announce("unseen");
        page.waitForText("#newest", "1 new");
        assertThat(page.run("return scrollY")).isEqualTo(0L);
        page.click("#newest");
        page.waitForText("#entries li:last-child .details", "unseen with");
        assertThat(isAtBottom(page)).isTrue();
        announce("seen");
        page.waitForText("#entries li:last-child .details", "seen with");
        page.waitUntil("the bottom again", () -> isAtBottom(page));
        page.close();
    }

    @Test
    void whoIsFollowedFromFarUpReplacesTheList() throws Exception {
        Page page = browser.page(url("/logs"));
        page.resize(800, 300, false);
        page.waitForText("#state", "Live");
        for (int i = 0; i < 20; i++) {
            announce("far" + i);
        }
        page.waitForText("#entries li:last-child .details", "far19");
        page.waitUntil("the bottom", () -> isAtBottom(page));
        page.run("document.querySelector('.complaint').scrollIntoView({ block: 'center' })");
        page.waitForText("#state", "Looking back");
        // The chip above the list moves what is read, which is a scroll of its own.
        page.run("document.querySelector('.complaint .links a').click(); dispatchEvent(new Event('scroll'))");
        page.waitForText("#following", "Only Chat 7");
        page.waitUntil("nothing of others", () -> page.count(".complaint") == 1 && page.count(".server") == 0);
        assertThat(page.isShown("#newest")).isFalse();
        page.close();
    }

    /** Lines of neighbours may be a moment out of order in the file. */
    @Test
    void aSecondHasOneSumAlsoBetweenEntriesOutOfOrder() {
        Page page = browser.page(url("/logs"));
        page.waitForText("#state", "Live");
        page.run("""
                const stream = new EventTarget();
                stream.close = () => {};
                window.EventSource = function () { return stream; };
                EventSource.CLOSED = 2;
                EventSource.OPEN = stream.readyState = 1;
                document.getElementById("filter").requestSubmit();
                stream.dispatchEvent(new Event("begin"));
                const entry = (time, messages) => stream.dispatchEvent(new MessageEvent("entry", { data: JSON.stringify({
                  time: `2026-11-24T01:50:${time}Z`, event: messages ? "Message Relay" : "New Connection",
                  kind: messages ? "message" : "connection", details: messages ? `${messages} messages` : "", messages }) }));
                entry("47.846", 0);
                entry("48", 3);
                entry("47.945", 0);
                entry("48.100", 0);
                entry("48", 24);
                entry("49.001", 0);
                entry("48", 25);
                window.again = () => {
                  stream.dispatchEvent(new Event("begin"));
                  entry("48.100", 0);
                  entry("49.001", 0);
                  entry("50.002", 0);
                };""");
        page.waitUntil(
                "one row a second, behind what was before it",
                () -> page.texts(".entry .when")
                        .equals(List.of("01:50:47.846", "01:50:47.945", "01:50:48.100", "01:50:48", "01:50:49.001")));
        assertThat(page.text(".sum .details")).isEqualTo("25 messages");
        page.click("#pause");
        page.run("again()");
        assertThat(page.text("#newest")).isEqualTo("1 new ↓");
        page.close();
    }

    private static boolean isAtBottom(Page page) {
        return page.run("return scrollY + innerHeight >= document.documentElement.scrollHeight - 2")
                .equals(true);
    }

    @Test
    void relaysAreOneRowASecondAndALinkFollowsOneChat() throws Exception {
        Page page = browser.page(url("/logs"));
        page.waitForText("#state", "Live");
        HttpClient client = HttpClient.newHttpClient();
        try {
            WebSocket ann = connect(client);
            connect(client);
            page.waitUntil("a match of this run", () -> page.count(".day ~ .server ~ .match") == 1);
            for (int i = 0; i < 5; i++) {
                ann.sendText("hello", true).join();
            }
            page.waitUntil("five messages", () -> page.run("""
                    return [...document.querySelectorAll(".server ~ .sum .details")]
                      .reduce((sum, each) => sum + parseInt(each.textContent, 10), 0)""").equals(5L));
            assertThat(page.count(".server ~ .sum")).isLessThan(5);
            page.click(".server ~ .match .links a");
            page.waitForText("#following", "Only Chat 1");
            page.waitUntil(
                    "nothing else", () -> page.count(".entry:not(.match, .sum)") == 0 && page.count(".match") == 1);
            assertThat(page.run("return location.search")).isEqualTo("?chat=1");
            page.click("[name=relays]");
            page.waitUntil("each message", () -> page.count(".message:not(.sum)") == 5);
            assertThat(page.run("return location.search")).isEqualTo("?chat=1&relays=each");
            page.click("#following a");
            page.waitUntil("everything", () -> page.count(".server") > 0);
            assertThat(page.isShown("#following")).isFalse();
            page.run("history.back()");
            page.waitForText("#following", "Only Chat 1");
            page.waitUntil("the chat again", () -> page.count(".message:not(.sum)") == 5 && page.count(".server") == 0);
        } finally {
            // Closing it would wait for its open sockets.
            client.shutdownNow();
        }
        page.close();
    }

    private static WebSocket connect(HttpClient client) {
        return client.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + "/ws"), new WebSocket.Listener() {})
                .join();
    }

    @Test
    void timesAreInUtcOrLocalAndTheChoiceIsRemembered() {
        Page page = browser.page("about:blank");
        page.timeZone("Asia/Kolkata");
        page.front().get(url("/logs?session=12"));
        page.waitForText("#state", "Live");
        page.waitUntil(
                "the day",
                () -> page.texts(".day").equals(List.of("Tuesday, 24 November 2026", "Wednesday, 25 November 2026")));
        assertThat(page.text(".match .when")).isEqualTo("23:59:57.123");
        page.run("const zone = document.getElementById('zone'); zone.value = 'local';"
                + "zone.dispatchEvent(new Event('change'))");
        assertThat(page.text(".match .when")).isEqualTo("05:29:57.123");
        assertThat(page.texts(".day")).containsExactly("Wednesday, 25 November 2026");
        page.reload();
        page.waitForText("#state", "Live");
        page.waitUntil(
                "local time",
                () -> page.count(".match") == 1 && page.text(".match .when").equals("05:29:57.123"));
        page.run("localStorage.clear()");
        page.close();
    }

    @Test
    void anHourThatTheClockShowsTwiceHasItsOffset() {
        Page page = browser.page("about:blank");
        page.timeZone("Europe/Berlin");
        page.front().get(url("/logs"));
        page.waitForText("#state", "Live");
        page.run("""
                const zone = document.getElementById("zone");
                zone.value = "local";
                zone.dispatchEvent(new Event("change"));
                const stream = new EventTarget();
                stream.close = () => {};
                window.EventSource = function () { return stream; };
                EventSource.CLOSED = 2;
                EventSource.OPEN = stream.readyState = 1;
                document.getElementById("filter").requestSubmit();
                stream.dispatchEvent(new Event("begin"));
                for (const time of ["24T20:00", "25T00:30", "25T01:30", "25T23:30"]) {
                  stream.dispatchEvent(new MessageEvent("entry", { data: JSON.stringify({
                    time: `2026-10-${time}:00.000Z`, event: "New Connection", kind: "connection", details: "" }) }));
                }""");
        page.waitUntil(
                "a day for each offset",
                () -> page.texts("#entries li")
                        .equals(List.of(
                                "Saturday, 24 October 2026",
                                "22:00:00.000\nNew Connection",
                                "Sunday, 25 October 2026, UTC+02:00",
                                "02:30:00.000\nNew Connection",
                                "Sunday, 25 October 2026, UTC+01:00",
                                "02:30:00.000\nNew Connection",
                                "Monday, 26 October 2026",
                                "00:30:00.000\nNew Connection")));
        page.run("localStorage.clear()");
        page.timeZone("");
        page.close();
    }

    private static void announce(String scenario) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url("/loadtest")))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"phase\":\"start\",\"id\":\"x\",\"scenario\":\"" + scenario + "\",\"clients\":1}"))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThat(client.send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(204);
        }
    }

    @Test
    void itNeedsNoJavaScript() {
        try (Browser plain = Browser.open("--blink-settings=scriptEnabled=false")) {
            Page page = plain.page(url("/operator"));
            page.type("#target", "192.0.2.8", Keys.ENTER);
            page.waitForText("[role=status]", "The ban holds.");
            page.click("[aria-label='Lift the ban of 192.0.2.8']");
            page.waitForText("[role=status]", "The ban is lifted.");
            page.front().get(url("/logs?session=12&event=Chat+Ended"));
            assertThat(page.texts(".entry .what")).containsExactly("Chat Ended", "Chat Ended");
            assertThat(page.text(".complaint .details")).isEqualTo("Session 12 left: block");
            assertThat(page.texts(".day")).containsExactly("2026-11-24 UTC");
            page.click(".complaint .links a");
            assertThat(page.texts(".entry .what")).containsExactly("Chat Ended");
            page.click("[aria-label='Do not filter by Session 12']");
            assertThat(page.front().getCurrentUrl()).endsWith("/logs?event=Chat+Ended&chat=7");
            assertThat(page.isShown("#pause")).isFalse();
            page.click("#filter button");
            assertThat(plain.complaints()).isEmpty();
        }
    }
}
