package loomchat.report.scan;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Eight bytes at a time over a byte array ("SIMD within a register"). Any thread; no state. Callers keep
 * {@link #SLACK} bytes behind the last valid one, so that a read of eight never leaves the array.
 */
public final class ByteWords {
    public static final int SLACK = 512;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long ONES = 0x0101010101010101L;
    private static final long NEWLINES = '\n' * ONES;
    private static final long ZEROS = '0' * ONES;
    private static final long ABOVE_NINE = (0x80 - 10) * ONES;

    private ByteWords() {}

    /** The eight bytes from {@code at} on, the first one lowest. */
    static long word(byte[] bytes, int at) {
        return (long) LONGS.get(bytes, at);
    }

    /** Eight ASCII characters as {@link #word(byte[], int)} would read them. */
    static long word(String eight) {
        return word(eight.getBytes(StandardCharsets.ISO_8859_1), 0);
    }

    /** Where the first newline from {@code from} on is, or {@code to} when there is none before it. */
    public static int newline(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at += 8) {
            long word = word(bytes, at) ^ NEWLINES;
            long found = (word - ONES) & ~word & HIGH_BITS;
            if (found != 0) {
                return Math.min(to, at + (Long.numberOfTrailingZeros(found) >>> 3));
            }
        }
        return to;
    }

    /** How many of the eight bytes, from the first on, are digits. */
    static int digits(long word) {
        long value = word ^ ZEROS;
        long others = (value + ABOVE_NINE | value) & HIGH_BITS;
        return others == 0 ? 8 : Long.numberOfTrailingZeros(others) >>> 3;
    }

    /** The number that the first {@code digits} (1 to 8) bytes spell. */
    static long number(long word, int digits) {
        long value = (word ^ ZEROS) << (64 - 8 * digits);
        value = value * 10 + (value >>> 8) & 0x00FF00FF00FF00FFL;
        value = value * 100 + (value >>> 16) & 0x0000FFFF0000FFFFL;
        return value * 10000 + (value >>> 32) & 0xFFFFFFFFL;
    }
}
