package loomchat.loadtest.scenario;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads a scenario, one of the program's own or a file, with the settings that override it. Errors name file and field. */
public final class ScenarioFile {
    /** Scenarios that come with the program. */
    public static final List<String> NAMES =
            List.of("evil", "rich", "classic", "cloud", "idle", "churn", "spike", "soak", "capacity");

    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    private static final int MOST_PERSONAS = 32;
    static final long MOST_TIME = 31L * 24 * 3600 * 1_000_000_000;

    private final String file;
    private final Map<String, String> overrides;

    private ScenarioFile(String file, Map<String, String> overrides) {
        this.file = file;
        this.overrides = overrides;
    }

    public static Scenario load(String nameOrPath, Map<String, String> overrides) {
        boolean ours = NAMES.contains(nameOrPath);
        String file = ours ? nameOrPath + ".json" : nameOrPath;
        JsonObject json;
        try (InputStream in = ours ? resource(file) : Files.newInputStream(existing(nameOrPath));
                JsonReader reader = READERS.createReader(in)) {
            json = reader.readObject();
        } catch (JsonException e) {
            throw new UsageError(file + ": not a JSON object: "
                    + e.getMessage().lines().findFirst().orElse(""));
        } catch (IOException e) {
            throw new UsageError(file + ": cannot be read: " + e.getMessage());
        }
        String name = Path.of(file).getFileName().toString().replaceFirst("\\.json$", "");
        return new ScenarioFile(file, overrides).scenario(name, json);
    }

    private static Path existing(String nameOrPath) {
        Path path = Path.of(nameOrPath);
        if (!Files.isRegularFile(path)) {
            throw UsageError.notAllowed(
                    "SCENARIO", nameOrPath, "one of " + String.join(", ", NAMES) + ", or the path of a scenario file");
        }
        return path;
    }

    private static InputStream resource(String file) {
        InputStream in = ScenarioFile.class.getResourceAsStream("/scenarios/" + file);
        if (in == null) {
            throw new UsageError(file + ": does not come with this build");
        }
        return in;
    }

    // The parts of a scenario

    private Scenario scenario(String name, JsonObject json) {
        FieldReader fields = new FieldReader(file, "", json);
        String about = fields.text("about", "");
        List<Stage> stages = stages(fields);
        int asked = stages.stream().mapToInt(Stage::clients).max().orElseThrow();
        int clients = (int) override("CLIENTS", asked, 1, Scenario.MOST_CLIENTS);
        stages = scaled(stages, (double) clients / asked);
        long duration = fields.time("duration", length(stages));
        if (overrides.containsKey("DURATION")) {
            long wanted = time("DURATION", overrides.get("DURATION"));
            stages = stretched(stages, (double) wanted / Math.max(1, duration));
            duration = wanted;
        }
        if (duration <= 0) {
            throw fields.wrong("duration", "0", "longer than 0, here or as \"over\" of a stage");
        }
        int rate = (int) override("RATE", fields.whole("rate", 0, 0, 100_000_000), 0, 100_000_000);
        List<Persona> personas = personas(fields, protocol(fields, Protocol.PLAIN));
        long seed = override(
                "SEED", fields.whole("seed", 1, Long.MIN_VALUE, Long.MAX_VALUE), Long.MIN_VALUE, Long.MAX_VALUE);
        long drain = overrideTime("DRAIN", fields.time("drain", 10_000_000_000L));
        long timeout =
                Math.max(1_000_000, overrideTime("CONNECT_TIMEOUT", fields.time("connectTimeout", 10_000_000_000L)));
        List<Threshold> thresholds = thresholds(fields, personas);
        Scenario.Capacity capacity = capacity(fields);
        fields.done();
        return new Scenario(
                        name,
                        about,
                        clients,
                        stages,
                        duration,
                        rate,
                        personas,
                        thresholds,
                        seed,
                        drain,
                        timeout,
                        capacity)
                .rated(rate);
    }

