package loomchat.chat.v1;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import loomchat.chat.Away;
import loomchat.chat.LeaveReason;
import loomchat.chat.call.CallOptions;
import loomchat.json.JsonText;
import loomchat.ws.FrameBuffer;

/** Every message that the server sends to a {@code chat.v1} client, as the payload of a text frame or as the frame. */
final class V1Frames {
    private static final byte[] CHAT = utf8("{\"type\":\"chat\",\"chat\":");
    private static final byte[] ID = utf8(",\"id\":");
    private static final byte[] TEXT = utf8(",\"text\":\"");
    private static final byte[] SENT = utf8("{\"type\":\"ack\",\"state\":\"sent\",\"chat\":");
    private static final byte[] DELIVERED = utf8("{\"type\":\"ack\",\"state\":\"delivered\",\"chat\":");
    private static final byte[] END_OF_TEXT = utf8("\"}");
    private static final byte[] END = utf8("}");
    static final byte[] DRAINING = utf8("{\"type\":\"draining\"}");
    static final byte[] DRAINING_MOVE = utf8("{\"type\":\"draining\",\"move\":true}");
    private static final byte[] TEXT_FIELD = utf8("\"text\":\"");

    private V1Frames() {}

    /** Appends the frame of a partner's message and returns the size of its payload. */
    static int chat(FrameBuffer into, long chat, long id, byte[] text, int offset, int length, boolean escaped) {
        int extra = escaped ? 0 : JsonText.extraBytes(text, offset, length);
        int around = CHAT.length + digits(chat) + ID.length + digits(id) + TEXT.length + END_OF_TEXT.length;
        int payload = around + length + extra;
        into.textHeader(payload);
        into.append(CHAT);
        number(into, chat);
        into.append(ID);
        number(into, id);
        into.append(TEXT);
        if (extra == 0) {
            into.append(text, offset, length);
        } else {
            JsonText.escape(text, offset, length, into.bytes(), into.extend(length + extra));
        }
        into.append(END_OF_TEXT);
        return payload;
    }

    /** Appends the frame that tells a client how far its own messages came. */
    static void ack(FrameBuffer into, boolean delivered, long chat, long id) {
        byte[] start = delivered ? DELIVERED : SENT;
        into.textHeader(start.length + digits(chat) + ID.length + digits(id) + END.length);
        into.append(start);
        number(into, chat);
        into.append(ID);
        number(into, id);
        into.append(END);
    }

    /**
     * @param run names the run of this server
     * @param known whether the visitor came with a token
     */
    private static final byte[] PING = utf8("{\"type\":\"ping\"}");
    /** The answer to a ping. */
    static final byte[] PONG = utf8("{\"type\":\"pong\"}");

    static byte[] welcome(
            long session, String secret, String run, V1Limits limits, boolean known, CallOptions.Policy calls) {
        String callable = calls == CallOptions.Policy.OFF
                ? ""
                : ",\"calls\":\"" + calls.name().toLowerCase(Locale.ROOT) + "\"";
        return utf8("{\"type\":\"welcome\",\"session\":" + session
                + ",\"secret\":\"" + secret
                + "\",\"run\":\"" + run
                + "\",\"limits\":{\"textBytes\":" + limits.textBytes()
                + ",\"messagesPerSecond\":" + limits.messagesPerSecond()
                + ",\"interests\":" + V1Parser.MOST_INTERESTS
                + ",\"interestChars\":" + V1Parser.MOST_INTEREST_CHARS
                + ",\"resumeSeconds\":" + limits.resumeSeconds()
                + (known ? "},\"known\":true" : "}")
                + callable
                + "}");
    }

    /** @param others of those who wait, whom the client may meet */
    /** Whether it is a ping as pages send it: the most of what a page that only waits or reads says. */
    static boolean isPing(byte[] buffer, int offset, int length) {
        return Arrays.equals(buffer, offset, offset + length, PING, 0, PING.length);
    }

    static byte[] waiting(int count, int others) {
        return utf8("{\"type\":\"waiting\",\"count\":" + count + ",\"others\":" + others + "}");
    }

    /**
     * @param first whether this client was asked to begin the chat
     * @param ticket what the client keeps for another server, or null
     */
    static byte[] matched(long chat, List<String> shared, boolean first, String ticket) {
        StringBuilder text = new StringBuilder("{\"type\":\"matched\",\"chat\":")
                .append(chat)
                .append(",\"interests\":[");
        for (String each : shared) {
            text.append(text.charAt(text.length() - 1) == '[' ? "\"" : ",\"");
            text.append(new String(JsonText.escape(utf8(each)), StandardCharsets.UTF_8))
                    .append('"');
        }
        return utf8(text.append("],\"first\":")
                .append(first)
                .append(ticket(ticket))
                .append('}')
                .toString());
    }

