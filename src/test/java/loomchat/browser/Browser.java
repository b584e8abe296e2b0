package loomchat.browser;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * One headless Chromium with an empty profile, for one test class at a time. Pages are tabs of it; the test's thread
 * drives them one after another. Closing ends the browser and removes the profile.
 *
 * <p>Where Chromium or its driver is missing the test is skipped with one line, or fails when {@code CI} is set.
 */
public final class Browser implements AutoCloseable {
    private static final List<String> FLAGS = List.of(
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--mute-audio",
            "--disable-extensions",
            // One renderer for all tabs of the server: starting one each is most of what a tab costs.
            "--process-per-site",
            // Endless animations would be painted by the processor.
            "--force-prefers-reduced-motion",
            // Tabs behind the front one keep their timers: a test has several pages that chat at the same time.
            "--disable-background-timer-throttling",
            "--disable-renderer-backgrounding",
            "--disable-backgrounding-occluded-windows");

    /** A camera and a microphone that are none, which need not be asked for, and calls within this machine. */
    private static final List<String> FLAGS_FOR_CALLS = List.of(
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            "--allow-loopback-in-peer-connection",
            // Addresses of this machine are shown as such: nobody here answers questions for names of .local.
            "--disable-features=WebRtcHideLocalIpsWithMdns",
            "--autoplay-policy=no-user-gesture-required");

    private final Path profile;
    private final ChromeDriver driver;
    /** Runs in each page before its own scripts; empty for none. */
    private final String first;
    /** Handles of tabs, the first tab's being {@code empty}. */
    private final Set<String> known;

    private final String empty;
    private String front;

    private Browser(Path profile, ChromeDriver driver, String first) {
        this.profile = profile;
        this.driver = driver;
        this.first = first;
        empty = driver.getWindowHandle();
        front = empty;
        known = new HashSet<>(Set.of(empty));
    }

    /** A new browser; {@code moreFlags} come after the usual ones. */
    public static Browser open(String... moreFlags) {
        return open("", List.of(moreFlags));
    }

    /** A new browser with a camera and a microphone, whose pages have {@code call-witness.js}. */
    public static Browser forCalls() {
        try (InputStream script = Browser.class.getResourceAsStream("call-witness.js")) {
            return open(new String(script.readAllBytes(), StandardCharsets.UTF_8), FLAGS_FOR_CALLS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Browser open(String first, List<String> moreFlags) {
        Optional<Path> chromium = onPath("chromium", "chromium-browser", "google-chrome");
        Optional<Path> chromedriver = onPath("chromedriver");
        requireOrSkip(chromium.isPresent() && chromedriver.isPresent());
        try {
            Path profile = Files.createTempDirectory("loomchat-browser-");
            ChromeOptions options = new ChromeOptions();
            options.setBinary(chromium.orElseThrow().toFile());
            options.addArguments(FLAGS);
            options.addArguments("--user-data-dir=" + profile);
            options.addArguments(moreFlags);
            LoggingPreferences logs = new LoggingPreferences();
            logs.enable(LogType.BROWSER, java.util.logging.Level.ALL);
            options.setCapability("goog:loggingPrefs", logs);
            ChromeDriverService service = new ChromeDriverService.Builder()
                    .usingDriverExecutable(chromedriver.orElseThrow().toFile())
                    .usingAnyFreePort()
                    .build();
            ChromeDriver driver = new ChromeDriver(service, options);
            driver.manage().timeouts().pageLoadTimeout(Duration.ofSeconds(20)).scriptTimeout(Duration.ofSeconds(20));
            return new Browser(profile, driver, first);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public WebDriver driver() {
        return driver;
    }

    /** A new tab that shows {@code url}. */
    public Page page(String url) {
        driver.switchTo().newWindow(WindowType.TAB);
        if (!first.isEmpty()) {
            driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", first));
        }
        Page page = pageOf(driver.getWindowHandle());
        driver.get(url);
        return page;
    }

    /** The tab that a page opened itself. */
    public Page opened() {
        String handle = driver.getWindowHandles().stream()
                .filter(each -> !known.contains(each))
                .findFirst()
                .orElseThrow();
        driver.switchTo().window(handle);
        return pageOf(handle);
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
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= java.util.logging.Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    @Override
    public void close() {
        driver.quit();
        try (Stream<Path> files = Files.walk(profile)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            // Chromium may still be removing its own files; what is left lies in the temporary folder.
        }
    }

    private static void requireOrSkip(boolean found) {
        if (found) {
            return;
        }
        if (System.getenv("CI") != null) {
            throw new IllegalStateException("chromium and chromedriver are not on the PATH, and CI is set");
        }
        System.out.println("Skipped: browser tests need chromium and chromedriver on the PATH");
        assumeTrue(false, "no chromium or chromedriver on the PATH");
    }

    private static Optional<Path> onPath(String... names) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(names)
                .flatMap(name ->
                        Stream.of(path.split(java.io.File.pathSeparator)).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
