package loomchat.ws;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import loomchat.net.Pool;

/**
 * Inflates the messages of one connection (RFC 7692, 7.2.2). The reading thread calls it; output goes to the decoder piece
 * by piece, so that its limit stops a bomb within one piece.
 */
final class Inflating {
    /** What a sender takes off the end of each message. */
    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

    private static final int PIECE = 8192;

    private final Pool<Inflater> pool;
    private final boolean takeover;
    private Inflater inflater;

    Inflating(Pool<Inflater> pool, boolean takeover) {
        this.pool = pool;
        this.takeover = takeover;
    }

    void add(byte[] bytes, int offset, int length, Decoder into) throws ProtocolException {
        if (inflater == null) {
            inflater = pool.take();
        }
        inflater.setInput(bytes, offset, length);
        byte[] piece = new byte[Math.min(PIECE, Math.max(256, length * 8))];
        try {
            while (true) {
                int count = inflater.inflate(piece);
                if (count > 0) {
                    into.append(piece, 0, count);
                } else if (inflater.finished() && inflater.getRemaining() > 0) {
                    restart(bytes, offset + length);
                } else {
                    return;
                }
            }
        } catch (DataFormatException e) {
            throw new ProtocolException(CloseCode.INVALID_PAYLOAD, "Compressed data is damaged");
        }
    }

    /** A block said that it is the last: what follows begins anew (RFC 7692, 7.2.3.5). */
    private void restart(byte[] bytes, int end) {
        int left = inflater.getRemaining();
        inflater.reset();
        inflater.setInput(bytes, end - left, left);
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
    }
}
