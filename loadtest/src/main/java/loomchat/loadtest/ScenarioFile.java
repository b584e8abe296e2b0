package loomchat.loadtest;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads a scenario, one of the program's own or a file, with the settings that override it. Errors name file and field. */
final class ScenarioFile {
    /** Scenarios that come with the program. */
    static final List<String> NAMES = List.of("evil", "classic", "cloud", "idle", "churn", "spike", "soak", "capacity");

    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());
    private static final JsonBuilderFactory BUILDERS = Json.createBuilderFactory(Map.of());

    private static final int MOST_MESSAGE_BYTES = 1 << 24;
    private static final int MOST_PERSONAS = 32;
    private static final long MOST_TIME = 31L * 24 * 3600 * 1_000_000_000;

    private final String file;
    private final Map<String, String> overrides;

    private ScenarioFile(String file, Map<String, String> overrides) {
        this.file = file;
        this.overrides = overrides;
    }

    static Scenario load(String nameOrPath, Map<String, String> overrides) {
        boolean ours = NAMES.contains(nameOrPath);
        String file = ours ? nameOrPath + ".json" : nameOrPath;
        JsonObject json;
        try (InputStream in = ours ? resource(file) : Files.newInputStream(existing(nameOrPath));
                JsonReader reader = READERS.createReader(in)) {
            json = reader.readObject();
        } catch (JsonException e) {
            throw new Usage(file + ": not a JSON object: "
                    + e.getMessage().lines().findFirst().orElse(""));
        } catch (IOException e) {
            throw new Usage(file + ": cannot be read: " + e.getMessage());
        }
        String name = Path.of(file).getFileName().toString().replaceFirst("\\.json$", "");
        return new ScenarioFile(file, overrides).scenario(name, json);
    }

    private static Path existing(String nameOrPath) {
        Path path = Path.of(nameOrPath);
        if (!Files.isRegularFile(path)) {
            throw Usage.notAllowed(
                    "SCENARIO", nameOrPath, "one of " + String.join(", ", NAMES) + ", or the path of a scenario file");
        }
        return path;
    }

    private static InputStream resource(String file) {
        InputStream in = ScenarioFile.class.getResourceAsStream("/scenarios/" + file);
        if (in == null) {
            throw new Usage(file + ": does not come with this build");
        }
        return in;
    }

    // The parts of a scenario

    private Scenario scenario(String name, JsonObject json) {
        Fields fields = new Fields("", json);
        String about = fields.text("about", "");
        List<Stage> stages = stages(fields);
        int asked = stages.stream().mapToInt(Stage::clients).max().orElseThrow();
        int clients = (int) override("CLIENTS", asked, 1, Truth.MOST_USERS);
        stages = scaled(stages, (double) clients / asked);
        long length = length(stages);
        long duration = fields.time("duration", length);
        if (overrides.containsKey("DURATION")) {
            long wanted = time("DURATION", overrides.get("DURATION"));
            stages = stretched(stages, wanted, length(stages));
            duration = wanted;
        }
        if (duration <= 0) {
            throw fields.wrong("duration", "0", "longer than 0, here or as \"over\" of a stage");
        }
        int rate = (int) override("RATE", fields.whole("rate", 0, 0, 100_000_000), 0, 100_000_000);
        List<Persona> personas = rated(personas(fields), rate, clients);
        long seed = override(
                "SEED", fields.whole("seed", 1, Long.MIN_VALUE, Long.MAX_VALUE), Long.MIN_VALUE, Long.MAX_VALUE);
        long drain = overrideTime("DRAIN", fields.time("drain", 10_000_000_000L));
        long timeout =
                Math.max(1_000_000, overrideTime("CONNECT_TIMEOUT", fields.time("connectTimeout", 10_000_000_000L)));
        List<Threshold> thresholds = thresholds(fields, personas);
        Scenario.Capacity capacity = capacity(fields);
        fields.done();
        return new Scenario(
                name, about, clients, stages, duration, rate, personas, thresholds, seed, drain, timeout, capacity);
    }

    private List<Stage> stages(Fields fields) {
        List<Stage> stages = new ArrayList<>();
        for (Fields each : fields.objects("stages", 1, 1000)) {
            int clients = (int) each.whole("clients", -1, 0, Truth.MOST_USERS);
            if (clients < 0) {
                throw each.wrong("clients", "missing", "a number of clients");
            }
            long every = each.time("every", 0);
            long over = each.time("over", 0);
            if (every > 0 && over > 0) {
                throw each.wrong(
                        "over",
                        Quantity.time(over),
                        "either \"every\" (one client each) or \"over\" (all evenly in that time)");
            }
            each.done();
            stages.add(new Stage(clients, every, over));
        }
        if (stages.stream().allMatch(s -> s.clients() == 0)) {
            throw fields.wrong("stages", "no clients", "at least one client in one stage");
        }
        return stages;
    }

    private static List<Stage> scaled(List<Stage> stages, double by) {
        return stages.stream()
                .map(s -> new Stage((int) Math.round(s.clients() * by), s.everyNanos(), s.overNanos()))
                .toList();
    }

    /** Stages that have a length in time fill the new duration as they filled the old one; the pace of others stays. */
    private static List<Stage> stretched(List<Stage> stages, long wanted, long length) {
        double by = length == 0 ? 1 : (double) wanted / length;
        return stages.stream()
                .map(s -> new Stage(s.clients(), s.everyNanos(), Math.round(s.overNanos() * by)))
                .toList();
    }

    private static long length(List<Stage> stages) {
        long length = 0;
        int before = 0;
        for (Stage each : stages) {
            length += each.nanosFrom(before);
            before = each.clients();
        }
        return length;
    }

    private List<Persona> personas(Fields fields) {
        JsonObject kinds;
        try (JsonReader reader = READERS.createReader(resource("personas.json"))) {
            kinds = reader.readObject();
        }
        List<Persona> personas = new ArrayList<>();
        for (Fields each : fields.objects("personas", 1, MOST_PERSONAS)) {
            String kind = each.text("kind", "");
            if (!kinds.containsKey(kind)) {
                throw each.wrong("kind", kind, "one of " + String.join(", ", kinds.keySet()));
            }
            personas.add(persona(kind, each.over(kinds.getJsonObject(kind))));
        }
        if (personas.stream().map(Persona::name).distinct().count() < personas.size()) {
            throw fields.wrong("personas", "two of one name", "a \"name\" of its own for each");
        }
        if (personas.stream().mapToInt(Persona::weight).sum() == 0) {
            throw fields.wrong("personas", "no weight", "at least one persona with a \"weight\" above 0");
        }
        return personas;
    }

    private Persona persona(String kind, Fields from) {
        String name = from.text("name", kind);
        if (!name.matches("[A-Za-z][A-Za-z0-9_-]{0,40}")) {
            throw from.wrong("name", name, "letters, digits, - and _");
        }
        Persona persona = new Persona(
                name,
                (int) from.whole("weight", 1, 0, 1_000_000),
                bytes(from),
                from.choice("text", Text.ASCII, Text.values()),
                interval(from),
                from.choice("pace", Pace.CLOSED, Pace.values()) == Pace.OPEN,
                (int) from.whole("typing", 0, 0, 1_000_000),
                from.sizes("burst", Quantity.fixed(1), 1, 100_000),
                (int) override("MESSAGES", from.whole("messages", 0, 0, 1_000_000_000), 1, 1_000_000_000),
                from.times("chat", null),
                from.times("life", null),
                from.choice("leave", Leave.CLOSE, Leave.values()) == Leave.VANISH,
                from.flag("again", false),
                from.times("pause", Quantity.fixed(0)),
                from.flag("speaksWaiting", false),
                from.times("readPause", null),
                from.flag("pongs", true),
                (int) from.whole("abandons", 0, 0, 100));
        from.text("kind", "");
        from.text("about", "");
        from.done();
        return persona;
    }

    private enum Pace {
        OPEN,
        CLOSED
    }

    private enum Leave {
        CLOSE,
        VANISH
    }

    private Quantity bytes(Fields from) {
        String setting = overrides.get("MESSAGE_BYTES");
        Quantity own = from.sizes("bytes", Quantity.fixed(200), Truth.LEAST_MESSAGE, MOST_MESSAGE_BYTES);
        if (setting == null) {
            return own;
        }
        Quantity asked = Quantity.sizes(setting);
        if (asked == null || asked.low() < Truth.LEAST_MESSAGE || asked.high() > MOST_MESSAGE_BYTES) {
            throw Usage.notAllowed(
                    "MESSAGE_BYTES",
                    setting,
                    "from " + Truth.LEAST_MESSAGE + " (each message begins with " + Truth.BYTES
                            + " bytes that prove its delivery) to 16M, K and M may follow, or a range such as 1K..10K");
        }
        return asked;
    }

    private Quantity interval(Fields from) {
        Quantity own = from.times("every", null);
        String setting = overrides.get("INTERVAL");
        if (own == null || setting == null) {
            return own;
        }
        Quantity asked = Quantity.times(setting);
        if (asked == null || asked.high() == 0) {
            throw Usage.notAllowed("INTERVAL", setting, Quantity.TIMES);
        }
        return asked;
    }

    /** With a rate, every user that sends has the same share of it, at a fixed pace. */
    private static List<Persona> rated(List<Persona> personas, int rate, int clients) {
        if (rate == 0) {
            return personas;
        }
        double weights = personas.stream().mapToInt(Persona::weight).sum();
        double sending = personas.stream()
                .filter(Persona::sends)
                .mapToInt(Persona::weight)
                .sum();
        double senders = clients * sending / weights;
        return personas.stream()
                .map(p -> p.sends()
                        ? p.every(Quantity.fixed(
                                Math.round(1e9 * senders * p.burst().mean() / rate)))
                        : p)
                .toList();
    }

    private List<Threshold> thresholds(Fields fields, List<Persona> personas) {
        List<String> texts = fields.texts("thresholds", Figures.DEFAULT_THRESHOLDS);
        String where = fields.name("thresholds");
        if (overrides.containsKey("THRESHOLDS")) {
            texts = List.of(overrides.get("THRESHOLDS").split("[,;]"));
            where = "THRESHOLDS";
        }
        List<Threshold> thresholds = new ArrayList<>();
        for (String each : texts) {
            Threshold threshold = Threshold.parse(each);
            if (threshold == null || !knows(threshold, personas)) {
                throw Usage.notAllowed(where, each.strip(), Threshold.ALLOWED);
            }
            thresholds.add(threshold);
        }
        return thresholds;
    }

    private static boolean knows(Threshold threshold, List<Persona> personas) {
        String group = threshold.group();
        return Set.of("", "actual", "connect", "match").contains(group)
                || personas.stream().anyMatch(p -> p.sends() && p.name().equals(group));
    }

    private Scenario.Capacity capacity(Fields fields) {
        Fields own = fields.object("capacity");
        if (own == null) {
            return null;
        }
        Vary vary = own.choice("vary", Vary.RATE, Vary.values());
        int from = (int) own.whole("from", 1000, 1, 100_000_000);
        int to = (int) own.whole("to", 1_000_000, from, 100_000_000);
        long factor = own.whole("growPercent", 50, 5, 900);
        long step = own.time("step", 10_000_000_000L);
        long precision = own.whole("precisionPercent", 5, 1, 50);
        own.done();
        return new Scenario.Capacity(vary == Vary.CLIENTS, from, to, 1 + factor / 100.0, step, precision / 100.0);
    }

    private enum Vary {
        RATE,
        CLIENTS
    }

    // Overrides

    private long override(String setting, long value, long least, long most) {
        String text = overrides.get(setting);
        if (text == null) {
            return value;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, with what is allowed.
        }
        throw Usage.notAllowed(
                setting, text, "a whole number" + (least == Long.MIN_VALUE ? "" : " from " + least + " to " + most));
    }

    private long overrideTime(String setting, long value) {
        return overrides.containsKey(setting) ? time(setting, overrides.get(setting)) : value;
    }

    private static long time(String setting, String text) {
        long nanos = Quantity.nanos(text);
        if (nanos <= 0 || nanos > MOST_TIME) {
            throw Usage.notAllowed(setting, text, Quantity.TIME + ", at most 744h");
        }
        return nanos;
    }

    /** One JSON object of the file: reads its fields, remembers which, and finds the ones that nobody asked for. */
    private final class Fields {
        private final String path;
        private final JsonObject json;
        private final List<String> known = new ArrayList<>();

        Fields(String path, JsonObject json) {
            this.path = path;
            this.json = json;
        }

        String name(String field) {
            return file + ": " + path + field;
        }

        Usage wrong(String field, String value, String allowed) {
            return Usage.notAllowed(name(field), value, allowed);
        }

        /** These fields, with those of {@code defaults} where there are none. */
        Fields over(JsonObject defaults) {
            JsonObjectBuilder merged = BUILDERS.createObjectBuilder(defaults);
            json.forEach(merged::add);
            return new Fields(path, merged.build());
        }

        private JsonValue value(String field) {
            known.add(field);
            JsonValue value = json.get(field);
            return value == null || value == JsonValue.NULL ? null : value;
        }

        String text(String field, String defaultValue) {
            return switch (value(field)) {
                case null -> defaultValue;
                case JsonString text -> text.getString();
                case JsonValue other -> throw wrong(field, other.toString(), "a text");
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
            throw wrong(
                    field,
                    text(field, ""),
                    "one of " + List.of(choices).toString().toLowerCase(Locale.ROOT));
        }

        long time(String field, long defaultValue) {
            String text = text(field, null);
            if (text == null) {
                return defaultValue;
            }
            long nanos = Quantity.nanos(text);
            if (nanos < 0 || nanos > MOST_TIME) {
                throw wrong(field, text, Quantity.TIME + ", at most 744h");
            }
            return nanos;
        }

        Quantity times(String field, Quantity defaultValue) {
            String text = text(field, null);
            if (text == null) {
                return defaultValue;
            }
            Quantity times = Quantity.times(text);
            if (times == null || times.high() > MOST_TIME) {
                throw wrong(field, text, Quantity.TIMES + ", at most 744h");
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
                        field,
                        text,
                        "from " + least + " to " + most + ", K and M may follow, or a range such as 10K..64K");
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

        Fields object(String field) {
            return switch (value(field)) {
                case null -> null;
                case JsonObject object -> new Fields(path + field + ".", object);
                case JsonValue other -> throw wrong(field, other.toString(), "an object");
            };
        }

        List<Fields> objects(String field, int least, int most) {
            if (!(value(field) instanceof JsonArray array)
                    || array.size() < least
                    || array.size() > most
                    || !array.stream().allMatch(JsonObject.class::isInstance)) {
                throw wrong(field, String.valueOf(json.get(field)), "a list of " + least + " to " + most + " objects");
            }
            List<Fields> objects = new ArrayList<>();
            for (int i = 0; i < array.size(); i++) {
                objects.add(new Fields(path + field + "[" + i + "].", array.getJsonObject(i)));
            }
            return objects;
        }

        void done() {
            for (String each : json.keySet()) {
                if (!known.contains(each)) {
                    throw new Usage(name(each) + " is not known: " + String.join(", ", known) + " are");
                }
            }
        }
    }
}
