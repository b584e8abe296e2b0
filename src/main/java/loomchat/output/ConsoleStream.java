package loomchat.output;

import java.io.PrintStream;

/**
 * A console that cannot show all characters, as with LC_ALL=C: what there is a plain word for is written with it,
 * such as us for µs, and not as question marks. Any thread.
 */
public final class ConsoleStream extends PrintStream {
    private static final String SPECIAL = "µ×→…–█░±";
    private static final String[] PLAIN = {"u", "x", "->", "...", "-", "#", ".", "+-"};

    private ConsoleStream(PrintStream console) {
        super(console, true, console.charset());
    }

    /** The same stream, where it can show everything. */
    public static PrintStream of(PrintStream console) {
        return console.charset().newEncoder().canEncode(SPECIAL) ? console : new ConsoleStream(console);
    }

    @Override
    public void print(String text) {
        String plain = String.valueOf(text);
        for (int i = 0; i < PLAIN.length; i++) {
            plain = plain.replace(SPECIAL.substring(i, i + 1), PLAIN[i]);
        }
        super.print(plain);
    }

    @Override
    public void println(String text) {
        print(text + System.lineSeparator());
    }
}
