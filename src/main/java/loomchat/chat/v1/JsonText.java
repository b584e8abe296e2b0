package loomchat.chat.v1;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The inside of a JSON string as UTF-8 bytes. */
final class JsonText {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final String REPLACEMENT = "\uFFFD";

    private JsonText() {}

    /** {@code text} escaped as little as JSON allows; half a surrogate pair becomes U+FFFD. */
    static byte[] escape(String text) {
        byte[] utf8 = wellFormed(text).getBytes(StandardCharsets.UTF_8);
        byte[] escaped = new byte[utf8.length * 6];
        int size = 0;
        for (byte each : utf8) {
            size = appendEscaped(escaped, size, each);
        }
        return Arrays.copyOf(escaped, size);
    }

    private static int appendEscaped(byte[] into, int size, byte one) {
        if (one == '"' || one == '\\') {
            into[size++] = '\\';
            into[size++] = one;
        } else if (one >= 0 && one < 0x20) {
            into[size++] = '\\';
            into[size++] = 'u';
            into[size++] = '0';
            into[size++] = '0';
            into[size++] = HEX[one >> 4];
            into[size++] = HEX[one & 15];
        } else {
            into[size++] = one;
        }
        return size;
    }

    static int utf8Bytes(String text) {
        return wellFormed(text).getBytes(StandardCharsets.UTF_8).length;
    }

    /** Without halves of surrogate pairs, which UTF-8 cannot say. */
    private static String wellFormed(String text) {
        StringBuilder mended = null;
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            boolean pair = Character.isHighSurrogate(unit)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            if (pair) {
                i++;
            } else if (Character.isSurrogate(unit)) {
                mended = mended == null ? new StringBuilder(text) : mended;
                mended.replace(i, i + 1, REPLACEMENT);
            }
        }
        return mended == null ? text : mended.toString();
    }
}
