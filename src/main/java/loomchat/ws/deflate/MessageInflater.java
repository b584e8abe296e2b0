package loomchat.ws.deflate;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import loomchat.net.ObjectPool;

/**
 * Inflates the messages of one connection (RFC 7692, 7.2.2). The reading thread calls it; output goes to the sink
 * piece by piece, so that the sink's limit stops a bomb within one piece.
 *
 * <p>The output of a batch is bounded: after {@link #BATCH_BYTES} or {@link #BATCH_NANOS} the batch {@link #isSpent},
 * because a virtual thread keeps its loop until it yields. Both are counted, so that the client can be charged.
 */
public final class MessageInflater {
    /** The most input at once. Deflate makes at most 1032 octets of one. */
    private static final int MOST_INPUT = 512;

    /** The same for a client that has sent data which becomes very large. */
    private static final int LITTLE_INPUT = 64;

    /** What one inflater takes outside of the heap: its window and its tables. */
    public static final int BYTES = 48 * 1024;

    static final int BATCH_BYTES = 64 * 1024;
    private static final long BATCH_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    /** The end of each message, which its sender has taken off. */
    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

    private static final int PIECE = 8192;

    private final ObjectPool<Inflater> pool;
    private final boolean takeover;
    private Inflater inflater;

    private int mostInput = MOST_INPUT;
    private long bytes;
    private long nanos;
    private long bytesBefore;
    private long nanosBefore;

    /** @param takeover whether the context is kept from message to message */
    public MessageInflater(Compression compression, boolean takeover) {
        pool = compression.inflaters();
        this.takeover = takeover;
    }

    /** The total output. */
    public long bytes() {
        return bytes;
    }

    /** The total time spent inflating. */
    public long nanos() {
        return nanos;
    }

    /** How many bytes {@link #add} takes at once: so few that it never keeps the loop for long. */
    public int mostInput() {
        return mostInput;
    }

    /** Begins a batch, which ends when the caller yields. */
    public void beginBatch() {
        bytesBefore = bytes;
        nanosBefore = nanos;
    }

    /** Whether the thread should yield before it inflates more. */
    public boolean isSpent() {
        return bytes - bytesBefore >= BATCH_BYTES || nanos - nanosBefore >= BATCH_NANOS;
    }

    /** Whether an inflater is borrowed for the rest of an incomplete message. */
    public boolean isBorrowed() {
        return inflater != null && !takeover;
    }

    /**
     * Inflates the next part of a message, at most {@link #mostInput} bytes.
     *
     * @throws DataFormatException the data is damaged
     * @throws IOException {@code into} refused the output
     */
    public void add(byte[] from, int offset, int length, ByteSink into) throws IOException, DataFormatException {
        if (inflater == null) {
            inflater = pool.take();
        }
        long start = System.nanoTime();
        long before = bytes;
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
        } finally {
            nanos += System.nanoTime() - start;
            if (bytes - before > BATCH_BYTES) {
                mostInput = LITTLE_INPUT;
            }
        }
    }

    /** After a block that says it is the last, the next one begins anew (RFC 7692, 7.2.3.5). */
    private void restart(byte[] from, int end) {
        int left = inflater.getRemaining();
        inflater.reset();
        inflater.setInput(from, end - left, left);
    }

    /** Ends a message. */
    public void end(ByteSink into) throws IOException, DataFormatException {
        if (inflater == null || !inflater.finished()) {
            add(TAIL, 0, TAIL.length, into);
        }
        // A last block may end the message without the octet that should follow it: then no tail is added.
        if (inflater.finished()) {
            inflater.reset();
        }
        if (!takeover) {
            release();
        }
    }

    /** Gives the inflater back. */
    public void release() {
        if (inflater != null) {
            inflater.reset();
            pool.giveBack(inflater);
            inflater = null;
        }
    }
}
