package loomchat.chat;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import loomchat.ws.FrameBuffer;

/**
 * Escapes text for the inside of a JSON string (RFC 8259, 7): quotation mark, backslash and control characters,
 * nothing else. Works on valid UTF-8, eight bytes at a time.
 */
public final class Json {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    private static final long SPACES = ONES * ' ';
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    private Json() {}

    /** How many bytes escaping adds to {@code bytes[offset, offset + length)}. */
    public static int extraBytes(byte[] bytes, int offset, int length) {
        int extra = 0;
        int end = offset + length;
        for (int at = nextSpecial(bytes, offset, end); at < end; at = nextSpecial(bytes, at + 1, end)) {
            extra += shortForm(bytes[at]) != 0 ? 1 : 5;
        }
        return extra;
    }

    /** Appends the escaped text. */
    public static void append(FrameBuffer out, byte[] bytes, int offset, int length) {
        int end = offset + length;
        int from = offset;
        for (int at = nextSpecial(bytes, from, end); at < end; at = nextSpecial(bytes, from, end)) {
            out.append(bytes, from, at - from);
            appendEscaped(out, bytes[at]);
            from = at + 1;
        }
        out.append(bytes, from, end - from);
    }

    /** The index of the first byte that has to be escaped; {@code end} if there is none. */
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

    /** Whether one of eight bytes may need escaping. May be true where none does, never false where one does. */
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

    private static void appendEscaped(FrameBuffer out, byte one) {
        int shortForm = shortForm(one);
        out.append('\\');
        if (shortForm != 0) {
            out.append(shortForm);
        } else {
            out.append('u');
            out.append('0');
            out.append('0');
            out.append(HEX[one >> 4]);
            out.append(HEX[one & 15]);
        }
    }
}
