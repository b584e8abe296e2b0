package loomchat.loadtest.measure;

import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * The distributions of a run, in nanoseconds: one of each kind, and two for the messages of each persona that
 * sends.
 */
public record Latencies(Map<LatencyKind, Histogram> byKind, Map<String, OfPersona> byPersona) {
    private static final String PERSONA = "persona.";

    /** Of the messages that users of one persona sent. */
    public record OfPersona(Histogram intended, Histogram actual) {}

    public Histogram of(LatencyKind kind) {
        return byKind.get(kind);
    }

    /** The distributions of personas by the tags that name them in files. */
    public Map<String, Histogram> personasByTag() {
        Map<String, Histogram> byTag = new LinkedHashMap<>();
        byPersona.forEach((name, messages) -> {
            byTag.put(tag(name, LatencyKind.INTENDED), messages.intended());
            byTag.put(tag(name, LatencyKind.ACTUAL), messages.actual());
        });
        return byTag;
    }

    private static String tag(String persona, LatencyKind kind) {
        return PERSONA + persona + "." + kind.tag();
    }

    /** From distributions under the tags of files; the others are empty, those of {@code personas} among them. */
    public static Latencies ofTags(Map<String, Histogram> byTag, Collection<String> personas) {
        Map<LatencyKind, Histogram> byKind = new EnumMap<>(LatencyKind.class);
        for (LatencyKind each : LatencyKind.values()) {
            byKind.put(each, byTag.getOrDefault(each.tag(), empty()));
        }
        Map<String, OfPersona> byPersona = new LinkedHashMap<>();
        for (String each : personas) {
            byPersona.put(
                    each,
                    new OfPersona(
                            byTag.getOrDefault(tag(each, LatencyKind.INTENDED), empty()),
                            byTag.getOrDefault(tag(each, LatencyKind.ACTUAL), empty())));
        }
        return new Latencies(byKind, byPersona);
    }

    /** To three significant digits, as everything that is recorded. */
    public static Histogram empty() {
        return new Histogram(StripedHistogram.DIGITS);
    }
}
