package loomchat.ws;

import java.util.Arrays;
import loomchat.ws.deflate.ByteSink;
import loomchat.ws.frame.Mask;
import loomchat.ws.frame.Opcode;

/**
 * Outgoing bytes: frames are appended one after the other and written together. Grows as needed; the caller bounds its
 * content. One thread at a time.
 */
public final class FrameBuffer implements ByteSink {
    private byte[] bytes;
    private int size;

    public FrameBuffer(int capacity) {
        bytes = new byte[capacity];
    }

    public int size() {
        return size;
    }

    public int capacity() {
        return bytes.length;
    }

    /** The capacity that there will be when {@code more} bytes have been appended. */
    public int capacityWith(long more) {
        long wanted = size + more;
        if (wanted > Integer.MAX_VALUE - 16) {
            throw new IllegalArgumentException("A frame buffer cannot hold " + wanted + " bytes");
        }
        return wanted <= bytes.length
                ? bytes.length
                : (int) Math.max(wanted, Math.min(Integer.MAX_VALUE - 16L, bytes.length * 2L));
    }

    public byte[] bytes() {
        return bytes;
    }

    /** Takes the last bytes off again. */
    void shorten(int by) {
        size -= by;
    }

    public void clear() {
        size = 0;
    }

    /** Appends the header of a final, unmasked text frame, as a server sends it. */
    public void textHeader(int payloadBytes) {
        header(Opcode.FIN | Opcode.TEXT, payloadBytes, 0);
    }

    void header(int first, int payloadBytes, int maskedBit) {
        header(first, payloadBytes, maskedBit, payloadBytes);
    }

    /** Appends a header and makes room for what follows, which may be less than the payload. */
    void header(int first, int payloadBytes, int maskedBit, int room) {
        reserve(14L + room);
        bytes[size++] = (byte) first;
        if (payloadBytes < 126) {
            bytes[size++] = (byte) (maskedBit | payloadBytes);
        } else if (payloadBytes < 1 << 16) {
            bytes[size++] = (byte) (maskedBit | 126);
            bytes[size++] = (byte) (payloadBytes >>> 8);
            bytes[size++] = (byte) payloadBytes;
        } else {
            bytes[size++] = (byte) (maskedBit | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                bytes[size++] = (byte) ((long) payloadBytes >>> shift);
            }
        }
    }

    public void append(byte[] from) {
        append(from, 0, from.length);
    }

    @Override
    public void append(byte[] from, int offset, int length) {
        int at = extend(length);
        System.arraycopy(from, offset, bytes, at, length);
    }

    public void append(int one) {
        reserve(1);
        bytes[size++] = (byte) one;
    }

    /** Makes room for {@code length} bytes, which the caller writes to {@link #bytes} from the returned index on. */
    public int extend(int length) {
        reserve(length);
        size += length;
        return size - length;
    }

    /** A client's frame: header with a mask key, then the payload masked with it. */
    void maskedFrame(int first, byte[] from, int offset, int length, int key) {
        header(first, length, Opcode.MASKED);
        for (int shift = 24; shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (key >>> shift);
        }
        int payload = size;
        append(from, offset, length);
        Mask.apply(bytes, payload, length, key, 0);
    }

    void frame(int first, byte[] from, int offset, int length) {
        header(first, length, 0);
        append(from, offset, length);
    }

    private void reserve(long more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, capacityWith(more));
        }
    }
}
