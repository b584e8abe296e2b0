package loomchat.browser.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import loomchat.testing.RedisProcess;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.openqa.selenium.MutableCapabilities;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.remote.RemoteWebDriver;

/**
 * WebKitGTK's own browser by its own driver, on a screen in memory. It tells nobody what pages complain about: policy
 * violations and uncaught errors are seen in the other two.
 */
final class WebKit extends BrowserProcess {
    private static final String BROWSER = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";
    private static final String ARM_BROWSER = "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser";
    /** Its windows become as narrow as a phone when nothing in their bars needs room. */
    private static final String STYLE = """
            window * { min-width: 0; min-height: 0; padding: 0; margin: 0; border: 0; font-size: 1px; }
            window image { -gtk-icon-source: none; }
            """;
    /** Endless animations would be painted by the processor. */
    private static final String SETTINGS = "[Settings]\ngtk-enable-animations=0\n";

    private static final Path LOCALE = Path.of("/usr/lib/locale/C.utf8");

    private final Xvfb screen;
    private final Process service;
    private final RemoteWebDriver driver;

    WebKit(Preferences preferences) {
        String program = program("WebKit", "WebKitWebDriver").toString();
        String browser = program("WebKit", BROWSER, ARM_BROWSER).toString();
        if (!Files.isDirectory(LOCALE) && !preferences.languages().equals(Preferences.USUAL.languages())) {
            hasNo("other language without " + LOCALE);
        }
        if (preferences.languages().contains(",")) {
            hasNo("more than one language");
        }
        screen = new Xvfb();
        try {
            int port = RedisProcess.freePort();
            ProcessBuilder builder = new ProcessBuilder(program, "--port=" + port)
                    .redirectErrorStream(true)
                    .redirectOutput(profile().resolve("driver.log").toFile());
            configure(builder.environment(), preferences);
            service = builder.start();
            driver = begin(port, browser, preferences);
        } catch (IOException e) {
            screen.close();
            throw new UncheckedIOException(e);
        }
    }

    private void configure(Map<String, String> environment, Preferences preferences) throws IOException {
        environment.put("DISPLAY", screen.display());
        environment.put("LIBGL_ALWAYS_SOFTWARE", "1");
        // Without a graphics card a page in one layer is painted four times as fast as one in several.
        environment.put("WEBKIT_DISABLE_COMPOSITING_MODE", "1");
        if (!preferences.timeZone().isEmpty()) {
            environment.put("TZ", preferences.timeZone());
        }
        for (String each : List.of("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")) {
            environment.put(each, profile().toString());
        }
        Path gtk = Files.createDirectories(profile().resolve("gtk-3.0"));
        Files.writeString(gtk.resolve("gtk.css"), STYLE);
        Files.writeString(gtk.resolve("settings.ini"), SETTINGS);
        if (Files.isDirectory(LOCALE)) {
            // The language is what the locale is called, and any locale can be called so.
            String name = preferences.languages().replace('-', '_') + ".utf8";
            Path locales = Files.createDirectories(profile().resolve("locales"));
            Files.createSymbolicLink(locales.resolve(name), LOCALE);
            environment.put("LOCPATH", locales.toString());
            environment.put("LC_ALL", name);
        }
    }

    private RemoteWebDriver begin(int port, String browser, Preferences preferences) throws IOException {
        MutableCapabilities wanted = new MutableCapabilities();
        wanted.setCapability("browserName", "MiniBrowser");
        List<String> arguments = List.of(
                "--automation",
                "--enable-javascript=" + preferences.scripts(),
                "--javascript-can-open-windows-automatically=true");
        wanted.setCapability("webkitgtk:browserOptions", Map.of("binary", browser, "args", arguments));
        try {
            Awaitility.await("WebKitWebDriver").atMost(Duration.ofSeconds(20)).until(() -> answers(port));
            RemoteWebDriver begun =
                    new RemoteWebDriver(URI.create("http://127.0.0.1:" + port).toURL(), wanted, false);
            begun.manage().timeouts().pageLoadTimeout(Duration.ofSeconds(20)).scriptTimeout(Duration.ofSeconds(20));
            return begun;
        } catch (WebDriverException | ConditionTimeoutException e) {
            end(service);
            screen.close();
            throw e;
        }
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public RemoteWebDriver driver() {
        return driver;
    }

    @Override
    public List<String> complaints() {
        return List.of();
    }

    /** Windows: a tab stays hidden when it is switched to. The newest one has the focus. */
    @Override
    public WindowType pages() {
        return WindowType.WINDOW;
    }

    @Override
    public void close() {
        driver.quit();
        end(service);
        screen.close();
        super.close();
    }
}
