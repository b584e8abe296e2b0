package loomchat.ws;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes a byte stream, cut anywhere, apart into messages (RFC 6455, 5). The reading thread feeds it.
 *
 * <p>A whole frame that is a whole message is delivered where it lies; only what comes in pieces is copied, into a buffer
 * that grows with what has arrived, not with what was announced, never beyond the limit, and is taken from the budget of all
 * incomplete messages until it has been delivered.
 *
 * <pre>
 *            2..14 octets                 payload complete
 *   HEADER ----------------&gt; PAYLOAD ---------------------------&gt; HEADER
 *      ^                        | FIN: deliver, else keep for the continuation
 *      |                        |
 *      +------------------------+      after a close frame: nothing is read any more
 * </pre>
 */
final class Decoder {
    private static final int FIRST_PIECE = MessageBudget.SMALL_BYTES;
    private static final byte[] NOTHING = {};

    private final boolean fromClient;
    private final int maxMessageBytes;
    /** Null unless permessage-deflate was negotiated. */
    private final Inflating inflating;

    private final MessageBudget.Share share;

    // The frame being read
    private final byte[] header = new byte[14];
    private int headerHave;
    private boolean inPayload;
    private int opcode;
    private boolean fin;
    private long remaining;
    private int maskKey;
    private int phase;

    // The message being joined from pieces: opcode 0 when there is none
    private int messageOpcode;
    private boolean messageCompressed;
    private byte[] message = NOTHING;
    private int messageSize;
    private long taken;
    private final Utf8 utf8 = new Utf8();

    // A control frame that comes in pieces; it may lie between the frames of a message
    private byte[] control = NOTHING;
    private int controlSize;

    private boolean completed;
    private boolean closed;

    /**
     * @param fromClient whether frames must be masked (or must not be)
     * @param inflating of permessage-deflate, or null where that was not negotiated
     * @param share from which incomplete messages are taken
     */
    Decoder(boolean fromClient, int maxMessageBytes, Inflating inflating, MessageBudget.Share share) {
        this.fromClient = fromClient;
        this.maxMessageBytes = maxMessageBytes;
        this.inflating = inflating;
        this.share = share;
    }

    /** Whether a close frame has been read. */
    boolean closed() {
        return closed;
    }

    /** Whether the stream stands inside a frame or between the fragments of a message. */
    boolean midMessage() {
        return headerHave > 0 || inPayload || messageOpcode != 0;
    }

    /**
     * Whether a message has come to its end since this was asked last; outside of messages a control frame counts as one. What
     * the stream stands in has then begun since.
     */
    boolean takeCompleted() {
        boolean was = completed;
        completed = false;
        return was;
    }

    /**
     * Takes {@code bytes[from, to)}, which it may overwrite, and delivers what became complete. Returns where it stopped: before
     * {@code to} when inflating has taken its time, and what is left is to be given again after others had theirs.
     */
    int decode(byte[] bytes, int from, int to, MessageHandler handler) throws IOException {
        if (inflating == null) {
            return decodePart(bytes, from, to, handler);
        }
        inflating.beginBatch();
        int at = decodePart(bytes, from, to, handler);
        inflating.endBatch();
        return at;
    }

    private int decodePart(byte[] bytes, int from, int to, MessageHandler handler) throws IOException {
        int at = from;
        while (!closed && (at < to && !isSpent() || inPayload && remaining == 0)) {
            at = inPayload ? payload(bytes, at, to, handler) : header(bytes, at, to);
        }
        return at;
    }

    private boolean isSpent() {
        return inflating != null && inflating.isSpent();
    }

    /** Nothing more will come: gives back what an incomplete message has taken. */
    void abandon() {
        message = NOTHING;
        messageSize = 0;
        giveBack();
        if (inflating != null) {
            inflating.release();
        }
    }

    // Header

    private int header(byte[] bytes, int from, int to) throws ProtocolException {
        if (headerHave == 0 && to - from >= header.length) {
            int length = headerLength(bytes[from], bytes[from + 1]);
            begin(bytes, from, length);
            return from + length;
        }
        return headerInPieces(bytes, from, to);
    }

    private int headerInPieces(byte[] bytes, int from, int to) throws ProtocolException {
        int at = from;
        int length = headerHave < 2 ? 2 : headerLength(header[0], header[1]);
        while (at < to && headerHave < length) {
            header[headerHave++] = bytes[at++];
            if (headerHave == 2) {
                length = headerLength(header[0], header[1]);
            }
        }
        if (headerHave >= 2 && headerHave == length) {
            headerHave = 0;
            begin(header, 0, length);
        }
        return at;
    }

