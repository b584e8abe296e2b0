package loomchat.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import loomchat.Loomchat;
import loomchat.identity.operators.OperatorTokenCommand;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The operators' page in a real browser, on this machine and, by a forwarding header, from elsewhere. */
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
        page.run("document.querySelector('.end button').focus()");
        page.press(Keys.ENTER);
        page.waitForText("[role=status]", "You are signed out.");
        page.front().get(url("/report"));
        page.waitForText("h1", "This page is for operators");
        // The refusals are what the browser complains about.
        assertThat(browser.complaints()).allSatisfy(each -> assertThat(each).containsAnyOf("401", "400"));
        page.close();
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
    void axeFindsNothingAndAPhoneHasNoSidewaysScrolling() throws Exception {
        String axe;
        try (InputStream in = OperatorPageTest.class.getResourceAsStream("/axe.min.js")) {
            axe = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
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
        for (Page page : List.of(here, elsewhere("/operator"), elsewhere("/report"))) {
            page.resize(375, 800, true);
            page.waitUntil(
                    "the width of the phone",
                    () -> page.run("return document.documentElement.scrollWidth <= 375")
                            .equals(true));
            for (String theme : List.of("light", "dark")) {
                page.run("document.documentElement.dataset.theme = arguments[0]", theme);
                page.run("if (!window.axe) new Function(arguments[0])()", axe);
                Object found = page.runAsync("""
                        const done = arguments[arguments.length - 1];
                        document.getAnimations().forEach((each) => each.finish());
                        axe.run().then((result) => done(result.violations.map((each) =>
                          each.id + ": " + each.nodes.map((node) => node.html).join(" | "))));""");
                assertThat((List<?>) found).as(theme).isEmpty();
            }
            page.close();
        }
        browser.complaints();
    }

    @Test
    void itNeedsNoJavaScript() {
        try (Browser plain = Browser.open("--blink-settings=scriptEnabled=false")) {
            Page page = plain.page(url("/operator"));
            page.type("#target", "192.0.2.8", Keys.ENTER);
            page.waitForText("[role=status]", "The ban holds.");
            page.click("[aria-label='Lift the ban of 192.0.2.8']");
            page.waitForText("[role=status]", "The ban is lifted.");
            assertThat(plain.complaints()).isEmpty();
        }
    }
}
