package loomchat.ws;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Buffers for reading, borrowed for the length of one read and what it leads to: a connection that waits for input holds
 * none. Any thread.
 */
final class ReadBuffers {
    static final int BYTES = 64 * 1024;

    private static final int MOST_KEPT = 64;
    private static final ArrayBlockingQueue<ByteBuffer> KEPT = new ArrayBlockingQueue<>(MOST_KEPT);

    private ReadBuffers() {}

    static ByteBuffer take() {
        ByteBuffer kept = KEPT.poll();
        return kept != null ? kept.clear() : ByteBuffer.allocate(BYTES);
    }

    static void giveBack(ByteBuffer buffer) {
        KEPT.offer(buffer);
    }
}
