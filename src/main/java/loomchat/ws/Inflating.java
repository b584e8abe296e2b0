package loomchat.ws;

import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import loomchat.net.Pool;

/**
 * Inflates the messages of one connection (RFC 7692, 7.2.2). The reading thread calls it; output goes to the decoder piece
 * by piece, so that its limit stops a bomb within one piece.
 *
 * <p>What little input can become is bounded per batch: after {@link #BATCH_BYTES} or {@link #BATCH_NANOS} the batch
 * {@link #isSpent}, for a virtual thread keeps its loop until it yields. Both are counted, so that the client can be charged.
 */
final class Inflating {
    /** What is inflated at once. Deflate makes at most 1032 octets of one. */
    static final int MOST_INPUT = 512;

    static final int BATCH_BYTES = 256 * 1024;
    private static final long BATCH_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    /** What a sender takes off the end of each message. */
    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

    private static final int PIECE = 8192;
    /** Of an inflater, outside of the heap: its window and its tables. */
    private static final int INFLATER_BYTES = 48 * 1024;

    private final Pool<Inflater> pool;
    private final boolean takeover;
    private final MessageBudget.Share share;
    private Inflater inflater;
    private boolean taken;

    private long bytes;
    private long nanos;
    private long bytesBefore;
    private long nanosBefore;

    Inflating(Pool<Inflater> pool, boolean takeover, MessageBudget.Share share) {
        this.pool = pool;
        this.takeover = takeover;
        this.share = share;
    }

    /** All that has come out. */
    long bytes() {
        return bytes;
    }

    /** All the time that it took. */
    long nanos() {
        return nanos;
    }

    void beginBatch() {
        bytesBefore = bytes;
        nanosBefore = nanos;
    }

    /** Whether others should have their turn before more is inflated. */
    boolean isSpent() {
        return bytes - bytesBefore >= BATCH_BYTES || nanos - nanosBefore >= BATCH_NANOS;
    }

    /** A borrowed inflater that is still needed for the rest of its message is part of an incomplete message. */
    void endBatch() throws ProtocolException {
        if (inflater != null && !takeover && !taken) {
            share.take(INFLATER_BYTES);
            taken = true;
        }
    }

    /** Takes at most {@link #MOST_INPUT}. */
    void add(byte[] from, int offset, int length, Decoder into) throws ProtocolException {
        if (inflater == null) {
            inflater = pool.take();
        }
        long start = System.nanoTime();
        inflater.setInput(from, offset, length);
        byte[] piece = new byte[Math.min(PIECE, Math.max(256, length * 8))];
        try {
            while (true) {
                int count = inflater.inflate(piece);
                if (count > 0) {
                    bytes += count;
                    into.append(piece, 0, count);
                } else if (inflater.finished() && inflater.getRemaining() > 0) {
                    restart(from, offset + length);
                } else {
                    return;
                }
            }
        } catch (DataFormatException e) {
            throw new ProtocolException(CloseCode.INVALID_PAYLOAD, "Compressed data is damaged");
        } finally {
            nanos += System.nanoTime() - start;
        }
    }

    /** A block said that it is the last: what follows begins anew (RFC 7692, 7.2.3.5). */
    private void restart(byte[] from, int end) {
        int left = inflater.getRemaining();
        inflater.reset();
        inflater.setInput(from, end - left, left);
    }

    void end(Decoder into) throws ProtocolException {
        if (inflater == null || !inflater.finished()) {
            add(TAIL, 0, TAIL.length, into);
        }
        // A last block may end the message without the octet that should follow it: then there is no tail to add.
        if (inflater.finished()) {
            inflater.reset();
        }
        if (!takeover) {
            release();
        }
    }

    void release() {
        if (inflater != null) {
            inflater.reset();
            pool.giveBack(inflater);
            inflater = null;
        }
        if (taken) {
            share.giveBack(INFLATER_BYTES);
            taken = false;
        }
    }
}
