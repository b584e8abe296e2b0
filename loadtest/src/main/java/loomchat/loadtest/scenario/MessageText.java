package loomchat.loadtest.scenario;

import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/** The text of a message after its header. Every kind fills exactly the given bytes with valid UTF-8. */
public enum MessageText {
    /** Letters and spaces: no encoder escapes them. */
    ASCII {
        @Override
        public void fill(byte[] message, int from, int to, RandomGenerator random) {
            int at = random.nextInt(LETTERS.length);
            while (from < to) {
                int length = Math.min(to - from, LETTERS.length - at);
                System.arraycopy(LETTERS, at, message, from, length);
                from += length;
                at = 0;
            }
        }
    },
    /** Emoji, right-to-left script, quotes, backslashes, markup, control characters: all that encoders get wrong. */
    EVIL {
        @Override
        public void fill(byte[] message, int from, int to, RandomGenerator random) {
            while (from < to) {
                byte[] piece = PIECES[random.nextInt(PIECES.length)];
                if (piece.length <= to - from) {
                    System.arraycopy(piece, 0, message, from, piece.length);
                    from += piece.length;
                } else {
                    message[from++] = '.';
                }
            }
        }
    };

    private static final byte[] LETTERS = letters();
    private static final byte[][] PIECES = pieces(
            "\"",
            "\\",
            "\\\\\"",
            "\\u0041",
            "\b",
            "\f",
            "\n",
            "\r\n",
            "\t",
            "\u0001",
            "\u001f",
            "\u007f",
            "\u0080",
            "\u2028",
            "\u2029",
            "/",
            "</script><b>",
            "&amp;",
            "\"}",
            "{\"type\":\"info\"}",
            "é",
            "ß",
            "שלום",
            "\u202eabc\u202c",
            "日本語",
            "\u0e01\u0e33",
            "e\u0301\u0327",
            "👋",
            "👩‍👩‍👧‍👦",
            "🏳️‍🌈",
            "\uffff",
            "\ufeff",
            "a",
            "the quick brown fox ");

    public abstract void fill(byte[] message, int from, int to, RandomGenerator random);

    private static byte[] letters() {
        byte[] letters = new byte[8192];
        for (int i = 0; i < letters.length; i++) {
            letters[i] = (byte) (i % 11 == 10 ? ' ' : 'a' + (i * 31 + i / 97) % 26);
        }
        return letters;
    }

    private static byte[][] pieces(String... texts) {
        byte[][] pieces = new byte[texts.length][];
        for (int i = 0; i < texts.length; i++) {
            pieces[i] = texts[i].getBytes(StandardCharsets.UTF_8);
        }
        return pieces;
    }
}
