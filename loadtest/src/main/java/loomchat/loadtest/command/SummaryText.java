package loomchat.loadtest.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import loomchat.loadtest.measure.GeneratorHealth;
import loomchat.loadtest.measure.LatencyKind;
import loomchat.loadtest.measure.Measurements;
import loomchat.loadtest.scenario.Protocol;
import loomchat.loadtest.scenario.Quantity;
import org.HdrHistogram.Histogram;

/** The summary as text, for the terminal and {@code summary.txt}. */
final class SummaryText {
    static final String[] PERCENTILES = {"50", "90", "99", "99.9", "99.99"};

    private SummaryText() {}

    static String of(Summary summary) {
        StringBuilder text = new StringBuilder();
        Measurements m = summary.measurements();
        text.append("\n%s against %s: %,d clients, %s\n"
                .formatted(
                        m.run().scenario(),
                        m.run().target(),
                        m.run().clients(),
                        Quantity.time(m.run().sendSeconds() * 1e9)));
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
        if (ClusterSummary.line(m) != null) {
            text.append(row("cluster", ClusterSummary.line(m)));
        }
        CallSummary.lines(m).forEach((what, value) -> text.append(row(what, value)));
        IdentitySummary.lines(m).forEach((what, value) -> text.append(row(what, value)));
        m.examples().forEach((fault, details) -> text.append("    first %s: %s\n".formatted(fault, details)));
        text.append(row(
                "rate",
                "%s messages/s sent of %s intended (%s %%), %s/s of text"
                        .formatted(
                                Quantity.number(m.rate("sent")),
                                Quantity.number(m.rate("intended")),
                                m.total("intended") == 0
                                        ? "-"
                                        : Quantity.number(100.0 * m.total("sent") / m.total("intended")),
                                Quantity.size(m.rate("bytesDelivered")))));
        latencies(m, text);
        text.append(row("generator", generator(m)));
        if (!summary.reconciled().isEmpty()) {
            text.append("  the server's own count\n");
            summary.reconciled().forEach(each -> text.append("    " + each.shown() + "\n"));
        }
        text.append("  thresholds\n");
        summary.outcomes()
                .forEach(each -> text.append("    %s %-22s %s\n"
                        .formatted(
                                each.met() ? "met   " : "MISSED",
                                each.threshold().text(),
                                each.shown())));
        summary.notes().forEach(each -> text.append("  note: " + each + "\n"));
        return text.append("\n" + summary.verdict() + "\n").toString();
    }

    /** How the load generator itself fared. */
    static String generator(Measurements m) {
        GeneratorHealth generator = m.generator();
        return "sends late by %s at p99, threads by %s, %s CPU seconds (%s µs a message), GC %s %%, %s resident"
                .formatted(
                        Quantity.time(m.latency(LatencyKind.LATENESS, 99)),
                        Quantity.time(m.latency(LatencyKind.LAG, 99)),
                        Quantity.number(generator.cpuSeconds()),
                        m.total("sent") == 0 ? "-" : Quantity.number(generator.cpuSeconds() * 1e6 / m.total("sent")),
                        Quantity.number(100 * generator.gcShare()),
                        Quantity.size(generator.peakRssBytes()));
    }

    private static void latencies(Measurements m, StringBuilder text) {
        text.append("  %-30s%10s".formatted("latency", "count"));
        for (String each : PERCENTILES) {
            text.append("%10s".formatted("p" + each));
        }
        text.append("%10s\n".formatted("max"));
        distributions(m).forEach((title, histogram) -> {
            text.append("    %-28s%10d".formatted(title, histogram.getTotalCount()));
            times(histogram).forEach(each -> text.append("%10s".formatted(each)));
            text.append("\n");
        });
    }

    /** The percentiles and the maximum. */
    static List<String> times(Histogram histogram) {
        List<String> times = new ArrayList<>();
        for (String each : PERCENTILES) {
            times.add(Quantity.time(histogram.getValueAtPercentile(Double.parseDouble(each))));
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
                    .forEach((name, messages) -> all.put("  " + name + ", from actual", messages.actual()));
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
        return "  %-12s %s\n".formatted(name, value);
    }

    static String optional(String format, long count) {
        return count == 0 ? "" : String.format(Locale.ROOT, format, count);
    }
}