    private List<Stage> stages(FieldReader fields) {
        List<Stage> stages = new ArrayList<>();
        for (FieldReader each : fields.objects("stages", 1, 1000)) {
            int clients = (int) each.whole("clients", -1, 0, Scenario.MOST_CLIENTS);
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

    /** Stages that have a length in time keep their share of the whole; the pace of others stays. */
    private static List<Stage> stretched(List<Stage> stages, double by) {
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

    private Protocol protocol(FieldReader from, Protocol defaultValue) {
        String text = from.text("protocol", defaultValue.toString());
        Protocol own = Protocol.named(text);
        if (own == null) {
            throw from.wrong("protocol", text, "one of " + Protocol.NAMES);
        }
        String setting = overrides.get("PROTOCOL");
        Protocol asked = setting == null ? own : Protocol.named(setting);
        if (asked == null) {
            throw UsageError.notAllowed("PROTOCOL", setting, "one of " + Protocol.NAMES);
        }
        return asked;
    }

    private List<Persona> personas(FieldReader fields, Protocol protocol) {
        JsonObject kinds;
        try (JsonReader reader = READERS.createReader(resource("personas.json"))) {
            kinds = reader.readObject();
        }
        List<Persona> personas = new ArrayList<>();
        for (FieldReader each : fields.objects("personas", 1, MOST_PERSONAS)) {
            String kind = each.text("kind", "");
            if (!kinds.containsKey(kind)) {
                throw each.wrong("kind", kind, "one of " + String.join(", ", kinds.keySet()));
            }
            personas.add(persona(kind, protocol, each.over(kinds.getJsonObject(kind))));
        }
        if (personas.stream().map(Persona::name).distinct().count() < personas.size()) {
            throw fields.wrong("personas", "two of one name", "a \"name\" of its own for each");
        }
        if (personas.stream().mapToInt(Persona::weight).sum() == 0) {
            throw fields.wrong("personas", "no weight", "at least one persona with a \"weight\" above 0");
        }
        return personas;
    }

    private Persona persona(String kind, Protocol spoken, FieldReader from) {
        Protocol protocol = protocol(from, spoken);
        String name = from.text("name", kind);
        if (!name.matches("[A-Za-z][A-Za-z0-9_-]{0,40}")) {
            throw from.wrong("name", name, "letters, digits, - and _");
        }
        Persona persona = new Persona(
                name,
                protocol,
                (int) from.whole("weight", 1, 0, 1_000_000),
                bytes(from),
                from.choice("text", MessageText.ASCII, MessageText.values()),
                interval(from),
                from.choice("pace", Pace.CLOSED, Pace.values()) == Pace.OPEN,
                (int) override("WINDOW", from.whole("window", 0, 0, 1_000_000), 0, 1_000_000),
                (int) from.whole("typing", 0, 0, 1_000_000),
                from.sizes("burst", Quantity.fixed(1), 1, 100_000),
                (int) override("MESSAGES", from.whole("messages", 0, 0, 1_000_000_000), 1, 1_000_000_000),
                from.times("chat", null),
                from.times("life", null),
                from.choice("leave", Leave.CLOSE, Leave.values()) == Leave.VANISH,
                from.flag("again", false),
                from.times("pause", Quantity.fixed(0)),
                from.flag("speaksWaiting", false) && protocol != Protocol.CHAT_V1,
                from.times("readPause", null),
                from.flag("pongs", true),
                from.times("cuts", null),
                from.times("away", Quantity.fixed(1_000_000_000)),
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

    private Quantity bytes(FieldReader from) {
        String setting = overrides.get("MESSAGE_BYTES");
        Quantity own =
                from.sizes("bytes", Quantity.fixed(200), Persona.LEAST_MESSAGE_BYTES, Persona.MOST_MESSAGE_BYTES);
        if (setting == null) {
            return own;
        }
        Quantity asked = Quantity.sizes(setting);
        if (asked == null || asked.low() < Persona.LEAST_MESSAGE_BYTES || asked.high() > Persona.MOST_MESSAGE_BYTES) {
            throw UsageError.notAllowed(
                    "MESSAGE_BYTES",
                    setting,
                    "from " + Persona.LEAST_MESSAGE_BYTES + " (each message begins with " + Persona.HEADER_BYTES
                            + " bytes that prove its delivery) to 16M, K and M may follow, or a range such as 1K..10K");
        }
        return asked;
    }

    private Quantity interval(FieldReader from) {
        Quantity own = from.times("every", null);
        String setting = overrides.get("INTERVAL");
        if (own == null || setting == null) {
            return own;
        }
        Quantity asked = Quantity.times(setting);
        if (asked == null || asked.high() == 0) {
            throw UsageError.notAllowed("INTERVAL", setting, Quantity.TIMES);
        }
        return asked;
    }

    private List<Threshold> thresholds(FieldReader fields, List<Persona> personas) {
        List<String> texts = fields.texts("thresholds", Threshold.DEFAULTS);
        String where = fields.name("thresholds");
        if (overrides.containsKey("THRESHOLDS")) {
            texts = List.of(overrides.get("THRESHOLDS").split("[,;]"));
            where = "THRESHOLDS";
        }
        List<Threshold> thresholds = new ArrayList<>();
        for (String each : texts) {
            Threshold threshold = Threshold.parse(each);
            if (threshold == null || !knows(threshold, personas)) {
                throw UsageError.notAllowed(where, each.strip(), Threshold.ALLOWED);
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

    private Scenario.Capacity capacity(FieldReader fields) {
        FieldReader own = fields.object("capacity");
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
        throw UsageError.notAllowed(
                setting, text, "a whole number" + (least == Long.MIN_VALUE ? "" : " from " + least + " to " + most));
    }

    private long overrideTime(String setting, long value) {
        return overrides.containsKey(setting) ? time(setting, overrides.get(setting)) : value;
    }

    private static long time(String setting, String text) {
        long nanos = Quantity.nanos(text);
        if (nanos <= 0 || nanos > MOST_TIME) {
            throw UsageError.notAllowed(setting, text, Quantity.TIME + ", at most 744h");
        }
        return nanos;
    }
}
