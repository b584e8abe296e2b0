package loomchat.ws;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import loomchat.ws.deflate.ByteSink;
import loomchat.ws.frame.Opcode;
import loomchat.ws.frame.Utf8Validator;

/**
 * Joins the frames of one message at a time, and checks its size and its text as they arrive. The reading thread uses
 * it.
 *
 * <p>What it holds grows with the bytes that arrive, not with announced lengths: a short message is in one array that
 * doubles, a longer one in pieces of one size, which are joined when it is whole. All of it is taken from the budget of
 * all incomplete messages until the message has been delivered.
 */
final class MessageAssembler implements ByteSink {
    private static final int FIRST_BYTES = MessageBudget.SMALL_BYTES;
    private static final byte[] NOTHING = {};

    private final MessageSizeLimit limit;
    private final MessageBudget.Share share;
    private final Utf8Validator utf8 = new Utf8Validator();

    /** 0 between messages. */
    private int opcode;

    private boolean compressed;
    /** Full ones, before {@link #last}; null until the message is longer than one. */
    private List<byte[]> pieces;

    /** The end of what has arrived. Taken from the share with its whole length, as the others. */
    private byte[] last = NOTHING;

    private int lastSize;
    /** Of the message. */
    private int size;
    /** The most that the message can need, as far as the frame that is being read tells. */
    private long mostBytes;

    MessageAssembler(MessageSizeLimit limit, MessageBudget.Share share) {
        this.limit = limit;
        this.share = share;
    }

    /** Whether a message has begun and not ended. */
    boolean isOpen() {
        return opcode != 0;
    }

    boolean isCompressed() {
        return compressed;
    }

    void begin(int opcode, boolean compressed) {
        this.opcode = opcode;
        this.compressed = compressed;
        size = 0;
        utf8.reset();
    }

    /** A frame of the message begins. Compressed data may be longer than its content, which alone is limited. */
    void beginFrame(long payloadBytes, boolean last) throws ProtocolException {
        if (!compressed) {
            limit.check(size, payloadBytes);
        }
        mostBytes = last && !compressed ? size + payloadBytes : limit.maxBytes();
    }

    /** Adds to the message. */
    @Override
    public void append(byte[] from, int at, int length) throws ProtocolException {
        limit.check(size, length);
        if (opcode == Opcode.TEXT && !utf8.check(from, at, length)) {
            throw invalidText();
        }
        for (int done = 0; done < length; ) {
            if (lastSize == last.length) {
                grow(length - done);
            }
            int count = Math.min(length - done, last.length - lastSize);
            System.arraycopy(from, at + done, last, lastSize, count);
            lastSize += count;
            done += count;
        }
        size += length;
    }

    /** Makes room at the end for some of the {@code wanted} bytes. */
    private void grow(int wanted) throws ProtocolException {
        if (last.length == BufferPools.PIECE_BYTES) {
            byte[] next = take(BufferPools.PIECE_BYTES);
            if (pieces == null) {
                pieces = new ArrayList<>();
            }
            pieces.add(last);
            last = next;
            lastSize = 0;
            return;
        }
        long doubled = Math.max(FIRST_BYTES, last.length * 2L);
        long capacity = Math.max((long) lastSize + wanted, Math.min(doubled, mostBytes));
        byte[] grown = take((int) Math.min(capacity, BufferPools.PIECE_BYTES));
        System.arraycopy(last, 0, grown, 0, lastSize);
        drop(last);
        last = grown;
    }

    private byte[] take(int bytes) throws ProtocolException {
        int taken = BufferPools.sizeForMessage(bytes);
        share.take(taken);
        try {
            return BufferPools.takeForMessage(bytes);
        } catch (OutOfMemoryError e) {
            share.giveBack(taken);
            throw e;
        }
    }

    /** Ends a message of one frame and delivers it from {@code buffer}. */
    void deliverInPlace(byte[] buffer, int at, int length, MessageHandler handler) throws IOException {
        boolean text = opcode == Opcode.TEXT;
        opcode = 0;
        if (text && !utf8.check(buffer, at, length)) {
            throw invalidText();
        }
        deliver(text, buffer, at, length, handler);
    }

    /** Ends the message and delivers it. */
    void deliver(MessageHandler handler) throws IOException {
        boolean text = opcode == Opcode.TEXT;
        opcode = 0;
        byte[] whole = takeWhole();
        try {
            deliver(text, whole, 0, size, handler);
        } finally {
            drop(whole);
        }
    }

    private byte[] takeWhole() throws ProtocolException {
        byte[] whole;
        if (pieces == null) {
            whole = last;
            last = NOTHING;
        } else {
            whole = take(size);
            int at = 0;
            for (byte[] piece : pieces) {
                System.arraycopy(piece, 0, whole, at, piece.length);
                at += piece.length;
            }
            System.arraycopy(last, 0, whole, at, lastSize);
        }
        dropAll();
        return whole;
    }

    private void dropAll() {
        if (pieces != null) {
            pieces.forEach(this::drop);
            pieces = null;
        }
        drop(last);
        last = NOTHING;
        lastSize = 0;
    }

    private void drop(byte[] buffer) {
        share.giveBack(buffer.length);
        BufferPools.giveBack(buffer);
    }

    private void deliver(boolean text, byte[] buffer, int at, int length, MessageHandler handler) throws IOException {
        if (!text) {
            handler.onBinary(buffer, at, length);
        } else if (utf8.complete()) {
            handler.onText(buffer, at, length);
        } else {
            throw invalidText();
        }
    }

    /** Drops an incomplete message. */
    void abandon() {
        dropAll();
        size = 0;
    }

    private static ProtocolException invalidText() {
        return new ProtocolException(CloseCode.INVALID_PAYLOAD, "Text is not UTF-8");
    }
}
