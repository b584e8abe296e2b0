package loomchat.ws;

import loomchat.net.Pool;

/** Buffers for single outgoing frames, borrowed for one send. Any thread. */
final class SendBuffers {
    private static final int BYTES = 4096;
    private static final int MOST_KEPT_BYTES = 128 * 1024;
    private static final Pool<FrameBuffer> POOL = new Pool<>(64, () -> new FrameBuffer(BYTES), dropped -> {});

    private SendBuffers() {}

    static FrameBuffer take() {
        return POOL.take();
    }

    static void giveBack(FrameBuffer buffer) {
        if (buffer.capacity() <= MOST_KEPT_BYTES) {
            buffer.clear();
            POOL.giveBack(buffer);
        }
    }
}