    /** Checks what the first two octets say and returns the length of the whole header. */
    private int headerLength(byte first, byte second) throws ProtocolException {
        checkFirst(first & 0xff);
        boolean masked = (second & Opcode.MASKED) != 0;
        if (masked != fromClient) {
            throw error(fromClient ? "Client frames must be masked" : "Server frames must not be masked");
        }
        int length = second & 0x7f;
        if (Opcode.isControl(first & 0x0f)) {
            if (length > Opcode.MAX_CONTROL_BYTES) {
                throw error("A control frame is too long");
            }
            if ((first & Opcode.FIN) == 0) {
                throw error("A control frame must not be fragmented");
            }
        }
        return 2 + (length == 126 ? 2 : length == 127 ? 8 : 0) + (masked ? 4 : 0);
    }

    private void checkFirst(int first) throws ProtocolException {
        int code = first & 0x0f;
        boolean compressed = (first & Opcode.RSV1) != 0;
        boolean mayBeCompressed = inflating != null && (code == Opcode.TEXT || code == Opcode.BINARY);
        if ((first & 0x30) != 0 || compressed && !mayBeCompressed) {
            throw error("A reserved bit is set");
        }
        switch (code) {
            case Opcode.CONTINUATION -> {
                if (messageOpcode == 0) {
                    throw error("Nothing to continue");
                }
            }
            case Opcode.TEXT, Opcode.BINARY -> {
                if (messageOpcode != 0) {
                    throw error("A continuation was expected");
                }
            }
            case Opcode.CLOSE, Opcode.PING, Opcode.PONG -> {}
            default -> throw error("An opcode is reserved");
        }
    }

    private void begin(byte[] bytes, int from, int headerLength) throws ProtocolException {
        int first = bytes[from] & 0xff;
        opcode = first & 0x0f;
        fin = (first & Opcode.FIN) != 0;
        remaining = payloadLength(bytes, from);
        int keyAt = from + headerLength - 4;
        maskKey = fromClient
                ? (bytes[keyAt] & 0xff) << 24
                        | (bytes[keyAt + 1] & 0xff) << 16
                        | (bytes[keyAt + 2] & 0xff) << 8
                        | bytes[keyAt + 3] & 0xff
                : 0;
        phase = 0;
        inPayload = true;
        if (Opcode.isControl(opcode)) {
            controlSize = 0;
            return;
        }
        if (opcode != Opcode.CONTINUATION) {
            messageOpcode = opcode;
            messageCompressed = (first & Opcode.RSV1) != 0;
            messageSize = 0;
            utf8.reset();
        }
        // What is compressed may be a little longer than what it holds: its limit is on what comes out.
        if (!messageCompressed && remaining > maxMessageBytes - messageSize) {
            throw new ProtocolException(CloseCode.MESSAGE_TOO_BIG, "Message too big");
        }
    }

    private static long payloadLength(byte[] bytes, int from) throws ProtocolException {
        int length = bytes[from + 1] & 0x7f;
        if (length < 126) {
            return length;
        }
        int octets = length == 126 ? 2 : 8;
        long value = 0;
        for (int i = 0; i < octets; i++) {
            value = value << 8 | bytes[from + 2 + i] & 0xff;
        }
        if (value < 0) {
            throw error("A length has its highest bit set");
        }
        if (value < (octets == 2 ? 126 : 1 << 16)) {
            throw error("A length is not encoded minimally");
        }
        return value;
    }

    // Payload

    private int payload(byte[] bytes, int at, int to, MessageHandler handler) throws IOException {
        int most = messageCompressed && !Opcode.isControl(opcode) ? Math.min(to - at, Inflating.MOST_INPUT) : to - at;
        int piece = (int) Math.min(remaining, most);
        Mask.apply(bytes, at, piece, maskKey, phase);
        remaining -= piece;
        boolean whole = phase == 0 && remaining == 0;
        phase += piece;
        if (Opcode.isControl(opcode)) {
            control(bytes, at, piece, whole, handler);
        } else if (whole && fin && opcode != Opcode.CONTINUATION && !messageCompressed) {
            deliverInPlace(bytes, at, piece, handler);
        } else {
            keep(bytes, at, piece, handler);
        }
        return at + piece;
    }

