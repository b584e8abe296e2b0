package loomchat.ws.frame;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Masking of client frames (RFC 6455, 5.3), eight bytes at a time. */
public final class Mask {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    /** In the machine's order: compiled by C1 alone, as in the load client, every reversal is a call. */
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private static final boolean REVERSED = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private Mask() {}

    /** The four key octets at {@code offset}, the first in the highest byte. */
    public static int key(byte[] bytes, int offset) {
        return (int) INTS.get(bytes, offset);
    }

    /**
     * Masks or unmasks in place.
     *
     * @param key the four key octets, the first in the highest byte
     * @param phase how many octets of the payload came before: the key octet to begin with, modulo four
     */
    public static void apply(byte[] bytes, int offset, int length, int key, int phase) {
        if (key == 0) {
            return;
        }
        int rotated = Integer.rotateLeft(key, (phase & 3) * 8);
        long wide = (rotated & 0xffffffffL) << 32 | rotated & 0xffffffffL;
        int at = offset;
        int end = offset + length;
        long inOrder = REVERSED ? Long.reverseBytes(wide) : wide;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            LONGS.set(bytes, at, (long) LONGS.get(bytes, at) ^ inOrder);
        }
        for (int shift = 56; at < end; at++, shift -= 8) {
            bytes[at] ^= (byte) (wide >>> shift);
        }
    }
}
