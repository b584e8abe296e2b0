package loomchat.web;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import loomchat.json.JsonWriter;
import loomchat.web.LoadTestRoutes.InvalidBody;
import loomchat.web.response.Responses;

/**
 * What a load client tells of its run beyond the name, all of it optional: read member by member, each bounded, and
 * written anew as members of the log's line. Unknown members are left out. Any thread.
 */
final class LoadTestDetails {
    private static final int MOST_THRESHOLDS = 40;
    private static final int MOST_NAMES = 60;
    private static final int MOST_POINTS = 64;
    private static final double LARGEST = 1e15;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,40}");
    /** Letters, marks, digits, punctuation, symbols and spaces: nothing that changes how the rest is shown. */
    private static final Pattern TEXT = Pattern.compile("[^\\p{C}\\p{Zl}\\p{Zp}]*");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final JsonWriter json = new JsonWriter(bytes);
    private final JsonObject body;

    private LoadTestDetails(JsonObject body) {
        this.body = body;
    }

    /** The members of a start, each with a comma in front. */
    static String ofStart(JsonObject body) throws InvalidBody {
        LoadTestDetails details = new LoadTestDetails(body);
        try {
            details.json.object();
            details.text("target", 200);
            details.wholeNumber("seed");
            details.wholeNumber("durationMillis");
            details.wholeNumber("ratePerSecond");
            details.text("messageBytes", 60);
            details.text("protocol", 60);
            details.text("personas", 300);
            details.text("share", 20);
            return details.members();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The members of an end, each with a comma in front. */
    static String ofEnd(JsonObject body) throws InvalidBody {
        LoadTestDetails details = new LoadTestDetails(body);
        try {
            details.json.object();
            details.text("verdict", 600);
            details.number("seconds");
            details.truth("valid");
            details.thresholds();
            details.counts();
            details.latencies("latencies");
            details.timeline();
            details.latencies("generator");
            return details.members();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String members() throws IOException {
        json.endObject().flush();
        String object = bytes.toString(StandardCharsets.UTF_8);
        return object.equals("{}") ? "" : "," + object.substring(1, object.length() - 1);
    }

    private void text(String name, int most) throws IOException, InvalidBody {
        if (body.containsKey(name)) {
            json.member(name, text(name, body.get(name), most));
        }
    }

    private void wholeNumber(String name) throws IOException, InvalidBody {
        if (body.containsKey(name)) {
            double value = number(name, body.get(name));
            if (value != Math.rint(value)) {
                throw new InvalidBody(name + " is not allowed: a whole number from -10^15 to 10^15");
            }
            json.member(name, (long) value);
        }
    }

    private void number(String name) throws IOException, InvalidBody {
        if (body.containsKey(name)) {
            json.member(name, number(name, body.get(name)));
        }
    }

    private void truth(String name) throws IOException, InvalidBody {
        if (body.containsKey(name)) {
            JsonValue value = body.get(name);
            if (value != JsonValue.TRUE && value != JsonValue.FALSE) {
                throw new InvalidBody(name + " is not allowed: true or false");
            }
            json.member(name, value == JsonValue.TRUE);
        }
    }

    private void thresholds() throws IOException, InvalidBody {
        if (!body.containsKey("thresholds")) {
            return;
        }
        json.array("thresholds");
        for (JsonValue each : array("thresholds", body.get("thresholds"), MOST_THRESHOLDS)) {
            if (!(each instanceof JsonObject threshold)
                    || !(threshold.get("met") == JsonValue.TRUE || threshold.get("met") == JsonValue.FALSE)) {
                throw new InvalidBody("thresholds are objects with threshold, value and met");
            }
            json.object()
                    .member("threshold", text("threshold", threshold.get("threshold"), 80))
                    .member("value", text("value", threshold.get("value"), 40))
                    .member("met", threshold.get("met") == JsonValue.TRUE)
                    .endObject();
        }
        json.endArray();
    }

    private void counts() throws IOException, InvalidBody {
        if (body.containsKey("counts")) {
            json.name("counts");
            numbers("counts", body.get("counts"));
        }
    }

    private void latencies(String field) throws IOException, InvalidBody {
        if (!body.containsKey(field)) {
            return;
        }
        json.object(field);
        for (Map.Entry<String, JsonValue> each : object(field, body.get(field)).entrySet()) {
            json.name(name(field, each.getKey()));
            numbers(field, each.getValue());
        }
        json.endObject();
    }

    /** Figures of equal stretches of time, one after the other. */
    private void timeline() throws IOException, InvalidBody {
        if (!body.containsKey("timeline")) {
            return;
        }
        json.object("timeline");
        for (Map.Entry<String, JsonValue> each :
                object("timeline", body.get("timeline")).entrySet()) {
            json.array(name("timeline", each.getKey()));
            for (JsonValue point : array("timeline", each.getValue(), MOST_POINTS)) {
                json.value(number("timeline", point));
            }
            json.endArray();
        }
        json.endObject();
    }

    private void numbers(String field, JsonValue value) throws IOException, InvalidBody {
        json.object();
        for (Map.Entry<String, JsonValue> each : object(field, value).entrySet()) {
            json.member(name(field, each.getKey()), number(field, each.getValue()));
        }
        json.endObject();
    }

    private static JsonObject object(String field, JsonValue value) throws InvalidBody {
        if (value instanceof JsonObject object && object.size() <= MOST_NAMES) {
            return object;
        }
        throw new InvalidBody(field + " is not allowed: objects with at most " + MOST_NAMES + " members");
    }

    private static JsonArray array(String field, JsonValue value, int most) throws InvalidBody {
        if (value instanceof JsonArray array && array.size() <= most) {
            return array;
        }
        throw new InvalidBody(field + " is not allowed: an array of at most " + most);
    }

    private static String name(String field, String name) throws InvalidBody {
        if (NAME.matcher(name).matches()) {
            return name;
        }
        throw new InvalidBody(
                field + " has a name that is not allowed, " + Responses.shown(name) + ": letters, digits and . _ -");
    }

    private static String text(String field, JsonValue value, int most) throws InvalidBody {
        if (value instanceof JsonString string
                && string.getString().length() <= most
                && TEXT.matcher(string.getString()).matches()) {
            return string.getString();
        }
        throw new InvalidBody(field + " is not allowed: at most " + most + " characters without control characters");
    }

    private static double number(String field, JsonValue value) throws InvalidBody {
        if (value instanceof JsonNumber number) {
            double exact = number.doubleValue();
            if (Math.abs(exact) <= LARGEST) {
                return exact;
            }
        }
        throw new InvalidBody(field + " is not allowed: numbers from -10^15 to 10^15");
    }
}
