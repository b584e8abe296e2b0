package loomchat.terminal;

import java.io.PrintStream;
import java.util.List;

/**
 * The terminal's alternate screen, drawn again and again. Closing it, and any end of the program that runs shutdown
 * hooks, Ctrl-C among them, brings back what the terminal showed before. One thread draws.
 */
public final class Screen implements AutoCloseable {
    /** Alternate screen, no cursor, long lines are cut. */
    private static final String OPEN = "\u001b[?1049h\u001b[?25l\u001b[?7l";

    private static final String CLOSE = "\u001b[?7h\u001b[?25h\u001b[?1049l";
    private static final String HOME = "\u001b[H";
    private static final String NEXT = "\r\n";
    private static final String CLEAR_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";

    private final PrintStream out;
    private final Thread restore = new Thread(this::leave, "restore-terminal");
    /** Guarded by this. */
    private boolean open;

    private Screen(PrintStream out) {
        this.out = out;
    }

    public static Screen open(PrintStream out) {
        Screen screen = new Screen(out);
        Runtime.getRuntime().addShutdownHook(screen.restore);
        screen.enter();
        return screen;
    }

    private synchronized void enter() {
        open = true;
        out.print(OPEN);
        out.flush();
    }

    /** Shows the first lines of the text, as many as fit, in place of what was shown before. */
    public synchronized void draw(String text, int height) {
        if (!open) {
            return;
        }
        StringBuilder frame = new StringBuilder(HOME);
        List<String> lines = text.lines().limit(height).toList();
        for (int i = 0; i < lines.size(); i++) {
            // Cleared before it is written: after a line as wide as the terminal the cursor is still on its last
            // letter.
            frame.append(i == 0 ? "" : NEXT).append(CLEAR_LINE).append(lines.get(i));
        }
        if (lines.size() < height) {
            frame.append(lines.isEmpty() ? "" : NEXT).append(CLEAR_BELOW);
        }
        out.print(frame);
        out.flush();
    }

    @Override
    public void close() {
        leave();
        try {
            Runtime.getRuntime().removeShutdownHook(restore);
        } catch (IllegalStateException e) {
            // The program ends already, and the hook has run or will find nothing to do.
        }
    }

    private synchronized void leave() {
        if (open) {
            open = false;
            out.print(CLOSE);
            out.flush();
        }
    }
}
