package loomchat.log;

/**
 * Removes characters from text of clients and of the system before it reaches the log or the terminal: those that
 * change how a terminal or a browser shows the rest, and those that some readers take for the end of a line.
 */
public final class SafeText {
    private SafeText() {}

    /** {@code text} without those characters, in most cases {@code text} itself. JSON escapes other controls. */
    static String strip(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isLeftOut(text.charAt(i))) {
                StringBuilder rest = new StringBuilder(text.length());
                text.chars().filter(each -> !isLeftOut((char) each)).forEach(each -> rest.append((char) each));
                return rest.toString();
            }
        }
        return text;
    }

    /** DEL and C1 controls, direction marks, overrides and isolates, line and paragraph separators: all in the BMP. */
    private static boolean isLeftOut(char c) {
        return c >= 0x7F
                && (c < 0xA0
                        || c == 0x061C
                        || c >= 0x200E && c <= 0x200F
                        || c >= 0x2028 && c <= 0x202E
                        || c >= 0x2066 && c <= 0x2069);
    }

    /**
     * {@code text} on one line for people to read: without those characters, other control characters as {@code ?}.
     */
    public static String of(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c == 0x7F) {
                plain.append('?');
            } else if (!isLeftOut(c)) {
                plain.append(c);
            }
        }
        return plain.toString();
    }
}
