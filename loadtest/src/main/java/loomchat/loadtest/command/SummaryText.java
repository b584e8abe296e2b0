package loomchat.loadtest.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import loomchat.loadtest.history.Conditions;
import loomchat.loadtest.measure.GeneratorHealth;
import loomchat.loadtest.measure.LatencyKind;
import loomchat.loadtest.measure.Measurements;
import loomchat.loadtest.scenario.PlainText;
import loomchat.loadtest.scenario.Protocol;
import loomchat.loadtest.scenario.Quantity;
import loomchat.loadtest.scenario.Threshold;
import loomchat.loadtest.verify.Reconciliation;
import org.HdrHistogram.Histogram;

/** The summary as text, for the terminal and {@code summary.txt}. */
final class SummaryText {
    static final String[] PERCENTILES = {"50", "90", "99", "99.9", "99.99"};

    private static final String OF_PERSONA_FROM_ACTUAL = ", from actual";

    private SummaryText() {}

    /** The verdict comes first; 80 columns are enough. */
    static String of(Summary summary) {
        StringBuilder text = new StringBuilder();
        Measurements m = summary.measurements();
        text.append("\n%s\n%s against %s, %s, %s\n\n"
                .formatted(
                        PlainText.wrapped(summary.verdict(), ""),
                        m.run().scenario(),
                        m.run().target(),
                        summary.clients(),
                        Quantity.time(m.run().sendSeconds() * 1e9)));
        thresholds(summary, text);
        delivery(m, text);
        connections(m, text);
        m.examples()
                .forEach((fault, details) -> text.append(
                                PlainText.wrapped("    first %s: %s".formatted(fault, details), " ".repeat(6)))
                        .append("\n"));
        text.append("\n");
        latencies(m, text);
        text.append("\n").append(row("this client", generator(m)));
        counts(summary, text);
        summary.notes().forEach(each -> text.append(row("note:", each)));
        return text.append("\n").toString();
    }

    private static void thresholds(Summary summary, StringBuilder text) {
        List<String> met = new ArrayList<>();
        for (Threshold.Outcome each : summary.outcomes()) {
            if (each.met()) {
                boolean plain = each.threshold().text().endsWith("== 0");
                met.add(each.threshold().text() + (plain ? "" : " (" + each.shown() + ")"));
            } else {
                text.append(row("MISSED", "%s: %s".formatted(each.threshold().text(), each.shown())));
            }
        }
        if (!met.isEmpty()) {
            text.append(row("met", String.join(", ", met)));
        }
    }

