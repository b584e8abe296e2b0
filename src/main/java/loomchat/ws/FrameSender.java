package loomchat.ws;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import loomchat.net.ByteStream;
import loomchat.ws.deflate.MessageDeflater;
import loomchat.ws.frame.Opcode;

/**
 * The sending half of a {@link WebSocket}: frames in the order of one lock, and nothing after the close frame. Any
 * thread. A send waits for other sends and for room in the socket; methods that say so never wait.
 */
final class FrameSender {
    private static final long CLOSE_LOCK_MILLIS = 100;
    private static final int CLOSE_REASON_BYTES = 123;
    /** The socket copies its whole argument, also the part that does not fit. */
    private static final int MOST_WRITTEN_AT_ONCE = 256 * 1024;
    /** A payload from this size on is written without a copy. */
    private static final int LARGE_BYTES = 64 * 1024;

    private final ByteStream stream;
    private final boolean client;
    /** Null for no compression. Guarded by sendLock. */
    private final MessageDeflater deflater;

    private final MessageBudget.Share share;
    private final LongAdder allBytesOut;

    /** The send order. */
    private final ReentrantLock sendLock = new ReentrantLock();

    // Written under sendLock, any thread reads them, see the getters of WebSocket
    volatile long closeSentNanos;
    volatile boolean gaveUp;
    volatile long bytesOut;

    /** @param client whether frames are masked */
    FrameSender(
            ByteStream stream,
            boolean client,
            MessageDeflater deflater,
            MessageBudget.Share share,
            LongAdder allBytesOut) {
        this.stream = stream;
        this.client = client;
        this.deflater = deflater;
        this.share = share;
        this.allBytesOut = allBytesOut;
    }

    boolean compresses() {
        return deflater != null;
    }

    long deflatingNanos() {
        return deflater == null ? 0 : deflater.nanos();
    }

    // Sending

    void sendMessage(int opcode, byte[] bytes, int offset, int length) throws IOException {
        if (deflater == null || !MessageDeflater.suits(length)) {
            send(Opcode.FIN | opcode, bytes, offset, length);
            return;
        }
        sendLock.lock();
        try {
            if (closeSentNanos != 0) {
                throw isClosing();
            }
            FrameBuffer compressed = new FrameBuffer(Math.max(64, length / 2));
            deflater.deflate(bytes, offset, length, compressed);
            compressed.shorten(MessageDeflater.TAIL_BYTES);
            send(Opcode.FIN | Opcode.RSV1 | opcode, compressed.bytes(), 0, compressed.size());
        } finally {
            sendLock.unlock();
        }
    }

    /** @param first the first octet of the frame */
    void send(int first, byte[] bytes, int offset, int length) throws IOException {
        if (!client && length >= LARGE_BYTES) {
            sendInPlace(first, bytes, offset, length);
            return;
        }
        FrameBuffer out = BufferPools.takeForSend();
        try {
            frame(out, first, bytes, offset, length);
            sendFrames(out);
        } finally {
            BufferPools.giveBack(out);
        }
    }

    private void sendInPlace(int first, byte[] bytes, int offset, int length) throws IOException {
        FrameBuffer header = new FrameBuffer(14);
        header.header(first, length, 0, 0);
        sendLock.lock();
        try {
            write(header.bytes(), 0, header.size());
            write(bytes, offset, length);
        } finally {
            sendLock.unlock();
        }
    }

    /** Appends a frame, as this side sends it. */
    void frame(FrameBuffer out, int first, byte[] bytes, int offset, int length) {
        if (client) {
            out.maskedFrame(
                    first, bytes, offset, length, ThreadLocalRandom.current().nextInt());
        } else {
            out.frame(first, bytes, offset, length);
        }
    }

    void sendFrames(FrameBuffer frames) throws IOException {
        sendLock.lock();
        try {
            write(frames.bytes(), 0, frames.size());
        } finally {
            sendLock.unlock();
        }
    }

    void inSendOrder(WebSocket.SendAction action) throws IOException {
        sendLock.lock();
        try {
            action.run();
        } finally {
            sendLock.unlock();
        }
    }

