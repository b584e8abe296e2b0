package loomchat.browser;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import loomchat.browser.engine.BrowserProcess;
import loomchat.browser.engine.Preferences;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.remote.RemoteWebDriver;

/**
 * One tab of a {@link Browser}. Each call brings the tab to the front first; waits end with an error after a
 * deadline.
 */
public final class Page {
    private static final Duration DEADLINE = Duration.ofSeconds(15);

    private final Browser browser;
    private final RemoteWebDriver driver;
    private final String handle;

    Page(Browser browser, RemoteWebDriver driver, String handle) {
        this.browser = browser;
        this.driver = driver;
        this.handle = handle;
    }

    public Browser browser() {
        return browser;
    }

    public RemoteWebDriver front() {
        browser.switchTo(handle);
        return driver;
    }

    public void click(String css) {
        front().findElement(By.cssSelector(css)).click();
    }

    /**
     * Presses what a finger would meet at the middle of the element. Ten times as quick as {@link #click}, which
     * waits for frames to be painted.
     */
    public void tap(String css) {
        Object instead = run("""
                const wanted = document.querySelector(arguments[0]);
                if (!wanted?.checkVisibility()) return "nothing to see";
                wanted.scrollIntoView({ block: "nearest" });
                const box = wanted.getBoundingClientRect();
                const met = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
                if (!wanted.contains(met)) return met?.outerHTML ?? "nothing";
                wanted.focus();
                wanted.click();""", css);
        if (instead != null) {
            throw new AssertionError("At " + css + " there is " + instead);
        }
    }

    public void type(String css, CharSequence... keys) {
        front().findElement(By.cssSelector(css)).sendKeys(keys);
    }

    /** Presses keys wherever the focus is. */
    public void press(CharSequence... keys) {
        front().switchTo().activeElement().sendKeys(keys);
    }

    public void press(Keys key) {
        front().switchTo().activeElement().sendKeys(key);
    }

    /** The visible text of the first match; empty when there is none. */
    public String text(String css) {
        List<String> found = texts(css);
        return found.isEmpty() ? "" : found.getFirst();
    }

    // One command each, however many elements match: the driver's own way takes one more for each of them.

    @SuppressWarnings("unchecked")
    public List<String> texts(String css) {
        return (List<String>)
                run("return [...document.querySelectorAll(arguments[0])].map((each) => each.innerText.trim())", css);
    }

    public int count(String css) {
        return ((Number) run("return document.querySelectorAll(arguments[0]).length", css)).intValue();
    }

    public boolean isShown(String css) {
        return (boolean)
                run("return [...document.querySelectorAll(arguments[0])].some((each) => each.checkVisibility())", css);
    }

    /** Runs a script in the page, as {@link JavascriptExecutor#executeScript} does. */
    public Object run(String script, Object... arguments) {
        return ((JavascriptExecutor) front()).executeScript(script, arguments);
    }

    /** The same for a script that calls its last argument with its result. */
    public Object runAsync(String script, Object... arguments) {
        return ((JavascriptExecutor) front()).executeAsyncScript(script, arguments);
    }

    public void waitFor(String css) {
        waitUntil("an element " + css, () -> isShown(css));
    }

    public void waitForText(String css, String text) {
        waitUntil("\"" + text + "\" in " + css, () -> texts(css).stream().anyMatch(each -> each.contains(text)));
    }

    public void waitUntil(String what, BooleanSupplier condition) {
        waitUntil(what, DEADLINE, condition);
    }

    public void waitUntil(String what, Duration deadline, BooleanSupplier condition) {
        org.awaitility.Awaitility.await(what)
                .atMost(deadline)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptionsInstanceOf(org.openqa.selenium.WebDriverException.class)
                .until(condition::getAsBoolean);
    }

    /** Sets the size of the viewport in CSS pixels; {@code mobile} as a phone with a touch screen. */
    public void resize(int width, int height, boolean mobile) {
        process().resize(width, height, mobile);
    }

    /** Stops everything that the page does, as a browser does with a tab that was in the background for long. */
    public void freeze(boolean frozen) {
        devtools("Page.setWebLifecycleState", Map.of("state", frozen ? "frozen" : "active"));
    }

    /** Whether the tab's next pages will be so: if not, another browser has to be started for it. */
    boolean prefer(Preferences preferences) {
        return process().prefer(preferences);
    }

    /** Where the visitor is; an empty text for where this machine is, as after each test. */
    public void timeZone(String id) {
        process().timeZone(id);
    }

    /** Takes the network away from the page, as an aeroplane mode does, or gives it back. */
    public void offline(boolean offline) {
        process().offline(offline);
    }

    /** A command of Chromium's devtools, and its result; in another browser the test is skipped. */
    public Map<String, Object> devtools(String command, Map<String, Object> parameters) {
        return process().devtools(command, parameters);
    }

    private BrowserProcess process() {
        front();
        return browser.process();
    }

    public void screenshot(Path file) throws java.io.IOException {
        Files.write(file, front().getScreenshotAs(OutputType.BYTES));
    }

    public void reload() {
        front().navigate().refresh();
    }

    public void close() {
        front();
        browser.closeFront();
    }
}