    private static void delivery(Measurements m, StringBuilder text) {
        text.append(row(
                "messages",
                "%,d sent, %,d delivered%s%s%s%s"
                        .formatted(
                                m.total("sent"),
                                m.total("delivered"),
                                optional(", %,d sent before the match and dropped", m.total("unmatched")),
                                optional(", %,d cut off when somebody left", m.total("cutOff")),
                                optional(", %,d refused by the server", m.total("notTaken")),
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
        if (m.total("violations") > 0) {
            text.append(row("protocol", "%,d violations by the server".formatted(m.total("violations"))));
        }
        text.append(row(
                "rate",
                "%s messages/s sent of %s %s (%s %%), %s delivered, %s/s of text"
                        .formatted(
                                Quantity.number(m.rate("sent")),
                                Quantity.number(
                                        m.wanted() / Math.max(0.001, m.run().sendSeconds())),
                                m.total("asked") > 0 ? "asked for" : "intended",
                                m.wanted() == 0 ? "-" : Quantity.number(100.0 * m.total("sent") / m.wanted()),
                                Quantity.number(m.rate("delivered")),
                                Quantity.size(m.rate("bytesDelivered")))));
    }

    private static void connections(Measurements m, StringBuilder text) {
        text.append(row(
                "connections",
                "%,d of %,d attempts".formatted(m.total("connected"), m.total("attempts"))
                        + (m.total("failed") == 0 ? ", 0 failed" : "")
                        + optional(", %,d connects failed", m.total("refused"))
                        + optional(", %,d connections broke", m.total("broken"))
                        + optional(", %,d closed by the server as expected", m.total("closedAsExpected"))
                        + optional(", %,d handshakes given up on purpose", m.total("abandoned"))));
        m.errors().forEach((kind, count) -> text.append("    %s: %,d\n".formatted(kind, count)));
        text.append(row(
                "matched",
                "%,d".formatted(m.total("matched"))
                        + optional(", %,d waited for a partner at the end", m.total("neverMatched"))));
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
        if (ClusterSummary.line(m) != null) {
            text.append(row("cluster", ClusterSummary.line(m)));
        }
        CallSummary.lines(m).forEach((what, value) -> text.append(row(what, value)));
        IdentitySummary.lines(m).forEach((what, value) -> text.append(row(what, value)));
    }

    /** Where all of them agree, that is all there is to know. */
    private static void counts(Summary summary, StringBuilder text) {
        if (summary.reconciled().isEmpty()) {
            return;
        }
        if (summary.reconciled().stream().allMatch(Reconciliation.Comparison::agrees)) {
            String all = summary.reconciled().stream()
                    .map(each -> "%,d %s".formatted(each.server(), each.what()))
                    .collect(Collectors.joining(", "));
            text.append(row("server", "the server's own count agrees: " + all));
        } else {
            text.append("  the server's own count\n");
            summary.reconciled().forEach(each -> text.append("    " + each.shown() + "\n"));
        }
        Conditions conditions = summary.conditions();
        long delivered = summary.measurements().total("delivered");
        if (conditions != null && conditions.serverRestarted()) {
            text.append(row("", "from first connect to last close it used - CPU seconds and has - of memory"));
        } else if (conditions != null && !Double.isNaN(conditions.serverCpuSeconds())) {
            text.append(row(
                    "",
                    "from first connect to last close it used %s CPU seconds%s and has %s of memory"
                            .formatted(
                                    Quantity.number(conditions.serverCpuSeconds()),
                                    delivered == 0
                                            ? ""
                                            : " (%s µs a message)"
                                                    .formatted(Quantity.number(
                                                            conditions.serverCpuSeconds() * 1e6 / delivered)),
                                    Quantity.size(conditions.serverRssBytes()))));
        }
    }

    /** How the load generator itself fared. */
    static String generator(Measurements m) {
        GeneratorHealth generator = m.generator();
        return "sends late by %s at p99, threads by %s, %s CPU seconds%s, GC %s %%, %s resident"
                .formatted(
                        Quantity.time(m.latency(LatencyKind.LATENESS, 99)),
                        Quantity.time(m.latency(LatencyKind.LAG, 99)),
                        Quantity.number(generator.cpuSeconds()),
                        m.total("sent") == 0
                                ? ""
                                : " (%s µs a message)"
                                        .formatted(Quantity.number(generator.cpuSeconds() * 1e6 / m.total("sent"))),
                        Quantity.number(100 * generator.gcShare()),
                        Quantity.size(generator.peakRssBytes()));
    }

    /** Without what only pages and files have room for: p99.99, and each persona from the actual time. */
    private static void latencies(Measurements m, StringBuilder text) {
        text.append("  %-28s%8s%8s%8s%8s%8s%8s\n".formatted("latency", "count", "p50", "p90", "p99", "p99.9", "max"));
        distributions(m).forEach((title, histogram) -> {
            if (!title.endsWith(OF_PERSONA_FROM_ACTUAL)) {
                List<String> times = times(histogram);
                text.append("  %-28s%8d%8s%8s%8s%8s%8s\n"
                        .formatted(
                                title,
                                histogram.getTotalCount(),
                                times.get(0),
                                times.get(1),
                                times.get(2),
                                times.get(3),
                                times.getLast()));
            }
        });
    }

    /** The percentiles and the maximum. A percentile that no value is beyond would be the maximum: a dash. */
    static List<String> times(Histogram histogram) {
        List<String> times = new ArrayList<>();
        for (String each : PERCENTILES) {
            double percentile = Double.parseDouble(each);
            boolean known = percentile <= 50 || histogram.getTotalCount() * (100 - percentile) > 99.99;
            times.add(known ? Quantity.time(histogram.getValueAtPercentile(percentile)) : "-");
        }
        times.add(Quantity.time(histogram.getMaxValue()));
        return times;
    }

    /** Every distribution with a value, by its title. */
    static Map<String, Histogram> distributions(Measurements m) {
        Map<String, Histogram> all = new LinkedHashMap<>();
        all.put("message, from intended time", m.latency(LatencyKind.INTENDED));
        all.put("message, from actual time", m.latency(LatencyKind.ACTUAL));
        if (m.latencies().byPersona().size() > 1) {
            m.latencies().byPersona().forEach((name, messages) -> all.put("  " + name, messages.intended()));
            m.latencies()
                    .byPersona()
                    .forEach((name, messages) -> all.put("  " + name + OF_PERSONA_FROM_ACTUAL, messages.actual()));
        }
        all.put("to slow readers", m.latency(LatencyKind.TO_SLOW_READERS));
        all.put("over a resume", m.latency(LatencyKind.OVER_RESUMES));
        all.put("connect", m.latency(LatencyKind.CONNECT));
        all.put("match", m.latency(LatencyKind.MATCH));
        all.put("signal of a call", m.latency(LatencyKind.SIGNAL));
        all.put("session or refresh", m.latency(LatencyKind.SESSION));
        all.values().removeIf(each -> each.getTotalCount() == 0);
        return all;
    }

    private static String row(String name, String value) {
        return PlainText.wrapped("  %-12s %s".formatted(name, value), " ".repeat(15)) + "\n";
    }

    static String optional(String format, long count) {
        return count == 0 ? "" : String.format(Locale.ROOT, format, count);
    }
}
