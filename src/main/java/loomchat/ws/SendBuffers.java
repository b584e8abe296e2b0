package loomchat.ws;

import java.util.concurrent.ArrayBlockingQueue;

/** Buffers for single frames on their way out, borrowed for the length of one send. Any thread. */
final class SendBuffers {
    private static final int BYTES = 4096;
    private static final int MOST_KEPT_BYTES = 128 * 1024;
    private static final ArrayBlockingQueue<FrameBuffer> KEPT = new ArrayBlockingQueue<>(64);

    private SendBuffers() {}

    static FrameBuffer take() {
        FrameBuffer kept = KEPT.poll();
        return kept != null ? kept : new FrameBuffer(BYTES);
    }

    static void giveBack(FrameBuffer buffer) {
        if (buffer.capacity() <= MOST_KEPT_BYTES) {
            buffer.clear();
            KEPT.offer(buffer);
        }
    }
}