    private void deliverInPlace(byte[] bytes, int at, int length, MessageHandler handler) throws IOException {
        endOfFrame();
        int delivered = messageOpcode;
        messageOpcode = 0;
        completed = true;
        if (delivered == Opcode.TEXT) {
            if (!utf8.check(bytes, at, length) || !utf8.complete()) {
                throw invalidText();
            }
            handler.onText(bytes, at, length);
        } else {
            handler.onBinary(bytes, at, length);
        }
    }

    private void keep(byte[] bytes, int at, int length, MessageHandler handler) throws IOException {
        if (messageCompressed) {
            inflating.add(bytes, at, length, this);
        } else {
            append(bytes, at, length);
        }
        if (remaining > 0) {
            return;
        }
        endOfFrame();
        if (fin) {
            endOfMessage(handler);
        }
    }

    /** Adds to the message being joined, checking its limit and its text. */
    void append(byte[] bytes, int at, int length) throws ProtocolException {
        if (length > maxMessageBytes - messageSize) {
            throw new ProtocolException(CloseCode.MESSAGE_TOO_BIG, "Message too big");
        }
        if (messageOpcode == Opcode.TEXT && !utf8.check(bytes, at, length)) {
            throw invalidText();
        }
        int wanted = messageSize + length;
        if (wanted > message.length) {
            grow(wanted);
        }
        System.arraycopy(bytes, at, message, messageSize, length);
        messageSize = wanted;
    }

    /** While it is copied, the message takes both arrays. */
    private void grow(int wanted) throws ProtocolException {
        long most = fin && !messageCompressed ? wanted + remaining : maxMessageBytes;
        long doubled = Math.max(FIRST_PIECE, message.length * 2L);
        int capacity = (int) Math.max(wanted, Math.min(doubled, most));
        share.take(capacity);
        taken += capacity;
        byte[] grown = Arrays.copyOf(message, capacity);
        share.giveBack(message.length);
        taken -= message.length;
        message = grown;
    }

    private void giveBack() {
        if (taken > 0) {
            share.giveBack(taken);
            taken = 0;
        }
    }

    private void endOfMessage(MessageHandler handler) throws IOException {
        if (messageCompressed) {
            inflating.end(this);
        }
        int delivered = messageOpcode;
        byte[] whole = message;
        int size = messageSize;
        messageOpcode = 0;
        completed = true;
        message = NOTHING;
        messageSize = 0;
        try {
            if (delivered == Opcode.TEXT) {
                if (!utf8.complete()) {
                    throw invalidText();
                }
                handler.onText(whole, 0, size);
            } else {
                handler.onBinary(whole, 0, size);
            }
        } finally {
            giveBack();
        }
    }

    private void endOfFrame() {
        inPayload = false;
    }

    // Control frames

    private void control(byte[] bytes, int at, int length, boolean whole, MessageHandler handler) throws IOException {
        if (whole) {
            endOfFrame();
            onControl(bytes, at, length, handler);
            return;
        }
        if (control.length == 0) {
            control = new byte[Opcode.MAX_CONTROL_BYTES];
        }
        System.arraycopy(bytes, at, control, controlSize, length);
        controlSize += length;
        if (remaining == 0) {
            endOfFrame();
            onControl(control, 0, controlSize, handler);
        }
    }

    private void onControl(byte[] bytes, int at, int length, MessageHandler handler) throws IOException {
        completed |= messageOpcode == 0;
        switch (opcode) {
            case Opcode.PING -> handler.onPing(bytes, at, length);
            case Opcode.PONG -> handler.onPong(bytes, at, length);
            default -> onClose(bytes, at, length, handler);
        }
    }

    private void onClose(byte[] bytes, int at, int length, MessageHandler handler) throws IOException {
        closed = true;
        if (length == 0) {
            handler.onClose(CloseCode.NO_STATUS, "");
            return;
        }
        if (length == 1) {
            throw error("A close code is cut off");
        }
        int code = (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
        if (!CloseCode.mayBeSent(code)) {
            throw error("A close code is not allowed");
        }
        Utf8 reason = new Utf8();
        if (!reason.check(bytes, at + 2, length - 2) || !reason.complete()) {
            throw new ProtocolException(CloseCode.INVALID_PAYLOAD, "A close reason is not UTF-8");
        }
        handler.onClose(code, new String(bytes, at + 2, length - 2, StandardCharsets.UTF_8));
    }

    private static ProtocolException error(String reason) {
        return new ProtocolException(CloseCode.PROTOCOL_ERROR, reason);
    }

    private static ProtocolException invalidText() {
        return new ProtocolException(CloseCode.INVALID_PAYLOAD, "Text is not UTF-8");
    }
}
