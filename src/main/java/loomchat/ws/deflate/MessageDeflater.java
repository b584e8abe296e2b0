package loomchat.ws.deflate;

import java.io.IOException;
import java.util.zip.Deflater;
import loomchat.net.ObjectPool;

/**
 * Deflates the messages that one connection sends (RFC 7692, 7.2.1). Guarded by the connection's send lock.
 *
 * <p>The JDK's compressor always has a window of 15 bits. For a peer that wants a smaller one (7.1.2.1) its history is
 * emptied whenever it is as long as that window, by a full flush within a message and by a reset between messages: no
 * distance reaches further back.
 */
public final class MessageDeflater {
    /** The last bytes of the output, which the sender takes off and the receiver adds again. */
    public static final int TAIL_BYTES = 4;

    static final int MOST_WINDOW_BITS = 15;
    /** Messages below this many bytes are not worth compressing. */
    private static final int LEAST_BYTES = 128;
    /** A longer message goes uncompressed: compressing it would delay the other connections of its loop. */
    static final int MOST_BYTES = 64 * 1024;

    private static final int PIECE = 8192;

    private final ObjectPool<Deflater> pool;
    private final boolean takeover;
    /** The length of the peer's window; {@link Integer#MAX_VALUE} when it is as long as the compressor's. */
    private final int windowBytes;

    private Deflater deflater;
    /** The bytes in the compressor's history, where the peer's window is smaller than its own. */
    private int history;

    private volatile long nanos;

    /**
     * @param takeover whether the context is kept from message to message
     * @param windowBits the peer's window, as a power of two
     */
    public MessageDeflater(Compression compression, boolean takeover, int windowBits) {
        pool = compression.deflaters();
        this.takeover = takeover;
        this.windowBytes = windowBits == MOST_WINDOW_BITS ? Integer.MAX_VALUE : 1 << windowBits;
    }

    /** Whether a message of {@code bytes} is to be compressed. */
    public static boolean suits(int bytes) {
        return bytes >= LEAST_BYTES && bytes <= MOST_BYTES;
    }

    /** The total time spent compressing. Any thread. */
    public long nanos() {
        return nanos;
    }

    /** Compresses a message into {@code out}, with the tail behind it. */
    public void deflate(byte[] bytes, int offset, int length, ByteSink out) throws IOException {
        long start = System.nanoTime();
        if (deflater == null) {
            deflater = pool.take();
            history = 0;
        }
        byte[] piece = new byte[Math.min(PIECE, Math.max(64, length))];
        if (windowBytes < Integer.MAX_VALUE) {
            int end = offset + length;
            int last = fillWindows(bytes, offset, end, piece, out);
            flush(bytes, last, end - last, Deflater.SYNC_FLUSH, piece, out);
        } else {
            flush(bytes, offset, length, Deflater.SYNC_FLUSH, piece, out);
        }
        if (!takeover) {
            release();
        }
        nanos += System.nanoTime() - start;
    }

    /** Deflates all but the last window of a message and returns where that begins. */
    private int fillWindows(byte[] bytes, int offset, int end, byte[] piece, ByteSink out) throws IOException {
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

    private void flush(byte[] bytes, int offset, int length, int mode, byte[] piece, ByteSink out) throws IOException {
        deflater.setInput(bytes, offset, length);
        int count;
        do {
            count = deflater.deflate(piece, 0, piece.length, mode);
            out.append(piece, 0, count);
        } while (count == piece.length);
    }

    /** Gives the compressor back. */
    public void release() {
        if (deflater != null) {
            deflater.reset();
            pool.giveBack(deflater);
            deflater = null;
        }
    }
}
