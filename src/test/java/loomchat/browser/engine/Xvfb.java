package loomchat.browser.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;

/** A screen in memory, for a browser that cannot do without one. */
final class Xvfb implements AutoCloseable {
    private final Process process;
    private final String display;

    Xvfb() {
        try {
            process = new ProcessBuilder(
                            BrowserProcess.program("WebKit", "Xvfb").toString(),
                            "-displayfd",
                            "1",
                            "-screen",
                            "0",
                            "1600x1200x24",
                            "-nolisten",
                            "tcp")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            // Says which display it took when it is ready.
            BufferedReader said = process.inputReader();
            CompletableFuture<Void> begun = BrowserProcess.endUnlessBegun(process);
            String number = said.readLine();
            begun.complete(null);
            if (number == null) {
                throw new IllegalStateException("Xvfb did not start");
            }
            display = ":" + number.strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String display() {
        return display;
    }

    @Override
    public void close() {
        BrowserProcess.end(process);
    }
}
