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

    private static final int SEND_BYTES = 4096;
    private static final int LARGE_BITS = 16;
    private static final int LEAST_LARGE_BYTES = 1 << LARGE_BITS;
    private static final int MOST_KEPT_BYTES = 128 * 1024;

    private static final ObjectPool<ByteBuffer> READ =
            new ObjectPool<>(16, () -> ByteBuffer.allocate(READ_BYTES), dropped -> {});
    private static final ObjectPool<FrameBuffer> SEND =
            new ObjectPool<>(64, () -> new FrameBuffer(SEND_BYTES), dropped -> {});

    /**
     * Arrays of 64, 128, 256 and 512 KB and of 1 MB, at most 2 MB of each. Without them, somebody who keeps sending
     * large messages makes most of the garbage of the process, and the pauses of its collection are everybody's.
     */
    private static final List<ObjectPool<byte[]>> LARGE = IntStream.range(0, 5)
            .mapToObj(nth -> new ObjectPool<>(32 >> nth, () -> new byte[LEAST_LARGE_BYTES << nth], dropped -> {}))
            .toList();

    private BufferPools() {}

    /** The size of the array that {@link #takeForMessage} gives for so many bytes. */
    static int sizeForMessage(int bytes) {
        int nth = pool(bytes);
        return nth < 0 ? bytes : LEAST_LARGE_BYTES << nth;
    }

    /** An array for at least so many bytes, with any content. */
    static byte[] takeForMessage(int bytes) {
        int nth = pool(bytes);
        return nth < 0 ? new byte[bytes] : LARGE.get(nth).take();
    }

    /** Takes an array back that a message has used. */
    static void giveBack(byte[] buffer) {
        int nth = pool(buffer.length);
        if (nth >= 0 && buffer.length == LEAST_LARGE_BYTES << nth) {
            LARGE.get(nth).giveBack(buffer);
        }
    }

    /** The pool with the smallest arrays that hold so many bytes; -1 for so few or so many that there is none. */
    private static int pool(int bytes) {
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(bytes - 1);
        return bytes <= LEAST_LARGE_BYTES / 2 || bits >= LARGE_BITS + LARGE.size() ? -1 : bits - LARGE_BITS;
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
