package loomchat.loadtest.scenario;

/** Text of servers, files and other people for the terminal. */
public final class PlainText {
    private static final int MOST = 160;
    /** Of a terminal. */
    private static final int COLUMNS = 80;

    private PlainText() {}

    /**
     * On one line: letters of any language, digits, signs and single spaces, and nothing that steers a terminal or
     * turns the direction of the text around it. What is longer ends with "…".
     */
    public static String of(String text) {
        StringBuilder plain = new StringBuilder();
        int used = 0;
        for (int i = 0; i < text.length() && used < MOST; i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            switch (Character.getType(c)) {
                case Character.CONTROL,
                        Character.SPACE_SEPARATOR,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR -> {
                    if (!plain.isEmpty() && plain.charAt(plain.length() - 1) != ' ') {
                        plain.append(' ');
                        used++;
                    }
                }
                case Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED -> {}
                default -> {
                    plain.appendCodePoint(c);
                    used++;
                }
            }
        }
        return plain.toString().strip() + (used == MOST ? "…" : "");
    }

    /** Broken at spaces into lines that fit a terminal; what has no space in it stays whole. */
    public static String wrapped(String text, String indent) {
        StringBuilder lines = new StringBuilder();
        String rest = text;
        while (rest.length() > COLUMNS) {
            int space = rest.lastIndexOf(' ', COLUMNS);
            if (space <= indent.length()) {
                space = rest.indexOf(' ', COLUMNS);
            }
            if (space < 0) {
                break;
            }
            lines.append(rest, 0, space).append("\n");
            rest = indent + rest.substring(space + 1);
        }
        return lines.append(rest).toString();
    }
}
