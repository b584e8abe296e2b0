package loomchat.loadtest.identity;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import java.io.ByteArrayInputStream;
import java.util.Base64;
import java.util.Map;

/**
 * An access token.
 *
 * @param lifeNanos how long it is valid altogether
 * @param endsAt when it ends, on the clock of {@link System#nanoTime}, up to a second early
 */
record AccessToken(String value, long lifeNanos, long endsAt) {
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    /** Whether it is valid for so long from now on. */
    boolean lasts(long nanos) {
        return endsAt - System.nanoTime() > nanos;
    }

    /** What it says; null when this side cannot read it, which is no fault. */
    JsonObject claims() {
        String[] parts = value.split("\\.");
        if (parts.length != 3) {
            return null;
        }
        try (JsonReader reader = READERS.createReader(
                new ByteArrayInputStream(Base64.getUrlDecoder().decode(parts[1])))) {
            return reader.readObject();
        } catch (JsonException | IllegalArgumentException e) {
            return null;
        }
    }

    @Override
    public String toString() {
        return "an access token";
    }
}
