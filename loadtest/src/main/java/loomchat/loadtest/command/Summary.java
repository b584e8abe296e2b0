package loomchat.loadtest.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import loomchat.loadtest.measure.Measurements;
import loomchat.loadtest.measure.RunCounters;
import loomchat.loadtest.scenario.Protocol;
import loomchat.loadtest.scenario.Quantity;
import loomchat.loadtest.scenario.Threshold;
import loomchat.loadtest.verify.Reconciliation;
import org.HdrHistogram.Histogram;

/**
 * A run's measurements with the verdict on them.
 *
 * @param reconciled what the server counted beside what was seen here; empty when it was not asked
 * @param share what the server counted around one share of a run; null for a whole run
 * @param notes what a reader has to know: what was not possible, what was switched off
 */
record Summary(
        Measurements measurements,
        List<Threshold.Outcome> outcomes,
        List<Reconciliation.Comparison> reconciled,
        Reconciliation share,
        List<String> notes) {
    static final int PASSED = 0;
    static final int MISSED = 1;
    static final int WRONG_USAGE = 2;
    static final int UNREACHABLE = 3;
    static final int OVERLOADED = 4;
    static final int GENERATOR_FAILED = 70;
    static final int INTERRUPTED = 130;

    static final String[] PERCENTILES = {"50", "90", "99", "99.9", "99.99"};

    static Summary of(
            Measurements measurements,
            List<Threshold> thresholds,
            List<Reconciliation.Comparison> reconciled,
            Reconciliation share,
            List<String> notes) {
        List<Threshold.Outcome> outcomes = thresholds.stream()
                .map(each -> each.check(measurements::metric))
                .toList();
        return new Summary(measurements, outcomes, reconciled, share, notes);
    }

    private boolean passed() {
        return outcomes.stream().allMatch(Threshold.Outcome::met) && agrees();
    }

    private boolean agrees() {
        return reconciled.stream().allMatch(Reconciliation.Comparison::agrees);
    }

    /** A message that was lost or damaged is that also when the generator was late; times and timeouts are not to be trusted then. */
    private boolean faulty() {
        return !agrees()
                || outcomes.stream()
                        .anyMatch(each -> !each.met()
                                && RunCounters.FAULTS.contains(each.threshold().figure()));
    }

    int exitCode() {
        if (measurements.interrupted()) {
            return INTERRUPTED;
        }
        if (measurements.overload() != null && !faulty()) {
            return OVERLOADED;
        }
        return passed() ? PASSED : MISSED;
    }

    /** {@code passed}, {@code failed}, {@code overloaded} or {@code interrupted}. */
    String result() {
        return switch (exitCode()) {
            case PASSED -> "passed";
            case OVERLOADED -> "overloaded";
            case INTERRUPTED -> "interrupted";
            default -> "failed";
        };
    }

    /** The verdict in one line. */
    String verdict() {
        String overload = measurements.overload();
        String invalid = overload == null ? "" : "; its times are NOT VALID: " + overload;
        return switch (exitCode()) {
            case PASSED -> "PASSED";
            case OVERLOADED -> "NOT VALID: " + overload;
            case INTERRUPTED -> "INTERRUPTED" + invalid;
            default -> "FAILED: " + String.join("; ", reasons()) + invalid;
        };
    }

    private List<String> reasons() {
        List<String> reasons = new ArrayList<>();
        outcomes.stream()
                .filter(each -> !each.met())
                .forEach(each -> reasons.add(each.threshold().text() + " was missed (" + each.shown() + ")"));
        reconciled.stream()
                .filter(each -> !each.agrees())
                .forEach(each -> reasons.add("the server counts other " + each.what()));
        return reasons;
    }

    // As text

    String text() {
        StringBuilder text = new StringBuilder();
        Measurements m = measurements;
        text.append("\n%s against %s: %,d clients, %s\n"
                .formatted(m.scenario(), m.target(), m.clients(), Quantity.time(m.sendSeconds() * 1e9)));
        text.append(row(
                "connections",
                "%,d of %,d attempts, %,d failed"
                                .formatted(m.total("connected"), m.total("attempts"), m.total("failed"))
                        + optional(", %,d closed by the server as expected", m.total("closedAsExpected"))
                        + optional(", %,d handshakes given up on purpose", m.total("abandoned"))));
        m.errors().forEach((kind, count) -> text.append("    %s: %,d\n".formatted(kind, count)));
        text.append(row("matched", "%,d".formatted(m.total("matched"))));
        text.append(row(
                "messages",
                "%,d sent, %,d delivered%s%s%s"
                        .formatted(
                                m.total("sent"),
                                m.total("delivered"),
                                optional(", %,d sent before the match and dropped", m.total("unmatched")),
                                optional(", %,d cut off when somebody left", m.total("cutOff")),
                                optional(", %,d sent to partners never heard of", m.total("unconfirmed")))));
        text.append(row(
                "faults",
                "%,d lost, %,d duplicated, %,d reordered, %,d corrupted, %,d misdelivered"
                                .formatted(
                                        m.total("lost"),
                                        m.total("duplicated"),
                                        m.total("reordered"),
                                        m.total("corrupted"),
                                        m.total("misdelivered"))
                        + optional(", %,d messages that are not ours", m.total("foreign"))));
        text.append(optional("  protocol     %,d violations by the server\n", m.total("violations")));
        if (m.total("cuts") + m.total("typingSeen") + m.total("refusedMessages") > 0) {
            text.append(row(
                    Protocol.CHAT_V1.toString(),
                    "%,d connections cut in a chat, %,d resumed; partners seen typing %,d times%s%s"
                            .formatted(
                                    m.total("cuts"),
                                    m.total("resumed"),
                                    m.total("typingSeen"),
                                    optional("; %,d messages sent again that were refused", m.total("refusedMessages")),
                                    optional("; %,d messages not kept, as the server said", m.total("missed")))));
        }
        m.examples().forEach((fault, details) -> text.append("    first %s: %s\n".formatted(fault, details)));
        double seconds = Math.max(0.001, m.sendSeconds());
        text.append(row(
                "rate",
                "%s messages/s sent of %s intended (%s %%), %s/s of text"
                        .formatted(
                                Quantity.number(m.total("sent") / seconds),
                                Quantity.number(m.total("intended") / seconds),
                                m.total("intended") == 0
                                        ? "-"
                                        : Quantity.number(100.0 * m.total("sent") / m.total("intended")),
                                Quantity.size(m.total("bytesDelivered") / seconds))));
        latencies(text);
        text.append(row("generator", generator()));
        if (!reconciled.isEmpty()) {
            text.append("  the server's own count\n");
            reconciled.forEach(each -> text.append("    " + each.shown() + "\n"));
        }
        text.append("  thresholds\n");
        outcomes.forEach(each -> text.append("    %s %-22s %s\n"
                .formatted(each.met() ? "met   " : "MISSED", each.threshold().text(), each.shown())));
        notes.forEach(each -> text.append("  note: " + each + "\n"));
        return text.append("\n" + verdict() + "\n").toString();
    }

    String generator() {
        Measurements.Generator g = measurements.generator();
        return "sends late by %s at p99, threads by %s, %s CPU seconds (%s µs a message), GC %s %%, %s resident"
                .formatted(
                        Quantity.time(g.lateness().getValueAtPercentile(99)),
                        Quantity.time(g.lag().getValueAtPercentile(99)),
                        Quantity.number(g.cpuSeconds()),
                        measurements.total("sent") == 0
                                ? "-"
                                : Quantity.number(g.cpuSeconds() * 1e6 / measurements.total("sent")),
                        Quantity.number(100 * g.gcShare()),
                        Quantity.size(g.peakRssBytes()));
    }

    private void latencies(StringBuilder text) {
        text.append("  %-30s%10s".formatted("latency", "count"));
        for (String each : PERCENTILES) {
            text.append("%10s".formatted("p" + each));
        }
        text.append("%10s\n".formatted("max"));
        histograms().forEach((name, histogram) -> {
            if (histogram.getTotalCount() > 0) {
                text.append("    %-28s%10d".formatted(name, histogram.getTotalCount()));
                for (String each : PERCENTILES) {
                    double value = histogram.getValueAtPercentile(Double.parseDouble(each));
                    text.append("%10s".formatted(Quantity.time(value)));
                }
                text.append("%10s\n".formatted(Quantity.time(histogram.getMaxValue())));
            }
        });
    }

    /** Every distribution by the name it is shown under. */
    Map<String, Histogram> histograms() {
        Map<String, Histogram> all = new java.util.LinkedHashMap<>();
        all.put("message, from intended time", measurements.intended());
        all.put("message, from actual time", measurements.actual());
        if (measurements.byPersona().size() > 1) {
            measurements.byPersona().forEach((name, both) -> all.put("  " + name, both[0]));
            measurements.byPersona().forEach((name, both) -> all.put("  " + name + ", from actual", both[1]));
        }
        all.put("to slow readers", measurements.toSlowReaders());
        all.put("over a resume", measurements.overResumes());
        all.put("connect", measurements.connect());
        all.put("match", measurements.match());
        return all;
    }

    private static String row(String name, String value) {
        return "  %-12s %s\n".formatted(name, value);
    }

    private static String optional(String format, long count) {
        return count == 0 ? "" : String.format(Locale.ROOT, format, count);
    }
}
