package loomchat.browser.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.remote.RemoteWebDriver;

/** One running browser with a profile of its own, which closing ends and removes. */
public abstract class BrowserProcess implements AutoCloseable {
    private final Path profile;

    BrowserProcess() {
        try {
            profile = Files.createTempDirectory("loomchat-browser-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    final Path profile() {
        return profile;
    }

    public abstract RemoteWebDriver driver();

    /**
     * What pages complained about since the last call, one line each with the address first: failed loads, policy
     * violations, uncaught errors. As far as the browser tells.
     */
    public abstract List<String> complaints();

    /** Sets the size of the front tab's viewport in CSS pixels; {@code mobile} as a phone, where that can be done. */
    public void resize(int width, int height, boolean mobile) {
        driver().manage().window().setSize(new Dimension(width, height));
        // What the window's frame takes.
        List<?> inner = (List<?>) driver().executeScript("return [innerWidth, innerHeight]");
        int frameWidth = width - ((Number) inner.get(0)).intValue();
        int frameHeight = height - ((Number) inner.get(1)).intValue();
        if (frameWidth != 0 || frameHeight != 0) {
            driver().manage().window().setSize(new Dimension(width + frameWidth, height + frameHeight));
        }
    }

    /**
     * Sets up the front tab for its next pages, until it is closed. False, and nothing is changed, where only a browser
     * that is started for it can be like that.
     */
    public boolean prefer(Preferences preferences) {
        return preferences.equals(Preferences.USUAL);
    }

    /** Where the visitor of the front tab is; an empty text for where this machine is. */
    public void timeZone(String id) {
        hasNo("other time zone");
    }

    /** Takes the network away from the front tab, or gives it back. */
    public void offline(boolean offline) {
        hasNo("network to take away");
    }

    /** Runs a script in the front tab's pages before their own. */
    public void runFirst(String script) {
        hasNo("script before the page's");
    }

    /** A command of Chromium's devtools for the front tab, and its result. */
    public java.util.Map<String, Object> devtools(String command, java.util.Map<String, Object> parameters) {
        hasNo(command);
        return java.util.Map.of();
    }

    /** What each page is. */
    public WindowType pages() {
        return WindowType.TAB;
    }

    final void hasNo(String what) {
        Assumptions.abort(getClass().getSimpleName() + " under test has no " + what);
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(profile)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            // The browser may still be removing its own files; what is left lies in the temporary folder.
        }
    }

    /** The first of these programs that is there. */
    static Path program(String browser, String... names) {
        String path = System.getenv().getOrDefault("PATH", "");
        Optional<Path> found = Stream.of(names)
                .flatMap(name -> name.startsWith("/")
                        ? Stream.of(Path.of(name))
                        : Stream.of(path.split(java.io.File.pathSeparator)).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
        if (found.isEmpty()) {
            String missing = "tests in " + browser + " need " + String.join(" or ", names);
            if (System.getenv("CI") != null) {
                throw new IllegalStateException(missing + ", and CI is set");
            }
            System.out.println("Skipped: " + missing);
            Assumptions.abort(missing);
        }
        return found.orElseThrow();
    }

    /** Ends a process unless it has begun within a minute: who waits for its first words then reads their end. */
    static CompletableFuture<Void> endUnlessBegun(Process process) {
        CompletableFuture<Void> begun = new CompletableFuture<>();
        begun.orTimeout(60, TimeUnit.SECONDS).whenComplete((nothing, late) -> {
            if (late != null) {
                process.destroyForcibly();
            }
        });
        return begun;
    }

    /** Ends a process that was started here. */
    static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
