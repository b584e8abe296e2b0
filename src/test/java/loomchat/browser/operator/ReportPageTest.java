package loomchat.browser.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import loomchat.Loomchat;
import loomchat.browser.Accessibility;
import loomchat.browser.Browser;
import loomchat.browser.Page;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/**
 * The report in a real browser against the real server. Long, because each part of the page is a test.
 */
@Tag("pages")
class ReportPageTest {
    @TempDir
    private static Path logs;

    private static Browser browser;
    private static Loomchat server;

    @BeforeAll
    static void start() throws Exception {
        browser = Browser.open();
        writeHistory();
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

    @Test
    void graphsAreDrawnAndARangeIsChosenByPressingDraggingAndGoingBack() {
        Page page = browser.page(url("/report"));
        page.waitFor("[data-graph=connections] .uplot canvas");
        assertThat(page.count(".uplot")).isGreaterThan(5);
        assertThat(page.count("[data-range=last][aria-current=true]")).isEqualTo(1);

        page.click("[data-range='15m']");
        page.waitFor("[data-range='15m'][aria-current=true]");
        assertThat(page.run("return location.search")).isEqualTo("?range=15m");

        page.click("[data-range=all]");
        page.waitFor("[data-range=all][aria-current=true]");
        WebElement plot = page.front().findElement(By.cssSelector("[data-graph=connections] .u-over"));
        page.run("const real = fetch; window.asked = 0; window.fetch = (...all) => (window.asked++, real(...all));"
                + "document.getElementById('live').click();");
        new Actions(page.front())
                .moveToElement(plot, -60, 0)
                .clickAndHold()
                .moveByOffset(100, 0)
                .release()
                .perform();
        page.waitUntil(
                "the dragged range",
                () -> page.run("return location.search").toString().startsWith("?from="));
        page.waitUntil("no range chosen", () -> page.count("[data-range][aria-current=true]") == 0);
        assertThat(page.run("return window.asked")).isEqualTo(1L);
        assertThat(page.isShown("#reset")).isTrue();

        page.run("history.back()");
        page.waitFor("[data-range=all][aria-current=true]");
        assertThat(browser.complaints()).isEmpty();
        page.close();
    }

    /** All timers run out while the answer is on its way. */
    @Test
    void aRefreshDoesNotCancelARangeThatIsSlowToCome() {
        Page page = browser.page(url("/report"));
        page.waitFor("[data-graph=connections] .uplot canvas");
        page.run("""
                const timers = new Map();
                const { clearTimeout, fetch } = window;
                window.setTimeout = (run) => timers.set(-1 - timers.size, run) && -timers.size;
                window.clearTimeout = (timer) => timers.delete(timer) || clearTimeout(timer);
                const held = [];
                window.fetch = (...asked) => new Promise((go) => held.push(go)).then(() => fetch(...asked));
                document.getElementById("live").dispatchEvent(new Event("change"));
                document.getElementById("zoom-in").click();
                document.dispatchEvent(new Event("visibilitychange"));
                timers.forEach((run) => run());
                held.forEach((go) => go());""");
        page.waitUntil(
                "the closer range",
                () -> page.run("return location.search").toString().startsWith("?from="));
        assertThat(browser.complaints()).isEmpty();
        page.close();
    }

    @Test
    void aTableStaysOpenAndNumbersStayFresh() {
        Page page = browser.page(url("/report?range=15m"));
        page.waitFor("[data-graph=memory] .uplot canvas");
        page.click("[data-keep=table-memory] summary");
        String before = page.text("[data-part=scan] p");
        page.waitUntil("fresh numbers", () -> !page.text("[data-part=scan] p").equals(before));
        assertThat(page.count("[data-keep=table-memory][open] tbody tr")).isPositive();
        assertThat(page.count("[data-graph]")).isEqualTo(9);
        assertThat(browser.complaints()).isEmpty();
        page.close();
    }

    @Test
    void theGraphOfCallsComesAndGoesWithCalls() {
        Page page = browser.page(url("/report?range=all"));
        page.waitFor("[data-graph=calls] .uplot canvas");
        assertThat(page.text("[data-part=calls]")).contains("Calls a day");
        page.click("[data-range='15m']");
        page.waitUntil("no graph of calls", () -> page.count("[data-graph=calls]") == 0);
        assertThat(page.text("[data-part=calls]")).isEmpty();
        page.click("[data-range=all]");
        page.waitFor("[data-graph=connections] + [data-graph=calls] .uplot canvas");
        assertThat(page.text("[data-part=calls]")).contains("Calls a day");
        assertThat(browser.complaints()).isEmpty();
        page.close();
    }

    @Test
    void theKeyboardWalksAlongAllGraphsZoomsAndGoesBack() {
        Page page = browser.page(url("/report?range=all"));
        page.waitFor("[data-graph=connections] .uplot canvas");
        // A refresh would move the moment under the cursor.
        page.run("document.getElementById('live').click();"
                + "document.querySelector('[data-graph=connections] .plot').focus()");
        page.press(Keys.ARROW_RIGHT);
        page.waitForText("[data-graph=connections] .graph-tip", "1 to 2");
        // The same moment in each of the others.
        page.waitForText("[data-graph=memory] .graph-tip", page.text("[data-graph=connections] .graph-tip p"));
        page.press("+");
        page.waitUntil(
                "a closer range",
                () -> page.run("return location.search").toString().startsWith("?from="));
        page.press(Keys.ESCAPE);
        page.waitUntil(
                "the range before", () -> page.run("return location.search").equals("?range=all"));
        assertThat(browser.complaints()).isEmpty();
        page.close();
    }

    /** A refresh every two seconds: the cursor stays under a mouse, and at the time that a finger has chosen. */
    @Test
    void theCursorStaysWhileNumbersAreRefreshed() {
        Page page = browser.page(url("/report?range=all"));
        page.waitFor("[data-graph=connections] .uplot canvas");
        page.run("""
                const over = document.querySelector("[data-graph=connections] .u-over");
                over.scrollIntoView({ block: "center" });
                const box = over.getBoundingClientRect();
                const at = { bubbles: true, clientX: box.left + box.width / 5, clientY: box.top + 20, movementX: 1 };
                over.dispatchEvent(new PointerEvent("pointerenter", { ...at, pointerType: "mouse" }));
                over.dispatchEvent(new MouseEvent("mousemove", at));""");
        page.waitUntil("a box at the mouse", () -> !tip(page, "connections").isEmpty());
        double before = cursor(page, "connections");
        awaitRefreshes(page);
        assertThat(cursor(page, "connections")).isCloseTo(before, within(2.0));
        assertThat(cursor(page, "memory")).isCloseTo(before, within(25.0));
        assertThat(tip(page, "memory")).isEqualTo(tip(page, "connections"));

        touch(page, 0.2);
        String chosen = tip(page, "connections");
        assertThat(chosen).isNotEmpty();
        awaitRefreshes(page);
        assertThat(tip(page, "connections")).isEqualTo(chosen);
        assertThat(tip(page, "memory")).isEqualTo(chosen);
        assertThat(browser.complaints()).isEmpty();
        page.close();
    }

    /** All waits are cut short, and noted; however long the server is away, none is longer than the first ones. */
    @Test
    void aServerThatDoesNotAnswerIsNotSaidToRunAndIsAskedEveryFewSeconds() {
        Page page = browser.page(url("/report?range=15m"));
        page.waitForText("[data-part=head] .chip.good", "Server running");
        page.run("""
                const { fetch, setTimeout } = window;
                window.asked = [];
                window.waits = [];
                window.most = window.open = 0;
                window.back = () => (window.fetch = fetch);
                window.fetch = async (address, { method = "GET" }) => {
                  asked.push(`${method} ${address}`);
                  most = Math.max(most, ++open);
                  await null;
                  open--;
                  throw new TypeError("cut off");
                };
                window.setTimeout = (run, millis) => (waits.push(millis), setTimeout(run, 10));
                document.getElementById("live").dispatchEvent(new Event("change"));""");
        page.waitForText("[data-part=head] .chip.bad", "No answer since");
        page.waitForText("[data-part=problems]", "The server does not answer. Numbers are from before; asking every");
        page.waitUntil(
                "many questions", () -> page.run("return asked.length > 12").equals(true));
        List<?> asked = (List<?>) page.run("return asked");
        assertThat(asked.getFirst()).isEqualTo("GET /report?range=15m");
        assertThat(asked.stream().skip(1)).allMatch("HEAD /healthz"::equals);
        assertThat(page.run("return most")).isEqualTo(1L);
        List<?> waits = (List<?>) page.run("return waits.slice(1, 12)");
        assertThat(waits.stream().map(each -> ((Number) each).doubleValue()))
                .allMatch(each -> each >= 5_000 && each <= 7_000)
                .doesNotHaveDuplicates();
        page.run("back()");
        page.waitForText("[data-part=head] .chip.good", "Server running");
        page.waitUntil("no old text", () -> !page.text("[data-part=problems]").contains("does not answer"));
        browser.complaints();
        page.close();
    }

    /** The waits are cut short. First the report takes long and all else is answered, then nothing is. */
    @Test
    void aSlowReportIsWaitedForAndAServerThatHangsIsNotSaidToRun() {
        Page page = browser.page(url("/report?range=15m"));
        page.waitForText("[data-part=head] .chip.good", "Server running");
        page.run("""
                const { fetch, setTimeout } = window;
                window.asked = [];
                window.hangs = (signal) => new Promise((_, no) => signal.addEventListener("abort", () => no(signal.reason)));
                window.small = () => Promise.resolve({ ok: true });
                window.back = () => (window.fetch = fetch);
                window.fetch = (address, { method = "GET", signal }) => {
                  asked.push(`${method} ${address}`);
                  return method === "HEAD" ? small(signal) : new Promise((yes) => (window.release = () => yes(fetch(address))));
                };
                AbortSignal.timeout = () => {
                  const late = new AbortController();
                  setTimeout(() => late.abort(), 10);
                  return late.signal;
                };
                window.setTimeout = (run) => setTimeout(run, 10);
                document.getElementById("live").dispatchEvent(new Event("change"));""");
        page.waitUntil(
                "small questions beside a large one",
                () -> page.run("return asked.length > 5").equals(true));
        assertThat(page.count("[data-part=head] .chip.good")).isOne();
        page.run("""
                const now = performance.now();
                performance.now = () => now + 30_000;
                window.asked = [];
                release();""");
        page.waitUntil(
                "small questions in the pause after it",
                () -> page.run("return asked.length > 5").equals(true));
        assertThat((List<?>) page.run("return asked")).allMatch("HEAD /healthz"::equals);
        assertThat(page.count("[data-part=head] .chip.good")).isOne();
        page.run("window.small = hangs");
        page.waitForText("[data-part=head] .chip.bad", "No answer since");
        page.run("""
                window.small = () => Promise.resolve({ ok: true });
                window.fetch = (address, { method, signal }) =>
                  method === "HEAD" ? small(signal) : hangs((window.large = signal));""");
        page.waitUntil(
                "a report asked for again",
                () -> page.run("return window.large !== undefined").equals(true));
        page.run("window.small = hangs");
        page.waitUntil("it given up", () -> page.run("return large.aborted").equals(true));
        page.waitForText("[data-part=problems]", "The server does not answer. Numbers are from before; asking every");
        page.run("back()");
        page.waitForText("[data-part=head] .chip.good", "Server running");
        browser.complaints();
        page.close();
    }

    /** Until the numbers were replaced twice. */
    private static void awaitRefreshes(Page page) {
        for (int i = 0; i < 2; i++) {
            String before = page.text("[data-part=scan] p");
            page.waitUntil(
                    "fresh numbers", () -> !page.text("[data-part=scan] p").equals(before));
        }
    }

    /** The time that a graph's box shows; empty without one. */
    private static String tip(Page page, String graph) {
        return page.isShown("[data-graph=" + graph + "] .graph-tip")
                ? page.text("[data-graph=" + graph + "] .graph-tip p")
                : "";
    }

    /** Where the line of a graph's cursor is. */
    private static double cursor(Page page, String graph) {
        return ((Number) page.run(
                        "return document.querySelector('[data-graph=' + arguments[0] + '] .u-cursor-x')"
                                + ".getBoundingClientRect().x - document.querySelector('[data-graph=' + arguments[0]"
                                + " + '] .u-over').getBoundingClientRect().x",
                        graph))
                .doubleValue();
    }

    @Test
    void aFingerChoosesARangeAndADoubleTapLeavesIt() {
        Page page = browser.page(url("/report?range=all"));
        page.resize(390, 844, true);
        page.waitFor("[data-graph=connections] .uplot canvas");
        // A refresh would draw the graph anew under the finger.
        page.run("document.getElementById('live').click();"
                + "document.querySelector('[data-graph=connections]').scrollIntoView({ block: 'center' })");
        assertThat(page.run("return getComputedStyle(document.querySelector('.u-over')).touchAction"))
                .isEqualTo("pan-y");
        touch(page, 0.3, 0.4, 0.6);
        page.waitUntil(
                "the range under the finger",
                () -> page.run("return location.search").toString().startsWith("?from="));
        page.waitUntil("the end of the request", () -> page.count("[aria-busy]") == 0);
        touch(page, 0.5);
        // What a single tap shows depends on where the range has numbers.
        touch(page, 0.5);
        page.waitUntil(
                "the range before", () -> page.run("return location.search").equals("?range=all"));
        assertThat(browser.complaints()).isEmpty();
        page.close();
    }

    /** A finger goes down at the first share of the graph's width, moves to the others and is lifted at the last. */
    private static void touch(Page page, double... shares) {
        page.run("""
                const over = document.querySelector("[data-graph=connections] .u-over");
                const box = over.getBoundingClientRect();
                over.setPointerCapture = () => {};
                const send = (type, share) => over.dispatchEvent(new PointerEvent(type, {
                  bubbles: true, pointerId: 7, pointerType: "touch", isPrimary: true,
                  clientX: box.left + box.width * share, clientY: box.top + 20 }));
                send("pointerdown", arguments[0][0]);
                arguments[0].slice(1).forEach((share) => send("pointermove", share));
                send("pointerup", arguments[0].at(-1));""", java.util.Arrays.stream(shares).boxed().toList());
    }

    @Test
    void aGraphIsSavedAsAPictureAndAsNumbers() {
        Page page = browser.page(url("/report?range=all"));
        page.waitFor("[data-graph=connections] .graph-menu summary");
        page.run("""
                window.saved = [];
                const blobs = new Map();
                const { createObjectURL } = URL;
                URL.createObjectURL = (blob) => {
                  const url = createObjectURL(blob);
                  blobs.set(url, blob);
                  return url;
                };
                HTMLAnchorElement.prototype.click = function () {
                  const { download, href } = this;
                  blobs.get(href).text().then((text) => window.saved.push(download, text));
                };""");
        for (int i = 1; i <= 2; i++) {
            page.click("[data-graph=connections] .graph-menu summary");
            page.click("[data-graph=connections] .graph-menu button:nth-of-type(" + i + ")");
            int files = i;
            page.waitUntil("a file", () -> page.run("return saved.length").equals(2L * files));
        }
        List<?> saved = (List<?>) page.run("return saved");
        assertThat(saved.get(0).toString()).startsWith("loomchat-connections-").endsWith(".svg");
        assertThat(saved.get(1).toString())
                .contains(
                        "<svg xmlns=\"http://www.w3.org/2000/svg\"", ">Connections</text>", ">pairs</text>", "#ffffff")
                .doesNotContain("var(", "class=");
        assertThat(saved.get(2).toString()).startsWith("loomchat-connections-").endsWith(".csv");
        assertThat(saved.get(3).toString())
                .startsWith("time,\"open, least\",\"open, mean\",\"open, greatest\",\"pairs, least\"");
        // The first bucket of the history: samples with 1 and 2 connections.
        assertThat(saved.get(3).toString().lines().toList().get(1)).contains(",1,1.5,2,");
        assertThat(browser.complaints()).isEmpty();
        page.close();
    }

    @Test
    void timesAreThoseOfTheReadersPlaceWhenChosen() {
        Page page = browser.page(url("/report?from=1767225600000&to=1767229200000"));
        page.waitForText("[data-part=head]", "2026-01-01 00:00:00 to 2026-01-01 01:00:00 UTC");
        page.timeZone("Asia/Tokyo");
        page.click(".dates summary");
        page.run("const zone = document.getElementById('zone'); zone.value = 'local';"
                + "zone.dispatchEvent(new Event('change'))");
        page.waitForText("[data-part=head]", "2026-01-01 09:00:00 to 2026-01-01 10:00:00 Asia/Tokyo");
        assertThat(page.run("return document.querySelector('[name=from]').value"))
                .isEqualTo("2026-01-01 09:00:00");
        page.click("#range-form button[type=submit]");
        page.waitUntil(
                "the same range, to the second",
                () -> page.run("return location.search").equals("?from=1767225600000&to=1767229200000"));
        // The choice stays.
        page.front().navigate().refresh();
        page.waitForText("[data-part=head]", "2026-01-01 09:00:00");
        page.run("localStorage.clear()");
        page.timeZone("");
        assertThat(browser.complaints()).isEmpty();
        page.close();
    }

    /** An offset of today would be that of no time before the clock was changed. */
    @Test
    void timesAreTrueAcrossAChangeOfTheClock() {
        Page page = browser.page(url("/report"));
        page.run("localStorage.setItem('loomchat.times', 'local')");
        String hour = "2025-10-26 02:30:00 +02:00 to 2025-10-26 02:30:00 +01:00 Europe/Berlin, 1 h";
        String[][] ranges = {
            {"Europe/Berlin", "2025-09-20T03:06:52Z", "2025-11-30T20:51:59Z"},
            {"2025-09-20 05:06:52 to 2025-11-30 21:51:59 Europe/Berlin"},
            {"Europe/Berlin", "2025-10-26T00:30:00Z", "2025-10-26T01:30:00Z"},
            {hour},
            {"Europe/Berlin", "2025-03-30T00:30:00Z", "2025-03-30T01:30:00Z"},
            {"2025-03-30 01:30:00 to 2025-03-30 03:30:00 Europe/Berlin, 1 h"},
            {"America/New_York", "2025-11-02T04:00:00Z", "2025-11-03T05:00:00Z"},
            {"2025-11-02 00:00:00 to 2025-11-03 00:00:00 America/New York, 25 h"},
        };
        for (int i = 0; i < ranges.length; i += 2) {
            page.timeZone(ranges[i][0]);
            page.front().get(url("/report?from=" + ranges[i][1] + "&to=" + ranges[i][2]));
            page.waitForText("[data-part=head]", ranges[i + 1][0]);
            // The form says the same range as it shows.
            page.run("document.querySelector('#range-form').requestSubmit()");
            String same = "?from=" + Instant.parse(ranges[i][1]).toEpochMilli() + "&to="
                    + Instant.parse(ranges[i][2]).toEpochMilli();
            page.waitUntil(
                    "the same range, to the second",
                    () -> page.run("return location.search").equals(same));
        }
        page.timeZone("Europe/Berlin");
        page.front().get(url("/report?range=all"));
        page.waitForText("[data-part=runs] thead", "Started (Europe/Berlin)");
        for (int width : new int[] {320, 1280}) {
            page.resize(width, 640, width < 500);
            page.waitUntil(
                    "no sideways scrolling",
                    () -> page.run("return document.documentElement.scrollWidth <= arguments[0]", width)
                            .equals(true));
        }
        page.run("localStorage.clear()");
        page.timeZone("");
        assertThat(browser.complaints()).isEmpty();
        page.close();
    }

    @Test
    void aTimeThatIsNoneIsRefusedInTheReadersTimeZone() {
        Page page = browser.page(url("/report"));
        page.run("localStorage.setItem('loomchat.times', 'local')");
        page.timeZone("Europe/Berlin");
        page.front().get(url("/report?range=15m"));
        page.click(".dates summary");
        page.waitForText(".dates [data-zone]", "Europe/Berlin");
        for (String wrong :
                new String[] {"2025-11-01 99:00", "2025-02-30", "25:00", "01.11.2026", "2025-11-01T10:60"}) {
            page.run("document.querySelector('[name=from]').value = arguments[0]", wrong);
            page.click("#range-form button[type=submit]");
            assertThat(page.run("return document.querySelector('[name=from]').validationMessage")
                            .toString())
                    .as(wrong)
                    .startsWith("Allowed is a time such as 2026-11-24 13:50 (Europe/Berlin)");
            page.run("document.querySelector('[name=from]').dispatchEvent(new Event('input'))");
        }
        page.run("document.querySelector('[name=from]').value = '2025-11-03 10:00';"
                + "document.querySelector('[name=to]').value = '2025-11-02 10:00'");
        page.click("#range-form button[type=submit]");
        page.waitForText(
                "#range-form [role=alert]",
                "from=2025-11-03 10:00 is not allowed: it must be before to=2025-11-02 10:00");
        awaitRefreshes(page);
        assertThat(page.isShown("#range-form [role=alert]")).isTrue();
        assertThat(page.run("return location.search")).isEqualTo("?range=15m");
        page.run("document.querySelector('[name=from]').value = '2025-11-01 10:00+01:00'");
        page.click("#range-form button[type=submit]");
        page.waitUntil(
                "the range", () -> page.run("return location.search").equals("?from=1761987600000&to=1762074000000"));
        assertThat(page.isShown("#range-form [role=alert]")).isFalse();
        page.run("localStorage.clear()");
        page.timeZone("");
        browser.complaints();
        page.close();
    }

    @Test
    void aPhoneHasNoSidewaysScrolling() {
        for (String path : new String[] {"/report", "/report?range=all", "/report?range=15m"}) {
            Page page = browser.page(url(path));
            for (int[] size : new int[][] {{390, 844}, {320, 568}, {844, 390}}) {
                page.resize(size[0], size[1], true);
                page.waitUntil(
                        "the range that is shown in sight", () -> page.run("""
                                const button = document.querySelector("[data-range][aria-current=true]");
                                return button.getBoundingClientRect().right
                                  <= button.parentElement.getBoundingClientRect().right + 0.5;""").equals(true));
                page.waitUntil(
                        "the width of the phone",
                        // Not innerWidth: the window of a phone becomes as wide as its page.
                        () -> page.run("return document.documentElement.scrollWidth <= arguments[0]", size[0])
                                .equals(true));
            }
            page.close();
        }
    }

    @Test
    void aNarrowGraphHasSeveralTimesOnItsAxis() {
        Page page = browser.page(url("/report?range=1h"));
        page.resize(390, 844, true);
        page.waitFor("[data-graph=connections] .uplot canvas");
        page.run("""
                document.getElementById("live").click();
                window.plots = [];
                window.uPlot = class extends uPlot {
                  constructor(...all) {
                    super(...all);
                    plots.push(this);
                  }
                };
                document.getElementById("zone").dispatchEvent(new Event("change"));""");
        for (int minutes : new int[] {1, 2, 3, 4, 6, 7, 8, 9, 12, 13, 25, 40, 70, 100, 250, 700, 1_500}) {
            page.run("""
                    for (const plot of plots) {
                      plot.setScale("x", { min: 1764015990, max: 1764015990 + 60 * arguments[0] });
                    }""", minutes);
            page.waitUntil(
                    "labels for " + minutes + " min",
                    () -> page.run("return plots.length > 5 && plots.every((each) =>"
                                    + " each.axes[0]._values.filter(Boolean).length >= 2)")
                            .equals(true));
        }
        browser.complaints();
        page.close();
    }

    @Test
    void theVerdictOfALoadTestIsOnTheFirstScreenAndLeadsToItsRun() {
        Page page = browser.page(url("/report?range=all"));
        page.resize(390, 844, true);
        page.waitForText(".verdict.bad .missed", "p99 < 50ms was missed (80ms)");
        assertThat(page.texts(".verdict.bad dd")).containsExactly("80.5 ms", "1,200", "0");
        assertThat(page.run("const box = document.querySelector('.verdict').getBoundingClientRect();"
                        + "return box.top > 0 && box.bottom < innerHeight"))
                .isEqualTo(true);
        page.waitFor("[data-graph=connections] .uplot canvas");
        page.tap(".verdict.bad a");
        page.waitForText("[data-part=head]", "1 min 6 s");
        page.run("document.getElementById('reset').click()");
        page.waitFor("[data-range=all][aria-current=true]");
        page.resize(1280, 800, false);
        Accessibility.assertAccessible(page, "the report");
        assertThat(browser.complaints()).isEmpty();
        page.close();
    }

    @Test
    void withoutJavaScriptThePageHasPicturesTablesAndAForm() {
        try (Browser plain = Browser.open("--blink-settings=scriptEnabled=false")) {
            Page page = plain.page(url("/report?range=all"));
            assertThat(page.count("[data-graph] svg path.line")).isPositive();
            assertThat(page.count("[data-graph] table tbody tr")).isPositive();
            assertThat(page.isShown("#live")).isFalse();
            page.click(".dates summary");
            assertThat(page.isShown("#range-form button[type=submit]")).isTrue();
            assertThat(page.text("[data-part=totals]")).contains("Crashes");
            assertThat(plain.complaints()).isEmpty();
        }
    }

    /**
     * Three hours of samples and two runs, of which the first crashed; calls in the first hour alone. It begins late in
     * a minute, so that the middle of the first bucket lies before the range.
     */
    private static void writeHistory() throws Exception {
        long start = System.currentTimeMillis() / 60_000 * 60_000 - 3 * 3_600_000L + 40_000;
        StringBuilder samples = new StringBuilder();
        for (int i = 1; i <= 1_000; i++) {
            samples.append(("{\"time\":\"%s\",\"millis\":10000,\"bytesIn\":%d,\"bytesOut\":%d,\"messagesRelayed\":%d,"
                            + "\"connections\":%d,\"waiting\":%d,\"pairs\":%d,\"rssBytes\":%d,\"cpuPercent\":%d,\"calls\":%d}\n")
                    .formatted(
                            Instant.ofEpochMilli(start + i * 10_000L),
                            i * 977,
                            i * 1013,
                            i * 7,
                            i % 300,
                            i % 3,
                            i % 150,
                            90_000_000 + i * 3100,
                            i % 90,
                            i < 300 ? i % 7 : 0));
        }
        Files.writeString(logs.resolve("bandwidth-20260101T000000000Z.jsonl"), samples);
        String test =
                "{\"time\":\"%s\",\"event\":\"Load Test %s\",\"details\":\"\",\"seq\":2,\"id\":\"%s\",\"scenario\":\"evil\",%s}\n";
        StringBuilder passed = new StringBuilder();
        for (int i = 1; i <= 3; i++) {
            String begun = Instant.ofEpochMilli(start + i * 150_000L).toString();
            String ended = Instant.ofEpochMilli(start + i * 150_000L + 60_000).toString();
            passed.append(test.formatted(begun, "Started", "p" + i, "\"clients\":300"))
                    .append(test.formatted(ended, "Ended", "p" + i, "\"result\":\"passed\""));
        }
        String started = "{\"time\":\"%s\",\"event\":\"Server Started\",\"details\":\"Loomchat\",\"seq\":1}\n";
        Files.writeString(
                logs.resolve("chat-logs-20260101T000000000Z.jsonl"),
                started.formatted(Instant.ofEpochMilli(start))
                        + passed
                        + test.formatted(Instant.ofEpochMilli(start + 600_000), "Started", "t", "\"clients\":300")
                        + test.formatted(
                                Instant.ofEpochMilli(start + 660_000),
                                "Ended",
                                "t",
                                "\"result\":\"failed\",\"verdict\":\"FAILED: p99 < 50ms was missed (80ms)\",\"seconds\":10,"
                                        + "\"counts\":{\"delivered\":12000,\"lost\":0},"
                                        + "\"latencies\":{\"intended\":{\"p99\":80.5}}")
                        + started.formatted(Instant.ofEpochMilli(start + 5_000_000)));
    }

    private static String url(String path) {
        return "http://127.0.0.1:" + server.port() + path;
    }
}
