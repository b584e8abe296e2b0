package loomchat.browser;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import loomchat.browser.engine.BrowserProcess;
import loomchat.browser.engine.Engine;
import loomchat.browser.engine.Preferences;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.remote.RemoteWebDriver;

/**
 * One browser, Chromium unless another is asked for, with an empty profile, for one test class at a time. Pages are
 * tabs of it; the test's thread drives them one after another. Closing ends the browser and removes the profile.
 */
public final class Browser implements AutoCloseable {
    /** A camera and a microphone that are none, which need not be asked for, and calls within this machine. */
    private static final List<String> FLAGS_FOR_CALLS = List.of(
            // Few pictures a second: encoding them is most of what a call costs here.
            "--use-fake-device-for-media-stream=fps=5",
            "--use-fake-ui-for-media-stream",
            "--allow-loopback-in-peer-connection",
            // Addresses of this machine are shown as such: nobody here answers questions for names of .local.
            "--disable-features=WebRtcHideLocalIpsWithMdns",
            "--autoplay-policy=no-user-gesture-required");

    private final Engine engine;
    private final BrowserProcess process;
    private final RemoteWebDriver driver;
    /** Runs in each page before its own scripts; empty for none. */
    private final String first;
    /** Handles of tabs, the first tab's being {@code empty}. */
    private final Set<String> known;

    private final String empty;
    private String front;

    private Browser(Engine engine, BrowserProcess process, String first) {
        this.engine = engine;
        this.process = process;
        this.first = first;
        driver = process.driver();
        empty = driver.getWindowHandle();
        front = empty;
        known = new HashSet<>(Set.of(empty));
    }

    /** A new Chromium; {@code moreFlags} come after the usual ones. */
    public static Browser open(String... moreFlags) {
        return new Browser(Engine.CHROMIUM, Engine.CHROMIUM.start(List.of(moreFlags)), "");
    }

    public static Browser open(Engine engine) {
        return new Browser(engine, engine.start(List.of()), "");
    }

    /** A new browser of the same kind, for whom {@link Page#prefer} cannot do it. */
    Browser another(Preferences preferences) {
        return new Browser(engine, engine.start(List.of(), preferences), "");
    }

    /** A new browser with a camera and a microphone, whose pages have {@code call-witness.js}. */
    public static Browser forCalls() {
        try (InputStream script = Browser.class.getResourceAsStream("call-witness.js")) {
            return new Browser(
                    Engine.CHROMIUM,
                    Engine.CHROMIUM.start(FLAGS_FOR_CALLS),
                    new String(script.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public WebDriver driver() {
        return driver;
    }

    /** A new tab that shows {@code url}. */
    public Page page(String url) {
        driver.switchTo().newWindow(process.pages());
        if (!first.isEmpty()) {
            process.runFirst(first);
        }
        Page page = pageOf(driver.getWindowHandle());
        driver.get(url);
        return page;
    }

    boolean hasOpened() {
        return opening().isPresent();
    }

    /** The tab that a page opened itself. */
    public Page opened() {
        String handle = opening().orElseThrow();
        driver.switchTo().window(handle);
        return pageOf(handle);
    }

    private Optional<String> opening() {
        return driver.getWindowHandles().stream()
                .filter(each -> !known.contains(each))
                .findFirst();
    }

    private Page pageOf(String handle) {
        known.add(handle);
        front = handle;
        return new Page(this, driver, handle);
    }

    void switchTo(String handle) {
        if (!handle.equals(front)) {
            driver.switchTo().window(handle);
            front = handle;
        }
    }

    void closeFront() {
        driver.close();
        known.remove(front);
        driver.switchTo().window(empty);
        front = empty;
    }

    /** What pages complained about since the last call: failed loads, policy violations, uncaught errors. */
    public List<String> complaints() {
        return process.complaints();
    }

    BrowserProcess process() {
        return process;
    }

    @Override
    public void close() {
        process.close();
    }
}
