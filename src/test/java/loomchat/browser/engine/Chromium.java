package loomchat.browser.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.remote.RemoteWebDriver;

/**
 * Headless Chromium by its own driver: the same engine without windows, tabs and menus around it ({@code
 * chromium-headless-shell}) takes half the processor time and does for all that a page does itself. Where that is
 * missing, and for what only the whole browser knows, the whole browser.
 */
final class Chromium extends BrowserProcess {
    private static final String SHELL = "chromium-headless-shell";
    private static final List<String> FLAGS = List.of(
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

    private final ChromeDriver driver;

    /** @param whole the browser with all that is around a page, such as its list of apps */
    Chromium(boolean whole, List<String> moreFlags) {
        ChromeOptions options = new ChromeOptions();
        String[] programs = {SHELL, "chromium", "chromium-browser", "google-chrome"};
        Path program = program("Chromium", whole ? Arrays.copyOfRange(programs, 1, programs.length) : programs);
        boolean shell = program.endsWith(SHELL);
        options.setBinary((shell ? withPage(program) : program).toFile());
        options.addArguments(shell ? "--headless" : "--headless=new");
        options.addArguments(FLAGS);
        options.addArguments("--user-data-dir=" + profile());
        options.addArguments(moreFlags);
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(program("Chromium", "chromedriver").toFile())
                .usingAnyFreePort()
                .build();
        driver = new ChromeDriver(service, options);
        driver.manage().timeouts().pageLoadTimeout(Duration.ofSeconds(20)).scriptTimeout(Duration.ofSeconds(20));
    }

    /** Without a page to begin with the shell has none, and its driver asks for one. */
    private Path withPage(Path shell) {
        try {
            Path script = Files.writeString(
                    profile().resolve("begin"), "#!/bin/sh\nexec '" + shell + "' \"$@\" about:blank\n");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
            return script;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public RemoteWebDriver driver() {
        return driver;
    }

    @Override
    public List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    @Override
    public void resize(int width, int height, boolean mobile) {
        devtools(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", mobile));
    }

    @Override
    public boolean prefer(Preferences preferences) {
        Object agent = driver.executeScript("return navigator.userAgent");
        devtools(
                "Emulation.setUserAgentOverride",
                Map.of("userAgent", agent, "acceptLanguage", preferences.languages()));
        timeZone(preferences.timeZone());
        devtools("Emulation.setScriptExecutionDisabled", Map.of("value", !preferences.scripts()));
        return true;
    }

    @Override
    public void timeZone(String id) {
        devtools("Emulation.setTimezoneOverride", Map.of("timezoneId", id));
    }

    @Override
    public void offline(boolean offline) {
        devtools(
                "Network.emulateNetworkConditions",
                Map.of("offline", offline, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
    }

    @Override
    public void runFirst(String script) {
        devtools("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
    }

    @Override
    public Map<String, Object> devtools(String command, Map<String, Object> parameters) {
        return driver.executeCdpCommand(command, parameters);
    }

    @Override
    public void close() {
        driver.quit();
        super.close();
    }
}
