package loomchat.loadtest.client;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import loomchat.json.JsonText;

/**
 * The messages of {@code chat.v1}: reads the server's, builds the client's. Chat messages and acknowledgements come
 * often and in one shape, which is read without parsing; all others go through the JSON reader.
 */
final class V1Message {
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());
    private static final byte[] CHAT = ascii("{\"type\":\"chat\",\"chat\":");
    private static final byte[] SENT = ascii("{\"type\":\"ack\",\"state\":\"sent\",\"chat\":");
    private static final byte[] DELIVERED = ascii("{\"type\":\"ack\",\"state\":\"delivered\",\"chat\":");
    private static final byte[] ID = ascii(",\"id\":");
    private static final byte[] TEXT = ascii(",\"text\":\"");
    private static final byte[] TEXT_END = ascii("\"}");
    private static final int MOST_DIGITS = 18;

    static final byte[] FIND = ascii("{\"type\":\"find\"}");

    private V1Message() {}

    // From the server

    static void read(byte[] buffer, int offset, int length, V1Receiver receiver) {
        Cursor cursor = new Cursor(buffer, offset, offset + length);
        boolean quick = false;
        if (cursor.skip(CHAT)) {
            quick = chat(cursor, receiver);
        } else if (cursor.skip(SENT)) {
            quick = ack(cursor, false, receiver);
        } else if (cursor.skip(DELIVERED)) {
            quick = ack(cursor, true, receiver);
        }
        if (!quick) {
            parse(buffer, offset, length, receiver);
        }
    }

    private static boolean chat(Cursor cursor, V1Receiver receiver) {
        long chat = cursor.number();
        if (!cursor.skip(ID)) {
            return false;
        }
        long id = cursor.number();
        if (chat < 0 || id < 0 || !cursor.skip(TEXT) || !cursor.endsWith(TEXT_END)) {
            return false;
        }
        receiver.chat(chat, (int) id, cursor.buffer, cursor.at, cursor.end - TEXT_END.length, true);
        return true;
    }

    private static boolean ack(Cursor cursor, boolean delivered, V1Receiver receiver) {
        long chat = cursor.number();
        if (!cursor.skip(ID)) {
            return false;
        }
        long id = cursor.number();
        if (chat < 0 || id < 0 || cursor.end - cursor.at != 1) {
            return false;
        }
        receiver.ack(delivered, chat, (int) id);
        return true;
    }

    private static void parse(byte[] buffer, int offset, int length, V1Receiver receiver) {
        try (JsonReader reader =
                READERS.createReader(new ByteArrayInputStream(buffer, offset, length), StandardCharsets.UTF_8)) {
            tell(reader.readObject(), receiver);
        } catch (JsonException | ClassCastException | NullPointerException e) {
            receiver.unknown("not a message of chat.v1: "
                    + new String(buffer, offset, Math.min(length, 80), StandardCharsets.UTF_8));
        }
    }

    private static void tell(JsonObject message, V1Receiver receiver) {
        String type = message.getString("type");
        switch (type) {
            case "welcome" -> {
                JsonObject limits = message.getJsonObject("limits");
                receiver.welcome(
                        message.getString("secret"),
                        message.getString("run", ""),
                        message.getBoolean("known", false),
                        message.containsKey("calls"),
                        limits.getInt("textBytes"),
                        limits.getInt("resumeSeconds"));
            }
            case "matched" -> {
                receiver.ticket = message.getString("ticket", "");
                receiver.matched(chat(message));
            }
            case "chat" -> {
                byte[] text = message.getString("text").getBytes(StandardCharsets.UTF_8);
                receiver.chat(chat(message), message.getInt("id"), text, 0, text.length, false);
            }
            case "ack" ->
                receiver.ack(message.getString("state").equals("delivered"), chat(message), message.getInt("id"));
            case "typing" -> {
                if (message.getBoolean("on")) {
                    receiver.typing(chat(message));
                }
            }
            case "left" -> receiver.left(chat(message), message.getString("why"));
            case "back" -> receiver.back();
            case "resumed" -> {
                receiver.ticket = message.getString("ticket", "");
                receiver.resumed(
                        chat(message), message.getInt("id"), message.getInt("missed"), message.getInt("lost", 0));
                receiver.resumedCall(message.getInt("call", 0));
            }
            case "missed" -> receiver.missed(chat(message), message.getInt("count"));
            case "draining" -> receiver.draining(message.getBoolean("move", false));
            case "auth-due" -> receiver.authDue();
            case "authed" -> receiver.authed(message.getInt("seconds"));
            case "error" ->
                receiver.error(
                        message.getString("code"),
                        message.containsKey("chat") ? chat(message) : 0,
                        message.containsKey("id"));
            case "call", "signal", "ice" -> receiver.call(message);
            case "waiting", "away", "paused" -> {}
            default -> receiver.unknown("type \"" + type + "\"");
        }
    }

    private static long chat(JsonObject message) {
        return message.getJsonNumber("chat").longValueExact();
    }

    /** A position in a message. */
    private static final class Cursor {
        final byte[] buffer;
        final int end;
        int at;

        Cursor(byte[] buffer, int at, int end) {
            this.buffer = buffer;
            this.at = at;
            this.end = end;
        }

        boolean skip(byte[] what) {
            if (end - at < what.length || !Arrays.equals(buffer, at, at + what.length, what, 0, what.length)) {
                return false;
            }
            at += what.length;
            return true;
        }

        boolean endsWith(byte[] what) {
            return end - at >= what.length && Arrays.equals(buffer, end - what.length, end, what, 0, what.length);
        }

        /** Digits, or -1 where there are none or too many. */
        long number() {
            long value = 0;
            int from = at;
            while (at < end && buffer[at] >= '0' && buffer[at] <= '9') {
                value = 10 * value + buffer[at++] - '0';
            }
            return at == from || at - from > MOST_DIGITS ? -1 : value;
        }
    }

    // From the client

    /** The message {@code chat} with that id and the text {@code message[0, size)}. */
    static byte[] chat(long chat, int id, byte[] message, int size) {
        byte[] head = ascii("{\"type\":\"chat\",\"chat\":" + chat + ",\"id\":" + id + ",\"text\":\"");
        int extra = JsonText.extraBytes(message, 0, size);
        byte[] payload = Arrays.copyOf(head, head.length + size + extra + TEXT_END.length);
        JsonText.escape(message, 0, size, payload, head.length);
        System.arraycopy(TEXT_END, 0, payload, payload.length - TEXT_END.length, TEXT_END.length);
        return payload;
    }

    static byte[] got(long chat, int id) {
        return ascii("{\"type\":\"got\",\"chat\":" + chat + ",\"id\":" + id + "}");
    }

    static byte[] typing(long chat) {
        return ascii("{\"type\":\"typing\",\"chat\":" + chat + ",\"on\":true}");
    }

    static byte[] next(long chat) {
        return ascii("{\"type\":\"next\",\"chat\":" + chat + "}");
    }

    /** {@code from} is the first own message that can be sent again. */
    static byte[] resume(String secret, String ticket, long chat, int heard, int from) {
        return ascii("{\"type\":\"resume\",\"secret\":\"" + secret + "\",\"id\":" + heard + ",\"from\":" + from
                + ",\"chat\":" + chat + (ticket.isEmpty() ? "}" : ",\"ticket\":\"" + ticket + "\"}"));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
