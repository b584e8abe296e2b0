package loomchat.chat.plain;

import java.nio.charset.StandardCharsets;
import loomchat.json.JsonText;
import loomchat.ws.FrameBuffer;

/** The plain protocol's messages to a client. A client's own messages are bare text. */
final class PlainFrames {
    static final byte[] MATCHED =
            "{\"type\":\"info\",\"msg\":\"You are connected to a stranger!\"}".getBytes(StandardCharsets.US_ASCII);
    static final byte[] LEFT =
            "{\"type\":\"info\",\"msg\":\"Stranger disconnected.\"}".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] BEFORE = "{\"type\":\"chat\",\"msg\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AFTER = "\"}".getBytes(StandardCharsets.US_ASCII);

    private PlainFrames() {}

    /**
     * Appends the frame that delivers {@code text} to a partner and returns the size of its payload.
     *
     * @param escaped whether the text is the inside of a JSON string already
     */
    static int appendChatFrame(FrameBuffer out, byte[] text, int offset, int length, boolean escaped) {
        int extra = escaped ? 0 : JsonText.extraBytes(text, offset, length);
        int payload = BEFORE.length + length + extra + AFTER.length;
        out.textHeader(payload);
        out.append(BEFORE);
        if (extra == 0) {
            out.append(text, offset, length);
        } else {
            JsonText.escape(text, offset, length, out.bytes(), out.extend(length + extra));
        }
        out.append(AFTER);
        return payload;
    }
}
