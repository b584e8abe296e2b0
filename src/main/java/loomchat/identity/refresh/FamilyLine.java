package loomchat.identity.refresh;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import java.io.StringReader;
import java.util.Map;

/** What a line of the file of families says. All strings in it are letters, digits, - and _. */
sealed interface FamilyLine {
    JsonReaderFactory READERS = Json.createReaderFactory(Map.of());
    String WORD = "[0-9A-Za-z_-]{1,32}";

    record Alive(String family, String subject, long generation, String key, long rotated) implements FamilyLine {}

    record Ended(String family, long until) implements FamilyLine {}

    static String of(Family family) {
        return "{\"family\":\"" + family.id + "\",\"subject\":\"" + family.subject + "\",\"generation\":"
                + family.generation + ",\"key\":\"" + family.keyId + "\",\"rotated\":" + family.rotatedMillis + "}";
    }

    static String ofEnded(String family, long until) {
        return "{\"family\":\"" + family + "\",\"endedUntil\":" + until + "}";
    }

    /** @throws IllegalArgumentException the line is damaged */
    static FamilyLine parse(String line) {
        try (JsonReader reader = READERS.createReader(new StringReader(line))) {
            JsonObject object = reader.readObject();
            String family = word(object, "family");
            if (object.containsKey("endedUntil")) {
                return new Ended(family, number(object, "endedUntil"));
            }
            return new Alive(
                    family,
                    word(object, "subject"),
                    number(object, "generation"),
                    word(object, "key"),
                    number(object, "rotated"));
        } catch (JsonException | ClassCastException | NullPointerException e) {
            throw new IllegalArgumentException("A damaged line");
        }
    }

    private static String word(JsonObject object, String name) {
        String text = object.getString(name);
        if (!text.matches(WORD)) {
            throw new IllegalArgumentException(name);
        }
        return text;
    }

    private static long number(JsonObject object, String name) {
        return object.getJsonNumber(name).longValueExact();
    }
}
