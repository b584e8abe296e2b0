package loomchat.loadtest.measure;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loomchat.loadtest.scenario.Persona;
import org.HdrHistogram.Histogram;

/**
 * Records every time that is measured, in nanoseconds. Any thread records, with the number of its user as the
 * stripe; the tick drains. Memory depends on the number of personas, not on the length of a run.
 */
public final class LatencyRecorders {
    private static final LatencyKind[] KINDS = LatencyKind.values();

    private final List<Persona> personas;
    /** By kind; none for messages, which are recorded by persona. */
    private final StripedHistogram[] byKind = new StripedHistogram[KINDS.length];
    /** By the persona of the sender; none for one that does not send. */
    private final StripedHistogram[] intended;

    private final StripedHistogram[] actual;
    // The tick's own
    private final Histogram allIntended = Latencies.empty();
    private final Histogram allActual = Latencies.empty();

    LatencyRecorders(List<Persona> personas) {
        this.personas = personas;
        for (LatencyKind each : KINDS) {
            boolean ofMessages = each == LatencyKind.INTENDED || each == LatencyKind.ACTUAL;
            byKind[each.ordinal()] = ofMessages ? null : new StripedHistogram();
        }
        intended = new StripedHistogram[personas.size()];
        actual = new StripedHistogram[personas.size()];
        for (int i = 0; i < personas.size(); i++) {
            if (personas.get(i).sends()) {
                intended[i] = new StripedHistogram();
                actual[i] = new StripedHistogram();
            }
        }
    }

    public void record(LatencyKind kind, int stripe, long nanos) {
        byKind[kind.ordinal()].record(stripe, nanos);
    }

    /** A message of a user with that persona has arrived, so long after it should have been sent and after it was. */
    public void arrived(int stripe, int persona, long fromIntended, long fromActual) {
        if (persona < intended.length && intended[persona] != null) {
            intended[persona].record(stripe, fromIntended);
            actual[persona].record(stripe, fromActual);
        }
    }

    /** What came since the last call; valid until the next. */
    public Map<LatencyKind, Histogram> drain() {
        Map<LatencyKind, Histogram> drained = new EnumMap<>(LatencyKind.class);
        for (LatencyKind each : KINDS) {
            drained.put(
                    each,
                    switch (each) {
                        case INTENDED -> drainAll(intended, allIntended);
                        case ACTUAL -> drainAll(actual, allActual);
                        default -> byKind[each.ordinal()].drain();
                    });
        }
        return drained;
    }

    private static Histogram drainAll(StripedHistogram[] byPersona, Histogram interval) {
        interval.reset();
        for (StripedHistogram each : byPersona) {
            if (each != null) {
                interval.add(each.drain());
            }
        }
        return interval;
    }

    /** What has been drained so far. */
    public Latencies totals() {
        Map<LatencyKind, Histogram> totals = new EnumMap<>(LatencyKind.class);
        for (LatencyKind each : KINDS) {
            totals.put(each, byKind[each.ordinal()] == null ? Latencies.empty() : byKind[each.ordinal()].total());
        }
        Map<String, Latencies.OfPersona> messages = new LinkedHashMap<>();
        for (int i = 0; i < intended.length; i++) {
            if (intended[i] != null) {
                messages.put(personas.get(i).name(), new Latencies.OfPersona(intended[i].total(), actual[i].total()));
                totals.get(LatencyKind.INTENDED).add(intended[i].total());
                totals.get(LatencyKind.ACTUAL).add(actual[i].total());
            }
        }
        return new Latencies(totals, messages);
    }
}
