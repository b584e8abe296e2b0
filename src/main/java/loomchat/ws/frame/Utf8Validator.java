package loomchat.ws.frame;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Checks UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF) as it arrives, in pieces cut
 * anywhere, and fails at the first octet that cannot follow. ASCII is skipped eight octets at a time. One thread at a
 * time.
 */
public final class Utf8Validator {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080808080808080L;

    /** Continuation octets that the current character still lacks, and the range of the next one. */
    private int needed;

    private int lower = 0x80;
    private int upper = 0xBF;

    /** Begins a new text. */
    public void reset() {
        needed = 0;
        lower = 0x80;
        upper = 0xBF;
    }

    /** Whether what was checked so far ends at the end of a character. */
    public boolean complete() {
        return needed == 0;
    }

    /** Checks the next piece; false when the text is not UTF-8. */
    public boolean check(byte[] bytes, int offset, int length) {
        int at = offset;
        int end = offset + length;
        while (at < end) {
            if (needed == 0) {
                at = skipAscii(bytes, at, end);
                if (at == end) {
                    return true;
                }
            }
            if (!step(bytes[at++] & 0xff)) {
                return false;
            }
        }
        return true;
    }

    private static int skipAscii(byte[] bytes, int from, int end) {
        int at = from;
        while (at <= end - Long.BYTES && ((long) LONGS.get(bytes, at) & HIGH_BITS) == 0) {
            at += Long.BYTES;
        }
        while (at < end && bytes[at] >= 0) {
            at++;
        }
        return at;
    }

    private boolean step(int octet) {
        if (needed == 0) {
            return lead(octet);
        }
        if (octet < lower || octet > upper) {
            return false;
        }
        lower = 0x80;
        upper = 0xBF;
        needed--;
        return true;
    }

    private boolean lead(int octet) {
        if (octet < 0x80) {
            return true;
        }
        if (octet < 0xC2 || octet > 0xF4) {
            return false;
        }
        if (octet < 0xE0) {
            needed = 1;
        } else if (octet < 0xF0) {
            needed = 2;
            lower = octet == 0xE0 ? 0xA0 : 0x80;
            upper = octet == 0xED ? 0x9F : 0xBF;
        } else {
            needed = 3;
            lower = octet == 0xF0 ? 0x90 : 0x80;
            upper = octet == 0xF4 ? 0x8F : 0xBF;
        }
        return true;
    }
}
