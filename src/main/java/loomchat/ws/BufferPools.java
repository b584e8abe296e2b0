package loomchat.ws;

import java.nio.ByteBuffer;
import loomchat.net.Pool;

/**
 * Buffers that connections borrow: one for a read and its decoding, one for the send of a single frame. A connection
 * that waits for input holds none. Any thread.
 */
final class BufferPools {
    static final int READ_BYTES = 64 * 1024;

    private static final int SEND_BYTES = 4096;
    private static final int MOST_KEPT_BYTES = 128 * 1024;

    private static final Pool<ByteBuffer> READ = new Pool<>(16, () -> ByteBuffer.allocate(READ_BYTES), dropped -> {});
    private static final Pool<FrameBuffer> SEND = new Pool<>(64, () -> new FrameBuffer(SEND_BYTES), dropped -> {});

    private BufferPools() {}

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
