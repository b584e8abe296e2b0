package loomchat.identity.bans;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import loomchat.json.JsonWriter;
import loomchat.net.Network;

/**
 * One line of {@code bans.jsonl}: a ban, or that one was lifted. Of the bans of a target since it was lifted last, the
 * one that ends last counts; of several that end then, the last.
 *
 * @param ban null when it was lifted
 * @param by who changed it
 */
record BanLine(BanTarget target, Ban ban, long millis, String by) {
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    static BanLine of(Ban ban) {
        return new BanLine(ban.target(), ban, ban.sinceMillis(), ban.by());
    }

    /** With its end. */
    byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try {
            JsonWriter json = new JsonWriter(bytes).object();
            json.member("time", Instant.ofEpochMilli(millis).toString());
            json.member("change", ban == null ? "lift" : "ban");
            switch (target) {
                case BanTarget.OfIdentity one -> json.member("identity", one.subject());
                case BanTarget.OfAddresses all ->
                    json.member("addresses", all.network().toString());
            }
            if (ban != null && !ban.isForGood()) {
                json.member("until", ban.until());
            }
            if (ban != null) {
                json.member("reason", ban.reason());
            }
            json.member("by", by).endObject().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    /** Null for anything that is not such a line. */
    static BanLine read(byte[] bytes, int from, int to) {
        try (JsonReader reader =
                READERS.createReader(new ByteArrayInputStream(bytes, from, to - from), StandardCharsets.UTF_8)) {
            return of(reader.readObject());
        } catch (JsonException
                | ClassCastException
                | NullPointerException
                | IllegalArgumentException
                | ArithmeticException
                | IllegalStateException
                | DateTimeException e) {
            // Damaged or not ours: the parser and the getters report it in as many ways.
            return null;
        }
    }

    private static BanLine of(JsonObject json) {
        BanTarget target = json.containsKey("identity")
                ? BanTarget.identity(json.getString("identity"))
                : new BanTarget.OfAddresses(Network.parse(json.getString("addresses")));
        long millis = Instant.parse(json.getString("time")).toEpochMilli();
        String by = json.getString("by");
        return switch (json.getString("change")) {
            case "ban" -> {
                long until = json.containsKey("until")
                        ? Instant.parse(json.getString("until")).toEpochMilli()
                        : Ban.FOR_GOOD;
                yield of(new Ban(target, millis, until, json.getString("reason"), by));
            }
            case "lift" -> new BanLine(target, null, millis, by);
            default -> null;
        };
    }
}
