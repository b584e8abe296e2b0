package loomchat.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Text as the inside of a JSON string (RFC 8259, section 7), on bytes of valid UTF-8. The quotation mark, the backslash
 * and the control characters below U+0020 are escaped, in their short form where there is one; everything else stays
 * as it is. Stateless.
 */
public final class JsonText {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    private static final long SPACES = ONES * ' ';
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final char REPLACEMENT = '\uFFFD';

    private JsonText() {}

    /** How many bytes escaping adds to {@code bytes[offset, offset + length)}. */
    public static int extraBytes(byte[] bytes, int offset, int length) {
        int extra = 0;
        int end = offset + length;
        for (int at = nextSpecial(bytes, offset, end); at < end; at = nextSpecial(bytes, at + 1, end)) {
            extra += shortForm(bytes[at]) != 0 ? 1 : 5;
        }
        return extra;
    }

    /**
     * Writes {@code from[offset, offset + length)} escaped to {@code to}, which has room for it, from {@code at} on.
     *
     * @return where the escaped text ends
     */
    public static int escape(byte[] from, int offset, int length, byte[] to, int at) {
        int end = offset + length;
        int start = offset;
        for (int next = nextSpecial(from, start, end); next < end; next = nextSpecial(from, start, end)) {
            System.arraycopy(from, start, to, at, next - start);
            at = escape(from[next], to, at + next - start);
            start = next + 1;
        }
        System.arraycopy(from, start, to, at, end - start);
        return at + end - start;
    }

    /** The same array where nothing has to be escaped. */
    public static byte[] escape(byte[] utf8) {
        int extra = extraBytes(utf8, 0, utf8.length);
        if (extra == 0) {
            return utf8;
        }
        byte[] escaped = new byte[utf8.length + extra];
        escape(utf8, 0, utf8.length, escaped, 0);
        return escaped;
    }

    /** UTF-8, in which half a surrogate pair cannot be expressed: it becomes U+FFFD. */
    public static byte[] utf8(String text) {
        return wellFormed(text).getBytes(StandardCharsets.UTF_8);
    }

    private static String wellFormed(String text) {
        StringBuilder mended = null;
        for (int i = 0; i < text.length(); i++) {
            if (!Character.isSurrogate(text.charAt(i))) {
                continue;
            }
            if (Character.charCount(text.codePointAt(i)) == 2) {
                i++;
            } else {
                mended = mended == null ? new StringBuilder(text) : mended;
                mended.setCharAt(i, REPLACEMENT);
            }
        }
        return mended == null ? text : mended.toString();
    }

    /** The first byte that must be escaped; {@code end} if there is none. Reads eight at a time. */
    public static int nextSpecial(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end) {
            while (at <= end - Long.BYTES && !maybeSpecial((long) LONGS.get(bytes, at))) {
                at += Long.BYTES;
            }
            for (int stop = Math.min(end, at + Long.BYTES); at < stop; at++) {
                if (isSpecial(bytes[at])) {
                    return at;
                }
            }
        }
        return end;
    }

    /** Whether one of eight bytes may need escaping: at times true of eight that need none, never the reverse. */
    private static boolean maybeSpecial(long word) {
        long quote = word ^ QUOTES;
        long backslash = word ^ BACKSLASHES;
        long found = (quote - ONES) & ~quote | (backslash - ONES) & ~backslash | (word - SPACES) & ~word;
        return (found & HIGH_BITS) != 0;
    }

    private static boolean isSpecial(byte one) {
        return one >= 0 && one < ' ' || one == '"' || one == '\\';
    }

    private static int shortForm(byte one) {
        return switch (one) {
            case '"' -> '"';
            case '\\' -> '\\';
            case '\b' -> 'b';
            case '\f' -> 'f';
            case '\n' -> 'n';
            case '\r' -> 'r';
            case '\t' -> 't';
            default -> 0;
        };
    }

    private static int escape(byte one, byte[] to, int at) {
        int shortForm = shortForm(one);
        to[at++] = '\\';
        if (shortForm != 0) {
            to[at++] = (byte) shortForm;
        } else {
            to[at++] = 'u';
            to[at++] = '0';
            to[at++] = '0';
            to[at++] = HEX[one >> 4];
            to[at++] = HEX[one & 15];
        }
        return at;
    }
}
