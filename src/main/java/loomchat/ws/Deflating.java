package loomchat.ws;

import java.util.zip.Deflater;
import loomchat.net.Pool;

/**
 * Deflates the messages that one connection sends (RFC 7692, 7.2.1). Guarded by the connection's send lock.
 *
 * <p>The JDK's compressor always has a window of 15 bits. For a peer that wants a smaller one (7.1.2.1) its history is emptied
 * each time that it is as long as that window, by a full flush within a message and by a reset between two: no distance reaches
 * further back.
 */
final class Deflating {
    static final int MOST_WINDOW_BITS = 15;

    private static final int TAIL_BYTES = 4;
    private static final int PIECE = 8192;

    private final Pool<Deflater> pool;
    private final boolean takeover;
    /** How far back the peer can look; {@link Integer#MAX_VALUE} when the compressor sees to that itself. */
    private final int windowBytes;

    private Deflater deflater;
    /** What there is to refer to, where the window is smaller than the compressor's. */
    private int history;

    private volatile long nanos;

    Deflating(Pool<Deflater> pool, boolean takeover, int windowBits) {
        this.pool = pool;
        this.takeover = takeover;
        this.windowBytes = windowBits == MOST_WINDOW_BITS ? Integer.MAX_VALUE : 1 << windowBits;
    }

    /** All the time that it took. Any thread. */
    long nanos() {
        return nanos;
    }

    /** The compressed form of a message, without the tail that the receiver adds. */
    FrameBuffer deflate(byte[] bytes, int offset, int length) {
        long start = System.nanoTime();
        if (deflater == null) {
            deflater = pool.take();
            history = 0;
        }
        FrameBuffer out = new FrameBuffer(Math.max(64, length / 2));
        byte[] piece = new byte[Math.min(PIECE, Math.max(64, length))];
        if (windowBytes < Integer.MAX_VALUE) {
            int end = offset + length;
            int last = fillWindows(bytes, offset, end, piece, out);
            flush(bytes, last, end - last, Deflater.SYNC_FLUSH, piece, out);
        } else {
            flush(bytes, offset, length, Deflater.SYNC_FLUSH, piece, out);
        }
        out.shorten(TAIL_BYTES);
        if (!takeover) {
            release();
        }
        nanos += System.nanoTime() - start;
        return out;
    }

    /** Deflates all but the last window of a message and returns where that begins. */
    private int fillWindows(byte[] bytes, int offset, int end, byte[] piece, FrameBuffer out) {
        if (history > 0 && history + end - offset > windowBytes) {
            deflater.reset();
            history = 0;
        }
        int at = offset;
        while (end - at > windowBytes - history) {
            int part = windowBytes - history;
            flush(bytes, at, part, Deflater.FULL_FLUSH, piece, out);
            at += part;
            history = 0;
        }
        history += end - at;
        return at;
    }

    private void flush(byte[] bytes, int offset, int length, int mode, byte[] piece, FrameBuffer out) {
        deflater.setInput(bytes, offset, length);
        int count;
        do {
            count = deflater.deflate(piece, 0, piece.length, mode);
            out.append(piece, 0, count);
        } while (count == piece.length);
    }

    void release() {
        if (deflater != null) {
            deflater.reset();
            pool.giveBack(deflater);
            deflater = null;
        }
    }
}
