package loomchat.ws;

import java.io.IOException;
import java.util.zip.DataFormatException;
import loomchat.ws.deflate.MessageInflater;
import loomchat.ws.frame.Mask;
import loomchat.ws.frame.Opcode;

/**
 * Splits a byte stream, cut anywhere, into frames and hands over their messages (RFC 6455, 5). The reading thread
 * feeds it.
 *
 * <p>A message that arrives as one whole frame is delivered from the input's own buffer; only pieces are copied, into
 * the {@link MessageAssembler}.
 *
 * <pre>
 *            2..14 octets                 payload complete
 *   HEADER ----------------&gt; PAYLOAD ---------------------------&gt; HEADER
 *      ^                        | FIN: deliver, else keep for the continuation
 *      |                        |
 *      +------------------------+      after a close frame nothing more is read
 * </pre>
 */
final class FrameDecoder {
    private final boolean fromClient;
    private final MessageBudget.Share share;
    private final MessageAssembler message;
    private final ControlFrame control = new ControlFrame();
    /** Null unless permessage-deflate was negotiated. */
    private final MessageInflater inflater;

    private boolean inflaterTaken;

    // The frame being read
    private final byte[] header = new byte[14];
    private int headerHave;
    private boolean inPayload;
    private int opcode;
    private boolean fin;
    private long remaining;
    private int maskKey;
    private int phase;

    private boolean completed;
    private boolean closed;

    /**
     * @param fromClient whether frames must be masked (or must not be)
     * @param inflater of permessage-deflate, or null where that was not negotiated
     * @param share from which incomplete messages are taken
     */
    FrameDecoder(boolean fromClient, int maxMessageBytes, MessageInflater inflater, MessageBudget.Share share) {
        this.fromClient = fromClient;
        this.inflater = inflater;
        this.share = share;
        message = new MessageAssembler(new MessageSizeLimit(maxMessageBytes), share);
    }

    /** Whether a close frame has been read. */
    boolean closed() {
        return closed;
    }

    /** Whether the stream is inside a frame or between the fragments of a message. */
    boolean midMessage() {
        return headerHave > 0 || inPayload || message.isOpen();
    }

    /** Whether a message, or a control frame outside of messages, has ended since the last call. */
    boolean takeCompleted() {
        boolean was = completed;
        completed = false;
        return was;
    }

    /**
     * Reads {@code bytes[from, to)}, which it may overwrite, and delivers complete messages. Returns where it stopped:
     * before {@code to} when inflating has used up its turn, and the caller is to go on after it has yielded.
     */
    int decode(byte[] bytes, int from, int to, MessageHandler handler) throws IOException {
        if (inflater == null) {
            return decodeBatch(bytes, from, to, handler);
        }
        inflater.beginBatch();
        int at = decodeBatch(bytes, from, to, handler);
        // An inflater that the rest of its message still needs is part of an incomplete message.
        if (inflater.isBorrowed() && !inflaterTaken) {
            share.take(MessageInflater.BYTES);
            inflaterTaken = true;
        }
        return at;
    }

    private int decodeBatch(byte[] bytes, int from, int to, MessageHandler handler) throws IOException {
        int at = from;
        while (!closed && (at < to && mayDecode() || inPayload && remaining == 0)) {
            at = inPayload ? payload(bytes, at, to, handler) : header(bytes, at, to);
        }
        return at;
    }

    private boolean mayDecode() {
        return inflater == null || !inflater.isSpent();
    }

    /** No more input will come: gives back what an incomplete message has taken. */
    void abandon() {
        message.abandon();
        if (inflater != null) {
            inflater.release();
            giveBackInflater();
        }
    }

