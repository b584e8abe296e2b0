package loomchat.terminal;

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
 * @param height in lines
 * @param interactive whether it is a terminal that understands escape sequences
 * @param colours whether they may be used for colours
 * @param blocks whether block characters can be written; otherwise plain ASCII is
 */
public record Terminal(int width, int height, boolean interactive, boolean colours, boolean blocks) {
    private static final int USUAL_WIDTH = 80;
    private static final int USUAL_HEIGHT = 24;
    private static final int LEAST_WIDTH = 40;
    private static final int MOST_WIDTH = 200;
    private static final int LEAST_HEIGHT = 10;
    private static final int MOST_HEIGHT = 500;

    /** The terminal of this process; plain text of the usual width when the output goes elsewhere. */
    public static Terminal of(Map<String, String> env, Charset charset) {
        Console console = System.console();
        boolean terminal = console != null && console.isTerminal();
        boolean interactive = terminal && !"dumb".equals(env.get("TERM"));
        boolean colours = interactive && env.getOrDefault("NO_COLOR", "").isEmpty();
        int width = size(env.get("COLUMNS"));
        int height = size(env.get("LINES"));
        if (terminal && (width == 0 || height == 0)) {
            String[] asked = askTerminal().split(" ");
            height = height == 0 ? size(asked[0]) : height;
            width = width == 0 ? size(asked[asked.length - 1]) : width;
        }
        return new Terminal(
                width == 0 ? USUAL_WIDTH : Math.clamp(width, LEAST_WIDTH, MOST_WIDTH),
                height == 0 ? USUAL_HEIGHT : Math.clamp(height, LEAST_HEIGHT, MOST_HEIGHT),
                interactive,
                colours,
                charset.newEncoder().canEncode("▁█▏✗▲▼·…"));
    }

    public String bold(String text) {
        return colours ? "\u001b[1m" + text + "\u001b[0m" : text;
    }

    public String blue(String text) {
        return coloured(34, text);
    }

    public String green(String text) {
        return coloured(32, text);
    }

    public String yellow(String text) {
        return coloured(33, text);
    }

    public String red(String text) {
        return coloured(31, text);
    }

    private String coloured(int colour, String text) {
        return colours ? "\u001b[" + colour + "m" + text + "\u001b[0m" : text;
    }

    private static int size(String text) {
        return text != null && text.matches("[1-9]\\d{0,4}") ? Integer.parseInt(text) : 0;
    }

    /** {@code stty size} prints rows and columns of the terminal that it reads from. */
    private static String askTerminal() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String size = new String(stty.getInputStream().readNBytes(100), StandardCharsets.US_ASCII).strip();
            if (!stty.waitFor(1, TimeUnit.SECONDS)) {
                stty.destroy();
            }
            return size;
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
