package loomchat.ws;

import java.io.IOException;
import loomchat.ws.deflate.ByteSink;
import loomchat.ws.frame.Opcode;
import loomchat.ws.frame.Utf8Validator;

/**
 * Joins the frames of one message at a time, and checks its size and its text as they arrive. The reading thread uses
 * it.
 *
 * <p>The buffer grows with the bytes that arrive, not with announced lengths, to less than twice the limit, and is
 * taken from the budget of all incomplete messages until the message has been delivered.
 */
final class MessageAssembler implements ByteSink {
    private static final int FIRST_PIECE = MessageBudget.SMALL_BYTES;
    private static final byte[] NOTHING = {};

    private final MessageSizeLimit limit;
    private final MessageBudget.Share share;
    private final Utf8Validator utf8 = new Utf8Validator();

    /** 0 between messages. */
    private int opcode;

    private boolean compressed;
    /** Taken from the share with its whole length. */
    private byte[] bytes = NOTHING;

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
        int wanted = size + length;
        if (wanted > bytes.length) {
            grow(wanted);
        }
        System.arraycopy(from, at, bytes, size, length);
        size = wanted;
    }

    /** While it is copied, the message takes both arrays. */
    private void grow(int wanted) throws ProtocolException {
        long doubled = Math.max(FIRST_PIECE, bytes.length * 2L);
        int capacity = (int) Math.max(wanted, Math.min(doubled, mostBytes));
        int taken = BufferPools.sizeForMessage(capacity);
        share.take(taken);
        byte[] grown;
        try {
            grown = BufferPools.takeForMessage(capacity);
        } catch (OutOfMemoryError e) {
            share.giveBack(taken);
            throw e;
        }
        System.arraycopy(bytes, 0, grown, 0, size);
        drop(bytes);
        bytes = grown;
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
        byte[] whole = bytes;
        opcode = 0;
        bytes = NOTHING;
        try {
            deliver(text, whole, 0, size, handler);
        } finally {
            drop(whole);
        }
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
        byte[] dropped = bytes;
        bytes = NOTHING;
        size = 0;
        drop(dropped);
    }

    private static ProtocolException invalidText() {
        return new ProtocolException(CloseCode.INVALID_PAYLOAD, "Text is not UTF-8");
    }
}
