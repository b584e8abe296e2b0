package loomchat.chat;

import java.nio.charset.StandardCharsets;
import loomchat.ws.FrameBuffer;

/** The plain protocol's messages to a client. What a client sends is what it says. */
final class Plain {
    static final byte[] MATCHED =
            "{\"type\":\"info\",\"msg\":\"You are connected to a stranger!\"}".getBytes(StandardCharsets.US_ASCII);
    static final byte[] LEFT =
            "{\"type\":\"info\",\"msg\":\"Stranger disconnected.\"}".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] BEFORE = "{\"type\":\"chat\",\"msg\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AFTER = "\"}".getBytes(StandardCharsets.US_ASCII);

    private Plain() {}

    /** Appends the frame that delivers {@code text} to a partner. */
    static void appendChatFrame(FrameBuffer out, byte[] text, int offset, int length) {
        int extra = Json.extraBytes(text, offset, length);
        out.textHeader(BEFORE.length + length + extra + AFTER.length);
        appendPayload(out, text, offset, length, extra);
    }

    /** Appends the same message without a frame around it. */
    static void appendChat(FrameBuffer out, byte[] text, int offset, int length) {
        appendPayload(out, text, offset, length, Json.extraBytes(text, offset, length));
    }

    private static void appendPayload(FrameBuffer out, byte[] text, int offset, int length, int extra) {
        out.append(BEFORE);
        if (extra == 0) {
            out.append(text, offset, length);
        } else {
            Json.append(out, text, offset, length);
        }
        out.append(AFTER);
    }
}
