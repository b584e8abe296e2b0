package loomchat.loadtest.scenario;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import loomchat.names.EditDistance;

/**
 * Reads a scenario, one of the program's own or a file, and applies the settings that override it. Errors name file
 * and field.
 */
public final class ScenarioFile {
    /** Scenarios that come with the program. */
    public static final List<String> NAMES = List.of(
            "evil",
            "rich",
            "nodes",
            "classic",
            "cloud",
            "idle",
            "churn",
            "spike",
            "soak",
            "identity",
            "calls",
            "capacity");

    /** What a first word can be besides, and no scenario. */
    private static final List<String> COMMANDS = List.of("accept", "compare", "history", "merge");
    /** Of the pen, in a name. */
    private static final int MOST_SLIPS = 2;

    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    private final String file;
    private final Overrides overrides;

    private ScenarioFile(String file, Overrides overrides) {
        this.file = file;
        this.overrides = overrides;
    }

    public static Scenario load(String nameOrPath, Map<String, String> overrides) {
        boolean ours = NAMES.contains(nameOrPath);
        String file = ours ? nameOrPath + ".json" : nameOrPath;
        JsonObject json;
        try (InputStream in = ours ? resource(file) : Files.newInputStream(existing(nameOrPath))) {
            byte[] bytes = in.readAllBytes();
            if (bytes.length == 0) {
                throw new UsageError(file + ": not a JSON object: it is empty");
            }
            json = object(file, READERS.createReader(new ByteArrayInputStream(bytes)));
        } catch (JsonException e) {
            throw new UsageError(file + ": not a JSON object: "
                    + e.getMessage().lines().findFirst().orElse(""));
        } catch (IOException e) {
            throw new UsageError(file + ": cannot be read: " + e.getMessage());
        }
        String name = Path.of(file).getFileName().toString().replaceFirst("\\.json$", "");
        return new ScenarioFile(file, new Overrides(overrides)).scenario(name, json);
    }

    private static JsonObject object(String file, JsonReader reader) {
        JsonValue value = reader.readValue();
        if (value instanceof JsonObject object) {
            return object;
        }
        String type = value.getValueType().name().toLowerCase(Locale.ROOT);
        throw new UsageError(file + ": not a JSON object: it is of the type " + type);
    }

    private static Path existing(String nameOrPath) {
        Path path = Path.of(nameOrPath);
        if (!Files.isRegularFile(path)) {
            throw UsageError.notAllowed(
                    "SCENARIO",
                    nameOrPath,
                    "one of " + String.join(", ", NAMES) + ", or the path of a scenario file" + meant(nameOrPath));
        }
        return path;
    }

    private static String meant(String name) {
        String command = EditDistance.nearest(name, COMMANDS, MOST_SLIPS);
        String near = command == null ? EditDistance.nearest(name, NAMES, MOST_SLIPS) : "stress " + command;
        return near == null ? "" : "; is " + near + " meant?";
    }

    static InputStream resource(String file) {
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
        long needed = Stage.length(stages);
        int asked = stages.stream().mapToInt(Stage::clients).max().orElseThrow();
        int clients = (int) overrides.whole("CLIENTS", asked, 1, Scenario.MOST_CLIENTS);
        stages = Stage.scaled(stages, (double) clients / asked);
        long own = fields.time("duration", needed);
        if (own < needed) {
            throw fields.wrong(
                    "duration",
                    Quantity.time(own),
                    "at least %s, which its stages take".formatted(Quantity.time(needed)));
        }
        long duration = overrides.time("DURATION", own);
        if (duration != own) {
            stages = Stage.stretched(stages, (double) duration / Math.max(1, own));
        }
        if (duration <= 0) {
            throw fields.wrong("duration", "0", "longer than 0, here or as \"over\" of a stage");
        }
        stages = Stage.fitting(stages, duration, (double) needed / own);
        int rate = (int) overrides.whole("RATE", fields.whole("rate", 0, 0, 100_000_000), 0, 100_000_000);
        List<Persona> personas = new PersonaReader(overrides).personas(fields);
        long seed = overrides.whole(
                "SEED", fields.whole("seed", 1, Long.MIN_VALUE, Long.MAX_VALUE), Long.MIN_VALUE, Long.MAX_VALUE);
        long drain = overrides.time("DRAIN", fields.time("drain", 10_000_000_000L));
        long connect = overrides.time("CONNECT_TIMEOUT", fields.time("connectTimeout", 10_000_000_000L));
        Scenario.Conditions conditions = conditions(fields, personas);
        Scenario.Capacity capacity = capacity(fields, duration - Stage.length(stages));
        boolean cluster = fields.flag("cluster", false);
        fields.done();
        Scenario.Load load = new Scenario.Load(clients, stages, duration, rate);
        Scenario.Waits waits = new Scenario.Waits(drain, Math.max(1_000_000, connect));
        return new Scenario(name, about, load, personas, conditions, seed, waits, capacity, cluster).under(load);
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

    /** A setting replaces the scenario's own, but for the checks. */
    private Scenario.Conditions conditions(FieldReader fields, List<Persona> personas) {
        List<String> own = fields.texts("thresholds", Threshold.defaults(personas));
        List<Threshold> asked = parsed(own, fields.name("thresholds"), personas);
        String setting = overrides.text("THRESHOLDS");
        if (setting != null) {
            asked = parsed(List.of(setting.split("[,;]")), "THRESHOLDS", personas);
        }
        List<Threshold> all = Threshold.withChecks(asked, personas);
        return new Scenario.Conditions(all, Threshold.leftOut(own, all));
    }

    private static List<Threshold> parsed(List<String> texts, String where, List<Persona> personas) {
        List<Threshold> thresholds = new ArrayList<>();
        for (String each : texts) {
            Threshold threshold = Threshold.parse(each);
            if (threshold == null) {
                throw UsageError.notAllowed(where, each.strip(), Threshold.ALLOWED);
            }
            if (!knows(threshold, personas)) {
                throw UsageError.notAllowed(
                        where,
                        each.strip(),
                        "no persona that sends is called " + threshold.group() + ", and neither is a kind of latency");
            }
            thresholds.add(threshold);
        }
        return thresholds;
    }

    private static boolean knows(Threshold threshold, List<Persona> personas) {
        String group = threshold.group();
        return Set.of("", "actual", "connect", "match", "signal").contains(group)
                || personas.stream().anyMatch(p -> p.sends() && p.name().equals(group));
    }

    /**
     * What settings say of a search: RATE or CLIENTS where it begins, DURATION how long each step takes in all.
     *
     * @param left of the duration, after the stages
     */
    private Scenario.Capacity capacity(FieldReader fields, long left) {
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
        from = (int) overrides.whole(vary == Vary.RATE ? "RATE" : "CLIENTS", from, 1, to);
        if (overrides.text("DURATION") != null) {
            step = left;
        }
        if (step <= 0) {
            throw UsageError.notAllowed("DURATION", overrides.text("DURATION"), "longer than the stages of each step");
        }
        return new Scenario.Capacity(vary == Vary.CLIENTS, from, to, 1 + factor / 100.0, step, precision / 100.0);
    }

    private enum Vary {
        RATE,
        CLIENTS
    }
}
