package loomchat.browser.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.openqa.selenium.MutableCapabilities;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.remote.RemoteWebDriver;

/**
 * WebKitGTK's own browser by its own driver, on a screen in memory. It tells nobody what pages complain about: policy
 * violations and uncaught errors are seen in the other two.
 */
final class WebKit extends BrowserProcess {
    private static final String BROWSER = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";
    private static final String ARM_BROWSER = "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser";

    private final Xvfb screen;
    private final Process service;
    private final RemoteWebDriver driver;

    WebKit() {
        String program = program("WebKit", "WebKitWebDriver").toString();
        String browser = program("WebKit", BROWSER, ARM_BROWSER).toString();
        screen = new Xvfb();
        try {
            int port = freePort();
            ProcessBuilder builder = new ProcessBuilder(program, "--port=" + port)
                    .redirectErrorStream(true)
                    .redirectOutput(profile().resolve("driver.log").toFile());
            Map<String, String> environment = builder.environment();
            environment.put("DISPLAY", screen.display());
            environment.put("LIBGL_ALWAYS_SOFTWARE", "1");
            for (String each : List.of("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")) {
                environment.put(each, profile().toString());
            }
            service = builder.start();
            Awaitility.await("WebKitWebDriver").atMost(Duration.ofSeconds(20)).until(() -> answers(port));
            MutableCapabilities wanted = new MutableCapabilities();
            wanted.setCapability("browserName", "MiniBrowser");
            wanted.setCapability(
                    "webkitgtk:browserOptions", Map.of("binary", browser, "args", List.of("--automation")));
            driver = new RemoteWebDriver(URI.create("http://127.0.0.1:" + port).toURL(), wanted, false);
            driver.manage().timeouts().pageLoadTimeout(Duration.ofSeconds(20)).scriptTimeout(Duration.ofSeconds(20));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
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

    /** Windows: a tab stays hidden when it is switched to. */
    @Override
    public WindowType pages() {
        return WindowType.WINDOW;
    }

    @Override
    public void seesOpenedTabs() {
        hasNo("hold of tabs that pages open");
    }

    @Override
    public void close() {
        driver.quit();
        end(service);
        screen.close();
        super.close();
    }
}
