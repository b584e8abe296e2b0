package loomchat.ws;

import java.nio.ByteBuffer;
import loomchat.net.Pool;

/**
 * Buffers for reading, borrowed for one read and its decoding: a connection that waits for input holds none. Any
 * thread.
 */
final class ReadBuffers {
    static final int BYTES = 64 * 1024;

    private static final Pool<ByteBuffer> POOL = new Pool<>(16, () -> ByteBuffer.allocate(BYTES), dropped -> {});

    private ReadBuffers() {}

    static ByteBuffer take() {
        return POOL.take().clear();
    }

    static void giveBack(ByteBuffer buffer) {
        POOL.giveBack(buffer);
    }
}