    private void giveBackInflater() {
        if (inflaterTaken) {
            share.giveBack(MessageInflater.BYTES);
            inflaterTaken = false;
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

    /** Checks the first two octets and returns the length of the whole header. */
    private int headerLength(byte first, byte second) throws ProtocolException {
        checkFirst(first & 0xff);
        boolean masked = (second & Opcode.MASKED) != 0;
        if (masked != fromClient) {
            throw error(fromClient ? "Client frames must be masked" : "Server frames must not be masked");
        }
        int length = second & 0x7f;
        boolean isControl = Opcode.isControl(first & 0x0f);
        if (isControl && length > Opcode.MAX_CONTROL_BYTES) {
            throw error("A control frame is too long");
        }
        if (isControl && (first & Opcode.FIN) == 0) {
            throw error("A control frame must not be fragmented");
        }
        return 2 + (length == 126 ? 2 : length == 127 ? 8 : 0) + (masked ? 4 : 0);
    }

    private void checkFirst(int first) throws ProtocolException {
        int code = first & 0x0f;
        boolean compressed = (first & Opcode.RSV1) != 0;
        boolean mayBeCompressed = inflater != null && (code == Opcode.TEXT || code == Opcode.BINARY);
        if ((first & 0x30) != 0 || compressed && !mayBeCompressed) {
            throw error("A reserved bit is set");
        }
        switch (code) {
            case Opcode.CONTINUATION -> {
                if (!message.isOpen()) {
                    throw error("Nothing to continue");
                }
            }
            case Opcode.TEXT, Opcode.BINARY -> {
                if (message.isOpen()) {
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
        maskKey = fromClient ? Mask.key(bytes, from + headerLength - 4) : 0;
        phase = 0;
        inPayload = true;
        if (Opcode.isControl(opcode)) {
            control.begin();
            return;
        }
        if (opcode != Opcode.CONTINUATION) {
            message.begin(opcode, (first & Opcode.RSV1) != 0);
        }
        message.beginFrame(remaining, fin);
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
        boolean isControl = Opcode.isControl(opcode);
        boolean compressed = !isControl && message.isCompressed();
        int piece = (int) Math.min(remaining, compressed ? Math.min(to - at, inflater.mostInput()) : to - at);
        Mask.apply(bytes, at, piece, maskKey, phase);
        remaining -= piece;
        boolean whole = phase == 0 && remaining == 0;
        phase += piece;
        if (isControl) {
            control(bytes, at, piece, whole, handler);
        } else if (whole && fin && opcode != Opcode.CONTINUATION && !compressed) {
            inPayload = false;
            completed = true;
            message.deliverInPlace(bytes, at, piece, handler);
        } else {
            keep(bytes, at, piece, handler);
        }
        return at + piece;
    }

    private void keep(byte[] bytes, int at, int length, MessageHandler handler) throws IOException {
        boolean frameEnds = remaining == 0;
        if (message.isCompressed()) {
            inflate(bytes, at, length, frameEnds && fin);
        } else {
            message.append(bytes, at, length);
        }
        if (frameEnds) {
            inPayload = false;
        }
        if (frameEnds && fin) {
            completed = true;
            message.deliver(handler);
        }
    }

    private void inflate(byte[] bytes, int at, int length, boolean last) throws IOException {
        try {
            inflater.add(bytes, at, length, message);
            if (last) {
                inflater.end(message);
            }
        } catch (DataFormatException e) {
            throw new ProtocolException(CloseCode.INVALID_PAYLOAD, "Compressed data is damaged");
        }
        if (!inflater.isBorrowed()) {
            giveBackInflater();
        }
    }

    private void control(byte[] bytes, int at, int length, boolean whole, MessageHandler handler) throws IOException {
        if (!whole) {
            control.append(bytes, at, length);
        }
        if (remaining > 0) {
            return;
        }
        inPayload = false;
        completed |= !message.isOpen();
        closed = opcode == Opcode.CLOSE;
        if (whole) {
            ControlFrame.deliver(opcode, bytes, at, length, handler);
        } else {
            control.deliver(opcode, handler);
        }
    }

    private static ProtocolException error(String reason) {
        return new ProtocolException(CloseCode.PROTOCOL_ERROR, reason);
    }
}
