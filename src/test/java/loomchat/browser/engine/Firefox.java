package loomchat.browser.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.openqa.selenium.MutableCapabilities;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.remote.RemoteWebDriver;

/** Headless Firefox by WebDriver BiDi, which it speaks itself. */
final class Firefox extends BrowserProcess {
    private static final String SETTINGS = """
            user_pref("app.update.enabled", false);
            user_pref("browser.shell.checkDefaultBrowser", false);
            user_pref("datareporting.policy.dataSubmissionEnabled", false);
            user_pref("toolkit.telemetry.enabled", false);
            user_pref("network.captive-portal-service.enabled", false);
            user_pref("network.connectivity-service.enabled", false);
            user_pref("dom.disable_open_during_load", false);
            user_pref("ui.prefersReducedMotion", 1);
            user_pref("focusmanager.testmode", true);
            user_pref("dom.min_background_timeout_value", 4);
            user_pref("dom.timeout.enable_budget_timer_throttling", false);
            user_pref("intl.accept_languages", "%s");
            user_pref("javascript.enabled", %b);
            """;
    private static final String READY = "WebDriver BiDi listening on ";

    private final Process process;
    private final BidiConnection connection;
    private final BidiCommands commands;
    private final RemoteWebDriver driver;

    /** Of the preferences a time zone is up to {@link #prefer}. */
    Firefox(Preferences preferences) {
        String program = program("Firefox", "firefox-esr", "firefox").toString();
        try {
            Files.writeString(
                    profile().resolve("user.js"), SETTINGS.formatted(preferences.languages(), preferences.scripts()));
            process = new ProcessBuilder(
                            program,
                            "--headless",
                            "--no-remote",
                            "--profile",
                            profile().toString(),
                            "--remote-debugging-port",
                            "0")
                    .redirectErrorStream(true)
                    .start();
            CompletableFuture<Void> begun = endUnlessBegun(process);
            connection = new BidiConnection(URI.create(address(process.inputReader()) + "/session"));
            begun.complete(null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        commands = new BidiCommands(connection);
        driver = begin();
    }

    private RemoteWebDriver begin() {
        try {
            return new RemoteWebDriver(commands, new MutableCapabilities(Map.of("browserName", "firefox")));
        } catch (WebDriverException e) {
            end(process);
            throw e;
        }
    }

    /** Where it listens; what it says afterwards is read and dropped, so that it never waits for a reader. */
    private static String address(BufferedReader said) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith(READY)) {
                Thread.ofVirtual().start(() -> drop(said));
                return line.substring(READY.length()).strip();
            }
            all.append(line).append('\n');
        }
        throw new IllegalStateException("Firefox did not start: " + all);
    }

    private static void drop(BufferedReader said) {
        try (said) {
            said.transferTo(Writer.nullWriter());
        } catch (IOException e) {
            // It has ended.
        }
    }

    @Override
    public RemoteWebDriver driver() {
        return driver;
    }

    @Override
    public List<String> complaints() {
        return commands.complaints();
    }

    @Override
    public void resize(int width, int height, boolean mobile) {
        commands.inTab("browsingContext.setViewport", Map.of("viewport", Map.of("width", width, "height", height)));
    }

    @Override
    public boolean prefer(Preferences preferences) {
        if (!preferences.scripts() || preferences.languages().contains(",")) {
            return false;
        }
        commands.emulate("emulation.setLocaleOverride", "locale", preferences.languages());
        timeZone(preferences.timeZone());
        return true;
    }

    @Override
    public void timeZone(String id) {
        commands.emulate("emulation.setTimezoneOverride", "timezone", id.isEmpty() ? null : id);
    }

    @Override
    public void offline(boolean offline) {
        commands.emulate(
                "emulation.setNetworkConditions", "networkConditions", offline ? Map.of("type", "offline") : null);
    }

    @Override
    public void runFirst(String script) {
        commands.inTabs("script.addPreloadScript", Map.of("functionDeclaration", "() => {" + script + "}"));
    }

    @Override
    public void close() {
        driver.quit();
        connection.close();
        end(process);
        super.close();
    }
}