    static byte[] typing(long chat, boolean on) {
        return utf8("{\"type\":\"typing\",\"chat\":" + chat + ",\"on\":" + on + "}");
    }

    static byte[] left(long chat, LeaveReason why) {
        String stopped = why == LeaveReason.STOPPED ? "\",\"stopped\":true}" : "\"}";
        return utf8("{\"type\":\"left\",\"chat\":" + chat + ",\"why\":\"" + why + stopped);
    }

    /** The partner has no connection; it has {@code seconds} to come back. */
    static byte[] away(long chat, Away away) {
        return utf8("{\"type\":\"away\",\"chat\":" + chat + ",\"why\":\"" + away.why() + "\",\"seconds\":"
                + away.seconds() + (away.moves() ? ",\"move\":true}" : "}"));
    }

    static byte[] back(long chat) {
        return utf8("{\"type\":\"back\",\"chat\":" + chat + "}");
    }

    /**
     * For a client that came back.
     *
     * @param lastId the last of its own messages that arrived here
     * @param missed how many of its partner's messages are lost for good
     * @param lost how many of its own are
     * @param call the one that is on, or 0
     * @param ticket what the client keeps for another server, or null
     */
    static byte[] resumed(
            long chat, long lastId, long missed, long lost, boolean partnerAway, long call, String ticket) {
        return utf8("{\"type\":\"resumed\",\"chat\":" + chat + ",\"id\":" + lastId + ",\"missed\":" + missed
                + ",\"partnerAway\":" + partnerAway + (lost > 0 ? ",\"lost\":" + lost : "")
                + (call > 0 ? ",\"call\":" + call : "") + ticket(ticket) + "}");
    }

    private static String ticket(String ticket) {
        return ticket == null ? "" : ",\"ticket\":\"" + ticket + "\"";
    }

    /** The partner's server cannot be reached. */
    static byte[] paused(long chat) {
        return utf8("{\"type\":\"paused\",\"chat\":" + chat + "}");
    }

    /** So many of the partner's messages are lost for good. */
    static byte[] missed(long chat, long count) {
        return utf8("{\"type\":\"missed\",\"chat\":" + chat + ",\"count\":" + count + "}");
    }

    /** The inside of the text in a payload that {@link #chat} made. */
    static byte[] textOf(byte[] payload) {
        int at = CHAT.length;
        while (!Arrays.equals(payload, at, at + TEXT_FIELD.length, TEXT_FIELD, 0, TEXT_FIELD.length)) {
            at++;
        }
        return Arrays.copyOfRange(payload, at + TEXT_FIELD.length, payload.length - END_OF_TEXT.length);
    }

    /** @param again whether the record had it already */
    static byte[] reported(long chat, boolean again) {
        return utf8("{\"type\":\"reported\",\"chat\":" + chat + (again ? ",\"again\":true}" : "}"));
    }

    /** @param lasting whether the block holds beyond both connections */
    static byte[] blocked(long chat, boolean lasting) {
        return utf8("{\"type\":\"blocked\",\"chat\":" + chat + (lasting ? ",\"lasting\":true}" : "}"));
    }

    /** The token of the connection ends in so many seconds. */
    static byte[] authDue(long seconds) {
        return utf8("{\"type\":\"auth-due\",\"seconds\":" + seconds + "}");
    }

    /** The new token was taken, and ends in so many seconds. */
    static byte[] authed(long seconds) {
        return utf8("{\"type\":\"authed\",\"seconds\":" + seconds + "}");
    }

    /** @param why the chat is over, or null if that is not known */
    static byte[] cannotResume(LeaveReason why) {
        ErrorCode refusal = ErrorCode.CANNOT_RESUME;
        String reason = why == null ? "\"}" : "\",\"why\":\"" + why + "\"}";
        return utf8("{\"type\":\"error\",\"code\":\"" + refusal.code + "\",\"text\":\"" + refusal.text + reason);
    }

    /** A {@code chat} or {@code id} of 0 is left out. */
    static byte[] error(ErrorCode refusal, long chat, long id) {
        StringBuilder text = new StringBuilder("{\"type\":\"error\",\"code\":\"").append(refusal.code);
        text.append("\",\"text\":\"").append(refusal.text).append('"');
        if (chat != 0) {
            text.append(",\"chat\":").append(chat);
        }
        if (id != 0) {
            text.append(",\"id\":").append(id);
        }
        return utf8(text.append('}').toString());
    }

    private static int digits(long number) {
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        return digits;
    }

    private static void number(FrameBuffer into, long number) {
        long divisor = 1;
        while (number / divisor >= 10) {
            divisor *= 10;
        }
        for (; divisor > 0; divisor /= 10) {
            into.append('0' + (int) (number / divisor % 10));
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
