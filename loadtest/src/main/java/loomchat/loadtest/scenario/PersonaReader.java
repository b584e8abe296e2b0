package loomchat.loadtest.scenario;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads the personas of a scenario: their fields over those of their kind, and the settings that override both. */
final class PersonaReader {
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());
    private static final int MOST_PERSONAS = 32;
    private static final long LEAST_REFRESH = 100_000_000L;
    private static final Quantity DEFAULT_REFRESH = Quantity.times("10s..40s");

    private static final Quantity DEFAULT_CALL = Quantity.times("10s..40s");
    private static final Quantity DEFAULT_SIGNAL = Quantity.sizes("200..2K");
    /** A server takes 30 a second. */
    private static final int MOST_SIGNALS = 25;

    private static final int LEAST_SIGNAL_BYTES = 128;
    private static final int MOST_SIGNAL_BYTES = 16_000;

    private enum Pace {
        OPEN,
        CLOSED
    }

    private enum Leave {
        CLOSE,
        VANISH
    }

    private final Overrides overrides;

    PersonaReader(Overrides overrides) {
        this.overrides = overrides;
    }

    /** Of all the scenario's fields. */
    List<Persona> personas(FieldReader fields) {
        Protocol protocol = protocol(fields, Protocol.PLAIN);
        JsonObject kinds;
        try (JsonReader reader = READERS.createReader(ScenarioFile.resource("personas.json"))) {
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
                sending(from, protocol),
                leaving(from),
                handling(from),
                identity(from, protocol),
                calls(from, protocol));
        from.text("kind", "");
        from.text("about", "");
        from.done();
        return persona;
    }

    private Persona.Sending sending(FieldReader from, Protocol protocol) {
        return new Persona.Sending(
                bytes(from),
                from.choice("text", MessageText.ASCII, MessageText.values()),
                interval(from),
                from.choice("pace", Pace.CLOSED, Pace.values()) == Pace.OPEN,
                (int) overrides.whole("WINDOW", from.whole("window", 0, 0, 1_000_000), 0, 1_000_000),
                (int) from.whole("typing", 0, 0, 1_000_000),
                from.sizes("burst", Quantity.fixed(1), 1, 100_000),
                (int) overrides.whole("MESSAGES", from.whole("messages", 0, 0, 1_000_000_000), 1, 1_000_000_000),
                from.flag("speaksWaiting", false) && protocol != Protocol.CHAT_V1);
    }

    private static Persona.Leaving leaving(FieldReader from) {
        return new Persona.Leaving(
                from.times("chat", null),
                from.times("life", null),
                from.choice("leave", Leave.CLOSE, Leave.values()) == Leave.VANISH,
                from.flag("again", false),
                from.times("pause", Quantity.fixed(0)));
    }

    private static Persona.Handling handling(FieldReader from) {
        return new Persona.Handling(
                from.times("readPause", null),
                from.flag("pongs", true),
                from.times("cuts", null),
                from.times("away", Quantity.fixed(1_000_000_000)),
                (int) from.whole("abandons", 0, 0, 100));
    }

    /** Thieves and sleepers watch one connection: nothing else may end it. */
    private static Persona.Identity identity(FieldReader from, Protocol protocol) {
        Persona.Identity.Kind kind =
                from.flagOrChoice("identity", Persona.Identity.Kind.VISITOR, Persona.Identity.Kind.values());
        Quantity refresh = from.times("refresh", DEFAULT_REFRESH);
        int endsSession = (int) from.whole("endsSession", 0, 0, 100);
        if (kind == null) {
            return null;
        }
        if (protocol != Protocol.CHAT_V1) {
            throw from.wrong("identity", "with " + protocol, "with " + Protocol.CHAT_V1 + " only");
        }
        if (refresh.low() < LEAST_REFRESH) {
            throw from.wrong("refresh", Quantity.time(refresh.low()), Quantity.time(LEAST_REFRESH) + " or longer");
        }
        for (String each : kind == Persona.Identity.Kind.VISITOR ? List.<String>of() : List.of("life", "cuts")) {
            if (from.times(each, null) != null) {
                throw from.wrong(
                        each, "with a " + kind.name().toLowerCase(Locale.ROOT), "for visitors and guests only");
            }
        }
        return new Persona.Identity(kind, refresh, endsSession);
    }

    private static Persona.Calls calls(FieldReader from, Protocol protocol) {
        int invites = (int) from.whole("calls", -1, 0, 100);
        int accepts = (int) from.whole("accepts", -1, 0, 100);
        Quantity length = from.times("callLength", DEFAULT_CALL);
        int signals = (int) from.whole("signals", 2, 0, MOST_SIGNALS);
        Quantity bytes = from.sizes("signalBytes", DEFAULT_SIGNAL, LEAST_SIGNAL_BYTES, MOST_SIGNAL_BYTES);
        if (invites < 0 && accepts < 0) {
            return null;
        }
        if (protocol != Protocol.CHAT_V1) {
            throw from.wrong("calls", "with " + protocol, "with " + Protocol.CHAT_V1 + " only");
        }
        return new Persona.Calls(Math.max(0, invites), accepts < 0 ? 100 : accepts, length, signals, bytes);
    }

    private Quantity bytes(FieldReader from) {
        String setting = overrides.text("MESSAGE_BYTES");
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
        String setting = overrides.text("INTERVAL");
        if (own == null || setting == null) {
            return own;
        }
        Quantity asked = Quantity.times(setting);
        if (asked == null || asked.high() == 0) {
            throw UsageError.notAllowed("INTERVAL", setting, Quantity.TIMES);
        }
        return asked;
    }

    private Protocol protocol(FieldReader from, Protocol defaultValue) {
        String text = from.text("protocol", defaultValue.toString());
        Protocol own = Protocol.named(text);
        if (own == null) {
            throw from.wrong("protocol", text, "one of " + Protocol.NAMES);
        }
        String setting = overrides.text("PROTOCOL");
        Protocol asked = setting == null ? own : Protocol.named(setting);
        if (asked == null) {
            throw UsageError.notAllowed("PROTOCOL", setting, "one of " + Protocol.NAMES);
        }
        return asked;
    }
}
