package loomchat.ws;

import java.util.zip.Deflater;
import loomchat.net.Pool;

/** Deflates the messages that one connection sends (RFC 7692, 7.2.1). Guarded by the connection's send lock. */
final class Deflating {
    private static final int TAIL_BYTES = 4;

    private final Pool<Deflater> pool;
    private final boolean takeover;
    private Deflater deflater;

    Deflating(Pool<Deflater> pool, boolean takeover) {
        this.pool = pool;
        this.takeover = takeover;
    }

    /** The compressed form of a message, without the tail that the receiver adds; valid until the next call. */
    FrameBuffer deflate(byte[] bytes, int offset, int length) {
        if (deflater == null) {
            deflater = pool.take();
        }
        FrameBuffer out = new FrameBuffer(Math.max(64, length / 2));
        deflater.setInput(bytes, offset, length);
        byte[] piece = new byte[Math.min(8192, Math.max(64, length))];
        int count;
        do {
            count = deflater.deflate(piece, 0, piece.length, Deflater.SYNC_FLUSH);
            out.append(piece, 0, count);
        } while (count == piece.length);
        out.shorten(TAIL_BYTES);
        if (!takeover) {
            release();
        }
        return out;
    }

    void release() {
        if (deflater != null) {
            deflater.reset();
            pool.giveBack(deflater);
            deflater = null;
        }
    }
}
