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

/**
 * Reads a server's message of the plain protocol. Chat messages come in one shape; all others go through the JSON
 * reader.
 */
final class PlainMessage {
    static final byte[] CHAT = "{\"type\":\"chat\",\"msg\":\"".getBytes(StandardCharsets.US_ASCII);
    static final byte[] CHAT_END = "\"}".getBytes(StandardCharsets.US_ASCII);
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    private PlainMessage() {}

    static void read(byte[] buffer, int offset, int length, Receiver receiver) {
        int end = offset + length;
        if (startsWith(buffer, offset, end, CHAT) && startsWith(buffer, end - 2, end, CHAT_END)) {
            receiver.chatMessage(buffer, offset + CHAT.length, end - 2, true);
        } else {
            parse(buffer, offset, length, receiver);
        }
    }

    private static boolean startsWith(byte[] buffer, int from, int end, byte[] what) {
        return end - from >= what.length && Arrays.equals(buffer, from, from + what.length, what, 0, what.length);
    }

    private static void parse(byte[] buffer, int offset, int length, Receiver receiver) {
        String type;
        String text;
        try (JsonReader reader =
                READERS.createReader(new ByteArrayInputStream(buffer, offset, length), StandardCharsets.UTF_8)) {
            JsonObject object = reader.readObject();
            type = object.getString("type", "");
            text = object.getString("msg", "");
        } catch (JsonException | ClassCastException e) {
            receiver.unknown(
                    "not a JSON object: " + new String(buffer, offset, Math.min(length, 60), StandardCharsets.UTF_8));
            return;
        }
        switch (type) {
            case "chat" -> {
                byte[] chat = text.getBytes(StandardCharsets.UTF_8);
                receiver.chatMessage(chat, 0, chat.length, false);
            }
            case "info" -> info(text, receiver);
            default -> receiver.unknown("type \"" + type + "\"");
        }
    }

    /** Plain servers differ a little in how they word their news. */
    private static void info(String text, Receiver receiver) {
        if (text.contains("disconnected")) {
            receiver.partnerLeft();
        } else if (text.contains("connected to a stranger")) {
            receiver.matched();
        }
    }
}
