package loomchat.report.render;

import java.io.Console;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The terminal, or the file, that text is written to.
 *
 * @param width in characters
 * @param colours whether escape sequences are understood
 * @param blocks whether block characters can be written; otherwise plain ASCII is
 */
public record Terminal(int width, boolean colours, boolean blocks) {
    private static final int USUAL_WIDTH = 80;
    private static final int LEAST_WIDTH = 40;
    private static final int MOST_WIDTH = 200;

    /** The terminal of this process; plain text of the usual width when the output goes elsewhere. */
    public static Terminal of(Map<String, String> env, Charset charset) {
        Console console = System.console();
        boolean terminal = console != null && console.isTerminal();
        boolean colours = terminal && env.getOrDefault("NO_COLOR", "").isEmpty() && !"dumb".equals(env.get("TERM"));
        int width = columns(env.get("COLUMNS"));
        if (width == 0 && terminal) {
            width = askTerminal();
        }
        int bounded = width == 0 ? USUAL_WIDTH : Math.clamp(width, LEAST_WIDTH, MOST_WIDTH);
        return new Terminal(bounded, colours, charset.newEncoder().canEncode("▁█▏✗▲▼·…"));
    }

    String bold(String text) {
        return colours ? "\u001b[1m" + text + "\u001b[0m" : text;
    }

    String blue(String text) {
        return colours ? "\u001b[34m" + text + "\u001b[0m" : text;
    }

    private static int columns(String text) {
        return text != null && text.matches("[1-9]\\d{0,4}") ? Integer.parseInt(text) : 0;
    }

    /** {@code stty size} prints rows and columns of the terminal that it reads from. */
    private static int askTerminal() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String size = new String(stty.getInputStream().readNBytes(100), StandardCharsets.US_ASCII).strip();
            if (!stty.waitFor(1, TimeUnit.SECONDS)) {
                stty.destroy();
            }
            return columns(size.substring(size.indexOf(' ') + 1));
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }
}
