package loomchat.browser;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;

/** One tab of a {@link Browser}. Each call brings the tab to the front first; waits end with an error after a deadline. */
public final class Page {
    private static final Duration DEADLINE = Duration.ofSeconds(15);

    private final Browser browser;
    private final ChromeDriver driver;
    private final String handle;

    Page(Browser browser, ChromeDriver driver, String handle) {
        this.browser = browser;
        this.driver = driver;
        this.handle = handle;
    }

    public Browser browser() {
        return browser;
    }

    public ChromeDriver front() {
        driver.switchTo().window(handle);
        return driver;
    }

    public void click(String css) {
        front().findElement(By.cssSelector(css)).click();
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
        List<String> texts = texts(css);
        return texts.isEmpty() ? "" : texts.getFirst();
    }

    /** The visible texts of all matches. A page that exchanges them at the same moment is looked at again. */
    public List<String> texts(String css) {
        while (true) {
            try {
                return front().findElements(By.cssSelector(css)).stream()
                        .map(WebElement::getText)
                        .toList();
            } catch (org.openqa.selenium.StaleElementReferenceException e) {
                // The next look finds the new ones.
            }
        }
    }

    public int count(String css) {
        return front().findElements(By.cssSelector(css)).size();
    }

    public boolean isShown(String css) {
        return front().findElements(By.cssSelector(css)).stream().anyMatch(WebElement::isDisplayed);
    }

    /** Runs a script in the page, as {@link JavascriptExecutor#executeScript} does. */
    public Object run(String script, Object... arguments) {
        return ((JavascriptExecutor) front()).executeScript(script, arguments);
    }

    public void waitFor(String css) {
        waitUntil("an element " + css, () -> isShown(css));
    }

    public void waitForText(String css, String text) {
        waitUntil("\"" + text + "\" in " + css, () -> texts(css).stream().anyMatch(each -> each.contains(text)));
    }

    public void waitUntil(String what, BooleanSupplier condition) {
        org.awaitility.Awaitility.await(what)
                .atMost(DEADLINE)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptionsInstanceOf(org.openqa.selenium.WebDriverException.class)
                .until(condition::getAsBoolean);
    }

    /** Sets the size of the viewport in CSS pixels; {@code mobile} as a phone with a touch screen. */
    public void resize(int width, int height, boolean mobile) {
        front().executeCdpCommand(
                        "Emulation.setDeviceMetricsOverride",
                        java.util.Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", mobile));
    }

    public void screenshot(Path file) throws java.io.IOException {
        Files.write(file, front().getScreenshotAs(OutputType.BYTES));
    }

    public void reload() {
        front().navigate().refresh();
    }

    public void close() {
        front().close();
        driver.switchTo().window(driver.getWindowHandles().iterator().next());
    }
}
