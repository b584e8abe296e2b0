package loomchat.loadtest;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A server's message that is not a chat message in its usual shape: news of the match, or another order of keys. */
final class PlainMessage {
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    private PlainMessage() {}

    static void read(byte[] buffer, int offset, int length, Inbox inbox) {
        String type;
        String text;
        try (JsonReader reader =
                READERS.createReader(new ByteArrayInputStream(buffer, offset, length), StandardCharsets.UTF_8)) {
            JsonObject object = reader.readObject();
            type = object.getString("type", "");
            text = object.getString("msg", "");
        } catch (JsonException | ClassCastException e) {
            inbox.unknown(
                    "not a JSON object: " + new String(buffer, offset, Math.min(length, 60), StandardCharsets.UTF_8));
            return;
        }
        switch (type) {
            case "chat" -> {
                byte[] said = text.getBytes(StandardCharsets.UTF_8);
                inbox.said(said, 0, said.length, false);
            }
            case "info" -> info(text, inbox);
            default -> inbox.unknown("type \"" + type + "\"");
        }
    }

    /** Servers of this kind word their news a little differently. */
    private static void info(String text, Inbox inbox) {
        if (text.contains("disconnected")) {
            inbox.partnerLeft();
        } else if (text.contains("connected to a stranger")) {
            inbox.matched();
        }
    }
}
