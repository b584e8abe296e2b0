package loomchat.chat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Escapes text for the inside of a JSON string, as UTF-8. */
public final class JsonText {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final String REPLACEMENT = "\uFFFD";

    private JsonText() {}

    /** Escapes no more than JSON demands; an unpaired surrogate becomes U+FFFD. */
    public static byte[] escape(String text) {
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

    public static int utf8Bytes(String text) {
        return wellFormed(text).getBytes(StandardCharsets.UTF_8).length;
    }

    /** With U+FFFD for unpaired surrogates, which UTF-8 cannot encode. */
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
