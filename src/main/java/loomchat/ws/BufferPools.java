package loomchat.ws;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import loomchat.net.ObjectPool;

/**
 * Buffers that connections borrow: one for a read and its decoding, one for the send of a single frame, one for a large
 * message whose frames arrive one after the other. A connection that waits for its next message holds none. Any thread.
 */
final class BufferPools {
    static final int READ_BYTES = 64 * 1024;

    private static final int PIECE_BITS = 16;
    /** Of a long message that is incomplete. */
    static final int PIECE_BYTES = 1 << PIECE_BITS;

    private static final int SEND_BYTES = 4096;
    private static final int MOST_PIECES = 1024;
    private static final int MOST_KEPT_BYTES = 128 * 1024;

    private static final ObjectPool<ByteBuffer> READ =
            new ObjectPool<>(16, () -> ByteBuffer.allocate(READ_BYTES), dropped -> {});
    private static final ObjectPool<FrameBuffer> SEND =
            new ObjectPool<>(64, () -> new FrameBuffer(SEND_BYTES), dropped -> {});

    /**
     * Pieces of long messages that are incomplete, up to an eighth of the heap. Without them, somebody who begins long
     * messages and leaves makes most of the garbage of the process, each collection copies what he has begun, and its
     * pause is everybody's.
     */
    private static final ObjectPool<byte[]> PIECES = new ObjectPool<>(
            (int) Math.min(MOST_PIECES, Runtime.getRuntime().maxMemory() / 8 / PIECE_BYTES),
            () -> new byte[PIECE_BYTES],
            dropped -> {});

    /** Arrays of 128, 256 and 512 KB and of 1 MB for whole messages, at most 2 MB of each. */
    private static final List<ObjectPool<byte[]>> WHOLE = IntStream.range(0, 4)
            .mapToObj(nth -> new ObjectPool<>(16 >> nth, () -> new byte[2 * PIECE_BYTES << nth], dropped -> {}))
            .toList();

    private BufferPools() {}

    /** The size of the array that {@link #takeForMessage} gives for so many bytes. */
    static int sizeForMessage(int bytes) {
        int bits = bits(bytes);
        return isPooled(bits) ? 1 << bits : bytes;
    }

    /** An array for at least so many bytes, with any content. */
    static byte[] takeForMessage(int bytes) {
        int bits = bits(bytes);
        return isPooled(bits) ? pool(bits).take() : new byte[bytes];
    }

    /** Takes an array back that a message has used. */
    static void giveBack(byte[] buffer) {
        int bits = bits(buffer.length);
        if (isPooled(bits) && buffer.length == 1 << bits) {
            pool(bits).giveBack(buffer);
        }
    }

    /** Of the smallest power of two that is not less. */
    private static int bits(int bytes) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(bytes - 1);
    }

    private static boolean isPooled(int bits) {
        return bits >= PIECE_BITS && bits <= PIECE_BITS + WHOLE.size();
    }

    private static ObjectPool<byte[]> pool(int bits) {
        return bits == PIECE_BITS ? PIECES : WHOLE.get(bits - PIECE_BITS - 1);
    }

    static ByteBuffer takeForRead() {
        return READ.take().clear();
    }

    static void giveBack(ByteBuffer buffer) {
        READ.giveBack(buffer);
    }

    static FrameBuffer takeForSend() {
        return SEND.take();
    }

    static void giveBack(FrameBuffer buffer) {
        if (buffer.capacity() <= MOST_KEPT_BYTES) {
            buffer.clear();
            SEND.giveBack(buffer);
        }
    }
}
