package loomchat.chat.v1;

import java.nio.charset.StandardCharsets;
import loomchat.json.JsonText;

/**
 * Reads the most frequent message, {@code {"type":"chat","chat":7,"id":3,"text":"…"}} with the fields in this order
 * and no spaces, straight from the connection's buffer. Everything else, valid or not, is left to {@link V1Parser}.
 *
 * <p>Owned by one connection; its fields hold what the last successful {@link #read} found.
 */
final class FastChatParser {
    private static final byte[] CHAT = ascii("{\"type\":\"chat\",\"chat\":");
    private static final byte[] ID = ascii(",\"id\":");
    private static final byte[] TEXT = ascii(",\"text\":\"");
    private static final int MOST_DIGITS = 15;

    long chat;
    long id;
    /** Where the text lies in the buffer, escaped as the client wrote it. */
    int textOffset;

    int textLength;
    /** The size of the text in UTF-8 without escapes. */
    int textBytes;

    private int at;
    private long number;

    /** False when the buffer does not hold exactly that form. The bytes must be valid UTF-8. */
    boolean read(byte[] buffer, int offset, int length) {
        int end = offset + length;
        at = offset;
        if (!literal(buffer, end, CHAT) || !number(buffer, end)) {
            return false;
        }
        chat = number;
        if (!literal(buffer, end, ID) || !number(buffer, end)) {
            return false;
        }
        id = number;
        return literal(buffer, end, TEXT) && text(buffer, end);
    }

    private boolean literal(byte[] buffer, int end, byte[] wanted) {
        if (end - at < wanted.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (buffer[at + i] != wanted[i]) {
                return false;
            }
        }
        at += wanted.length;
        return true;
    }

    /** A positive whole number without leading zeros. */
    private boolean number(byte[] buffer, int end) {
        int start = at;
        number = 0;
        while (at < end && buffer[at] >= '0' && buffer[at] <= '9') {
            number = number * 10 + buffer[at++] - '0';
            if (at - start > MOST_DIGITS) {
                return false;
            }
        }
        return at > start && buffer[start] != '0';
    }

    /** The rest: a string's inside, its quote, and the closing brace as the last byte. */
    private boolean text(byte[] buffer, int end) {
        textOffset = at;
        int last = end - 2;
        int escapes = 0;
        int i = JsonText.nextSpecial(buffer, at, last);
        while (i < last) {
            if (buffer[i] != '\\' || !isShortEscape(buffer[i + 1]) || i + 2 > last) {
                return false;
            }
            escapes++;
            i = JsonText.nextSpecial(buffer, i + 2, last);
        }
        textLength = last - textOffset;
        textBytes = textLength - escapes;
        return textLength > 0 && buffer[last] == '"' && buffer[last + 1] == '}';
    }

    private static boolean isShortEscape(byte one) {
        return switch (one) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> true;
            default -> false;
        };
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
