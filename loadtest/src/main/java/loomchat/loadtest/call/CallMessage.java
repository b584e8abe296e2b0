package loomchat.loadtest.call;

import java.nio.charset.StandardCharsets;
import loomchat.json.JsonText;

/** What a client of {@code chat.v1} says about calls. */
final class CallMessage {
    private CallMessage() {}

    /** {@code call} is 0 for a new one. */
    static byte[] invite(long chat, long call) {
        String number = call == 0 ? "" : ",\"call\":" + call;
        return utf8(
                "{\"type\":\"call\",\"chat\":" + chat + number + ",\"do\":\"invite\",\"kinds\":[\"audio\",\"video\"]}");
    }

    static byte[] accept(long chat, long call) {
        return utf8("{\"type\":\"call\",\"chat\":" + chat + ",\"call\":" + call
                + ",\"do\":\"accept\",\"kinds\":[\"audio\"]}");
    }

    static byte[] decline(long chat, long call) {
        return utf8("{\"type\":\"call\",\"chat\":" + chat + ",\"call\":" + call + ",\"do\":\"decline\"}");
    }

    static byte[] end(long chat, long call, String why) {
        return utf8("{\"type\":\"call\",\"chat\":" + chat + ",\"call\":" + call + ",\"do\":\"end\",\"why\":\"" + why
                + "\"}");
    }

    static byte[] ice(long chat, long call) {
        return utf8("{\"type\":\"ice\",\"chat\":" + chat + ",\"call\":" + call + "}");
    }

    /** As a page tells it whose media goes straight to the partner. */
    static byte[] stats(long chat, long call, long firstFrameMillis, long bytes) {
        return utf8("{\"type\":\"call-stats\",\"chat\":" + chat + ",\"call\":" + call + ",\"firstFrameMillis\":"
                + firstFrameMillis + ",\"relayed\":false,\"bytesSent\":" + bytes + ",\"bytesReceived\":" + bytes + "}");
    }

    static byte[] signal(long chat, long call, int id, String data) {
        String escaped = new String(JsonText.escape(utf8(data)), StandardCharsets.UTF_8);
        return utf8("{\"type\":\"signal\",\"chat\":" + chat + ",\"call\":" + call + ",\"id\":" + id + ",\"data\":\""
                + escaped + "\"}");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
