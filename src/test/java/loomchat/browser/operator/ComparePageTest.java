package loomchat.browser.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import loomchat.Loomchat;
import loomchat.browser.Accessibility;
import loomchat.browser.Browser;
import loomchat.browser.Page;
import loomchat.report.compare.LoadTestHistory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The pages of load tests and comparisons in a real browser against the real server. */
@Tag("pages")
class ComparePageTest {
    @TempDir
    private static Path logs;

    private static Browser browser;
    private static Loomchat server;

    @BeforeAll
    static void start() throws Exception {
        browser = Browser.open();
        LoadTestHistory.usual().writeTo(logs);
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

    @Test
    void fromTheListToALoadTestToItsComparison() {
        Page page = browser.page(url("/report/loadtest"));
        page.waitFor("[aria-labelledby=tests] table");
        page.click("a[href='/report/loadtest?id=run-3']");
        page.waitFor("#verdict");
        assertThat(page.text("#verdict")).contains("lost == 0 was missed");
        Accessibility.assertAccessible(page, "load test");
        page.click("a.button.primary");
        page.waitFor("#summary");
        assertThat(page.text("#set-up")).isEqualTo("The set-ups differ");
        assertThat(page.text(".sentences")).contains("more CPU a message: worse");
        Accessibility.assertAccessible(page, "comparison");
        assertThat(browser.complaints()).isEmpty();
        page.close();
    }

    @Test
    void aPhoneHasNoSidewaysScrolling() {
        for (String path : new String[] {
            "/report/loadtest", "/report/loadtest?id=run-3", "/report/compare?a=run-2&b=run-3", "/report/compare"
        }) {
            Page page = browser.page(url(path));
            page.resize(320, 640, true);
            page.waitUntil(
                    path + " in the width of a small phone",
                    () -> page.run("return document.documentElement.scrollWidth <= 320")
                            .equals(true));
            page.close();
        }
    }

    @Test
    void withoutJavaScriptThePageHasPicturesTablesAndForms() {
        try (Browser plain = Browser.open("--blink-settings=scriptEnabled=false")) {
            Page page = plain.page(url("/report/compare?a=run-2&b=run-3"));
            assertThat(page.count("[data-graph] svg path.line.s2")).isGreaterThan(5);
            assertThat(page.count("[data-graph=cpuMicrosPerMessage] table tbody tr"))
                    .isEqualTo(30);
            assertThat(page.count(".uplot")).isZero();
            page.click("#compare-tests button");
            assertThat(plain.driver().getCurrentUrl()).endsWith("/report/compare?a=run-2&b=run-3");
            assertThat(plain.complaints()).isEmpty();
        }
    }

    @Test
    void theKeyboardWalksAlongAllGraphsAndLooksCloser() {
        Page page = browser.page(url("/report/compare?a=run-2&b=run-3"));
        page.waitFor("[data-graph=cpuMicrosPerMessage] .uplot canvas");
        WebElement plot = page.front().findElement(By.cssSelector("[data-graph=cpuMicrosPerMessage] .plot"));
        plot.sendKeys(Keys.HOME);
        assertThat(tip(page, "cpuMicrosPerMessage")).matches("0:01 a [\\d.,]+ µs b [\\d.,]+ µs");
        // The same moment in the others, also where the client measured at other distances.
        assertThat(tip(page, "messagesPerSecond")).matches("0:01 a [\\d.,]+/s b [\\d.,]+/s");
        assertThat(tip(page, "latency-p99")).matches("0:0[0-3] a [\\d.,]+ ms b [\\d.,]+ ms");
        plot.sendKeys(Keys.ARROW_RIGHT);
        assertThat(tip(page, "cpuMicrosPerMessage")).startsWith("0:02 a ");
        plot.sendKeys(Keys.END);
        assertThat(tip(page, "cpuMicrosPerMessage")).matches("(0:59|1:00) a .+ b .+");
        plot.sendKeys("+");
        plot.sendKeys(Keys.HOME);
        plot.sendKeys(Keys.END);
        assertThat(page.text("[data-graph=cpuMicrosPerMessage] .graph-tip p")).matches("0:59|1:00");
        page.run("document.querySelector('[data-graph=rssBytes] .u-over').scrollIntoView({ block: 'center' })");
        drag(page, 0.25, 0.5);
        page.waitUntil("no cursor of what was left out", () -> leftEnd(page).compareTo("0:30") > 0);
        plot.sendKeys(Keys.ESCAPE);
        plot.sendKeys(Keys.ESCAPE);
        page.waitUntil("all of it", () -> leftEnd(page).compareTo("0:02") < 0);
        assertThat(browser.complaints()).isEmpty();
        page.close();
    }

    @Test
    void aGraphIsSavedWithItsSecondsAndItsSides() {
        Page page = browser.page(url("/report/compare?a=run-2&b=run-3"));
        page.waitFor("[data-graph=rssBytes] .graph-menu summary");
        page.run("""
                window.saved = [];
                URL.createObjectURL = (blob) => (blob.text().then((text) => saved.push(text)), "data:,");
                HTMLAnchorElement.prototype.click = function () { saved.push(this.download); };""");
        for (int i = 1; i <= 2; i++) {
            page.click("[data-graph=rssBytes] .graph-menu summary");
            page.click("[data-graph=rssBytes] .graph-menu button:nth-of-type(" + i + ")");
        }
        page.waitUntil(
                "two files", () -> page.run("return saved.length").toString().equals("4"));
        String saved = page.run("return saved.join('\\n')").toString();
        assertThat(saved)
                .contains("loomchat-rssBytes-run-2-beside-run-3.svg")
                .contains(">Resident memory<")
                .contains(">run-2 beside run-3<")
                .containsPattern("seconds,a,b\\s+0,\\d+,\\d+\\s+1,");
        page.close();
    }

    @Test
    void aRangeIsOfferedBesideTheOneBeforeIt() {
        Page page = browser.page(url("/report/compare?b=2026-11-20T10:20:00Z..2026-11-20T10:21:00Z"));
        page.waitForText("#compare-ranges .primary", "Compare ranges");
        assertThat(page.count("#compare-tests .primary")).isZero();
        page.click("#compare-ranges button");
        page.waitFor(".sides");
        assertThat(page.text(".sides"))
                .contains("2026-11-20 10:19:00 to 2026-11-20 10:20:00", "2026-11-20 10:20:00 to 2026-11-20 10:21:00");
        page.close();
    }

    @Test
    void oneTimeZoneHoldsForThePageAndItsForms() {
        Page page = browser.page(url("/report/compare?b=run-3"));
        page.run("localStorage.setItem('loomchat.times', 'local')");
        page.timeZone("America/New_York");
        page.front().navigate().refresh();
        page.waitForText("#compare-tests select[name=b] option:checked", "2026-11-20 05:20:00, classic");
        assertThat(page.text("[aria-labelledby=tests] thead")).contains("Started (America/New York)");
        assertThat(page.text("[aria-labelledby=tests] tbody")).contains("2026-11-20 05:20:00");
        page.run("document.querySelector('#compare-ranges').closest('details').open = true;"
                + "['aFrom 2026-11-20 05:10:00', 'aTo 2026-11-20 05:11:00', 'bFrom 2026-11-20T05:20',"
                + " 'bTo 2026-11-20T05:21'].forEach((each) => { const [name, ...rest] = each.split(' ');"
                + " document.querySelector(`#compare-ranges [name=${name}]`).value = rest.join(' '); });");
        page.click("#compare-ranges button");
        page.waitFor("#summary");
        assertThat(page.run("return location.search").toString())
                .contains("2026-11-20T10%3A10%3A00.000Z", "2026-11-20T10%3A21%3A00.000Z");
        assertThat(page.text(".sides")).contains("2026-11-20 05:10:00 to 2026-11-20 05:11:00 America/New York");
        assertThat(page.run("return document.querySelector('#compare-ranges [name=bTo]').value"))
                .isEqualTo("2026-11-20 05:21:00");
        page.run("localStorage.clear()");
        assertThat(browser.complaints()).isEmpty();
        page.close();
    }

    private static String tip(Page page, String graph) {
        return page.text("[data-graph=" + graph + "] .graph-tip").replaceAll("\\s+", " ");
    }

    /** The first moment that a walk through a graph finds within what is shown. */
    private static String leftEnd(Page page) {
        page.run("""
                const over = document.querySelector("[data-graph=rssBytes] .u-over");
                const box = over.getBoundingClientRect();
                over.dispatchEvent(new PointerEvent("pointerenter", { pointerType: "mouse" }));
                over.dispatchEvent(new MouseEvent("mousemove",
                  { bubbles: true, clientX: box.left + 1, clientY: box.top + 20, movementX: 1 }));""");
        return page.text("[data-graph=rssBytes] .graph-tip p");
    }

    private static void drag(Page page, double from, double to) {
        page.run("""
                const over = document.querySelector("[data-graph=rssBytes] .u-over");
                const box = over.getBoundingClientRect();
                over.setPointerCapture = () => {};
                const send = (type, share) => over.dispatchEvent(new PointerEvent(type, {
                  bubbles: true, pointerId: 1, pointerType: "mouse", button: type === "pointermove" ? -1 : 0,
                  clientX: box.left + box.width * share, clientY: box.top + 20 }));
                send("pointerdown", arguments[0]);
                send("pointermove", arguments[1]);
                send("pointerup", arguments[1]);""", from, to);
    }
}
