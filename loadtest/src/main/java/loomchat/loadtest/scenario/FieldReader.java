package loomchat.loadtest.scenario;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Reads and checks the fields of one JSON object of a scenario file, and in the end rejects fields that it did not
 * read.
 */
final class FieldReader {
    private static final JsonBuilderFactory BUILDERS = Json.createBuilderFactory(Map.of());

    private final String file;
    private final String path;
    private final JsonObject json;
    private final List<String> known = new ArrayList<>();

    FieldReader(String file, String path, JsonObject json) {
        this.file = file;
        this.path = path;
        this.json = json;
    }

    String name(String field) {
        return file + ": " + path + field;
    }

    UsageError wrong(String field, String value, String allowed) {
        return UsageError.notAllowed(name(field), value, allowed);
    }

    /** These fields, with those of {@code defaults} where there are none. */
    FieldReader over(JsonObject defaults) {
        JsonObjectBuilder merged = BUILDERS.createObjectBuilder(defaults);
        json.forEach(merged::add);
        return new FieldReader(file, path, merged.build());
    }

    private JsonValue value(String field) {
        known.add(field);
        JsonValue value = json.get(field);
        return value == null || value == JsonValue.NULL ? null : value;
    }

    String text(String field, String defaultValue) {
        return text(field, defaultValue, "a text");
    }

    private String text(String field, String defaultValue, String allowed) {
        return switch (value(field)) {
            case null -> defaultValue;
            case JsonString text -> text.getString();
            case JsonValue other -> throw wrong(field, other.toString(), allowed);
        };
    }

    boolean flag(String field, boolean defaultValue) {
        JsonValue value = value(field);
        if (value == null) {
            return defaultValue;
        }
        if (value != JsonValue.TRUE && value != JsonValue.FALSE) {
            throw wrong(field, value.toString(), "true or false");
        }
        return value == JsonValue.TRUE;
    }

    long whole(String field, long defaultValue, long least, long most) {
        JsonValue value = value(field);
        if (value == null) {
            return defaultValue;
        }
        if (value instanceof JsonNumber number && number.isIntegral()) {
            try {
                long whole = number.longValueExact();
                if (whole >= least && whole <= most) {
                    return whole;
                }
            } catch (ArithmeticException e) {
                // Said below, with what is allowed.
            }
        }
        throw wrong(field, value.toString(), "a whole number from " + least + " to " + most);
    }

    <T extends Enum<T>> T choice(String field, T defaultValue, T[] choices) {
        String text = text(field, defaultValue.name()).toUpperCase(Locale.ROOT);
        for (T each : choices) {
            if (each.name().equals(text)) {
                return each;
            }
        }
        String allowed = Arrays.stream(choices).map(Enum::name).collect(Collectors.joining(", "));
        throw wrong(field, text(field, ""), "one of " + allowed.toLowerCase(Locale.ROOT));
    }

    /** {@code true} is {@code whenTrue}, {@code false} or nothing is null. */
    <T extends Enum<T>> T flagOrChoice(String field, T whenTrue, T[] choices) {
        JsonValue value = value(field);
        if (value == null || value == JsonValue.TRUE || value == JsonValue.FALSE) {
            return value == JsonValue.TRUE ? whenTrue : null;
        }
        return choice(field, whenTrue, choices);
    }

    long time(String field, long defaultValue) {
        String text = text(field, null, Quantity.TIME);
        if (text == null) {
            return defaultValue;
        }
        long nanos = Quantity.nanos(text);
        if (nanos < 0 || nanos > Overrides.MOST_TIME) {
            throw wrong(field, text, Quantity.TIME + Overrides.MOST_TIME_SHOWN);
        }
        return nanos;
    }

    Quantity times(String field, Quantity defaultValue) {
        String text = text(field, null, Quantity.TIMES);
        if (text == null) {
            return defaultValue;
        }
        Quantity times = Quantity.times(text);
        if (times == null || times.high() > Overrides.MOST_TIME) {
            throw wrong(field, text, Quantity.TIMES + Overrides.MOST_TIME_SHOWN);
        }
        return times;
    }

    Quantity sizes(String field, Quantity defaultValue, long least, long most) {
        JsonValue value = value(field);
        if (value == null) {
            return defaultValue;
        }
        String text = value instanceof JsonString string ? string.getString() : value.toString();
        Quantity sizes = Quantity.sizes(text);
        if (sizes == null || sizes.low() < least || sizes.high() > most) {
            throw wrong(
                    field, text, "from " + least + " to " + most + ", K and M may follow, or a range such as 10K..64K");
        }
        return sizes;
    }

    List<String> texts(String field, List<String> defaultValue) {
        JsonValue value = value(field);
        if (value == null) {
            return defaultValue;
        }
        if (!(value instanceof JsonArray array) || !array.stream().allMatch(JsonString.class::isInstance)) {
            throw wrong(field, value.toString(), "a list of texts");
        }
        return array.getValuesAs(JsonString::getString);
    }

    FieldReader object(String field) {
        return switch (value(field)) {
            case null -> null;
            case JsonObject object -> new FieldReader(file, path + field + ".", object);
            case JsonValue other -> throw wrong(field, other.toString(), "an object");
        };
    }

    List<FieldReader> objects(String field, int least, int most) {
        if (!(value(field) instanceof JsonArray array)
                || array.size() < least
                || array.size() > most
                || !array.stream().allMatch(JsonObject.class::isInstance)) {
            throw wrong(field, String.valueOf(json.get(field)), "a list of " + least + " to " + most + " objects");
        }
        List<FieldReader> objects = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            objects.add(new FieldReader(file, path + field + "[" + i + "].", array.getJsonObject(i)));
        }
        return objects;
    }

    void done() {
        for (String each : json.keySet()) {
            if (!known.contains(each)) {
                throw new UsageError(name(each) + " is not known: " + String.join(", ", known) + " are");
            }
        }
    }
}