    /**
     * Sends one frame unless another send is under way or there is no room. Never waits; returns whether it was sent.
     */
    boolean sendIfIdle(int first, byte[] payload) {
        if (!sendLock.tryLock()) {
            return false;
        }
        try {
            return closeSentNanos == 0 && sendNow(first, payload);
        } finally {
            sendLock.unlock();
        }
    }

    /**
     * In send order: sends one frame if there is room for it now. A frame that was sent in part ends the connection.
     */
    private boolean sendNow(int first, byte[] payload) {
        FrameBuffer out = new FrameBuffer(payload.length + 14);
        frame(out, first, payload, 0, payload.length);
        try {
            int written = stream.writeNow(out.bytes(), 0, out.size());
            countOut(written);
            if (written > 0 && written < out.size()) {
                stream.abort();
            }
            return written == out.size();
        } catch (IOException e) {
            stream.abort();
            return false;
        }
    }

    /** In send order. */
    private void write(byte[] bytes, int offset, int length) throws IOException {
        if (closeSentNanos != 0) {
            throw isClosing();
        }
        int end = offset + length;
        int at = offset;
        while (at < end) {
            int piece = Math.min(end - at, MOST_WRITTEN_AT_ONCE);
            int written = stream.writeNow(bytes, at, piece);
            at += written;
            if (written < piece) {
                writeBlocking(bytes, at, end);
                break;
            }
        }
        countOut(length);
    }

    /**
     * The peer does not read. A sender that waits keeps these bytes, and the buffer that it read them into. A larger
     * batch has been taken from its sender's share already.
     */
    private void writeBlocking(byte[] bytes, int at, int end) throws IOException {
        int kept = Math.min(bytes.length, MessageBudget.BATCH_BYTES) + BufferPools.READ_BYTES;
        if (!share.tryTake(kept)) {
            gaveUp = true;
            stream.abort();
            throw new IOException("There is no memory to wait for a peer that does not read");
        }
        try {
            stream.write(bytes, at, end - at);
        } finally {
            share.giveBack(kept);
        }
    }

    private static IOException isClosing() {
        return new IOException("The connection is closing");
    }

    private void countOut(int bytes) {
        bytesOut += bytes;
        allBytesOut.add(bytes);
    }

    // Ending

    /** Sends the close frame, once. Aborts the connection when that is not possible soon. */
    void close(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        byte[] payload = new byte[code == CloseCode.NO_STATUS ? 0 : 2 + Math.min(text.length, CLOSE_REASON_BYTES)];
        if (payload.length > 0) {
            payload[0] = (byte) (code >>> 8);
            payload[1] = (byte) code;
            System.arraycopy(text, 0, payload, 2, payload.length - 2);
        }
        if (!lockSoon()) {
            stream.abort();
            return;
        }
        try {
            if (markClosed() && !sendNow(Opcode.FIN | Opcode.CLOSE, payload)) {
                stream.abort();
            }
        } finally {
            sendLock.unlock();
        }
    }

    void settle() {
        if (!lockSoon()) {
            stream.abort();
            sendLock.lock();
        }
        markClosed();
        sendLock.unlock();
    }

    /** In send order; false when the connection was closed before. */
    private boolean markClosed() {
        if (closeSentNanos != 0) {
            return false;
        }
        closeSentNanos = Math.max(1, System.nanoTime());
        return true;
    }

    private boolean lockSoon() {
        long blockedSince = stream.writeBlockedSince();
        if (blockedSince != 0 && System.nanoTime() - blockedSince > TimeUnit.MILLISECONDS.toNanos(CLOSE_LOCK_MILLIS)) {
            // Another send has waited for this peer for so long already: no need to wait as long again.
            return false;
        }
        try {
            return sendLock.tryLock(CLOSE_LOCK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    void releaseDeflater() {
        if (deflater != null) {
            sendLock.lock();
            try {
                deflater.release();
            } finally {
                sendLock.unlock();
            }
        }
    }
}
