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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The pages of load tests and comparisons in a real browser against the real server. */
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
            assertThat(page.count("[role=slider]")).isZero();
            page.click("#compare-tests button");
            assertThat(plain.driver().getCurrentUrl()).endsWith("/report/compare?a=run-2&b=run-3");
            assertThat(plain.complaints()).isEmpty();
        }
    }

    @Test
    void theKeyboardWalksAlongAGraphAndShowsBothValues() {
        Page page = browser.page(url("/report/compare?a=run-2&b=run-3"));
        page.waitFor("[data-graph=cpuMicrosPerMessage] [role=slider]");
        WebElement plot = page.front().findElement(By.cssSelector("[data-graph=cpuMicrosPerMessage] [role=slider]"));
        plot.sendKeys(Keys.END);
        String last = page.text("[data-graph=cpuMicrosPerMessage] output");
        assertThat(last).matches("1 min 0 s: a .+, b .+|59 s: a [\\d.,]+ µs, b [\\d.,]+ µs");
        plot.sendKeys(Keys.HOME);
        assertThat(page.text("[data-graph=cpuMicrosPerMessage] output")).matches("0 s: a [\\d.,]+ µs, b [\\d.,]+ µs");
        assertThat(plot.getAttribute("aria-valuetext")).startsWith("0 s: a ");
        plot.sendKeys(Keys.ARROW_RIGHT);
        assertThat(page.text("[data-graph=cpuMicrosPerMessage] output")).startsWith("1 s: ");
        assertThat(browser.complaints()).isEmpty();
        page.close();
    }
}
