package loomchat.ws;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import loomchat.ws.frame.Opcode;
import loomchat.ws.frame.Utf8Validator;

/**
 * A control frame that arrives in pieces (RFC 6455, 5.5); it may lie between the frames of a message. The reading
 * thread uses it.
 */
final class ControlFrame {
    private static final byte[] NOTHING = {};

    private byte[] payload = NOTHING;
    private int size;

    void begin() {
        size = 0;
    }

    void append(byte[] bytes, int at, int length) {
        if (payload.length == 0) {
            payload = new byte[Opcode.MAX_CONTROL_BYTES];
        }
        System.arraycopy(bytes, at, payload, size, length);
        size += length;
    }

    void deliver(int opcode, MessageHandler handler) throws IOException {
        deliver(opcode, payload, 0, size, handler);
    }

    /** Delivers a frame that arrived whole. */
    static void deliver(int opcode, byte[] bytes, int at, int length, MessageHandler handler) throws IOException {
        switch (opcode) {
            case Opcode.PING -> handler.onPing(bytes, at, length);
            case Opcode.PONG -> handler.onPong(bytes, at, length);
            default -> deliverClose(bytes, at, length, handler);
        }
    }

    private static void deliverClose(byte[] bytes, int at, int length, MessageHandler handler) throws IOException {
        if (length == 0) {
            handler.onClose(CloseCode.NO_STATUS, "");
            return;
        }
        if (length == 1) {
            throw new ProtocolException(CloseCode.PROTOCOL_ERROR, "A close code is cut off");
        }
        int code = (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
        if (!CloseCode.mayBeSent(code)) {
            throw new ProtocolException(CloseCode.PROTOCOL_ERROR, "A close code is not allowed");
        }
        Utf8Validator reason = new Utf8Validator();
        if (!reason.check(bytes, at + 2, length - 2) || !reason.complete()) {
            throw new ProtocolException(CloseCode.INVALID_PAYLOAD, "A close reason is not UTF-8");
        }
        handler.onClose(code, new String(bytes, at + 2, length - 2, StandardCharsets.UTF_8));
    }
}
