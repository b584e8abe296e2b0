package loomchat.loadtest.verify;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the process of a server, or of several, has used: CPU since its start, memory now. NaN: it does not tell. */
public record ServerUse(double cpuSeconds, double rssBytes) {
    static final ServerUse NONE = new ServerUse(0, 0);
    static final ServerUse UNKNOWN = new ServerUse(Double.NaN, Double.NaN);

    private static final Pattern CPU = sample("process_cpu_seconds_total");
    private static final Pattern RSS = sample("process_resident_memory_bytes");

    private static Pattern sample(String name) {
        return Pattern.compile("(?m)^" + name + " ([0-9.]{1,20}(?:[eE][+-]?[0-9]{1,3})?)(?: |$)");
    }

    /** From the text of {@code /metrics}. */
    static ServerUse of(String metrics) {
        return new ServerUse(value(CPU, metrics), value(RSS, metrics));
    }

    private static double value(Pattern sample, String metrics) {
        Matcher match = sample.matcher(metrics);
        try {
            return match.find() ? Double.parseDouble(match.group(1)) : Double.NaN;
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    ServerUse and(ServerUse other) {
        return new ServerUse(cpuSeconds + other.cpuSeconds, rssBytes + other.rssBytes);
    }
}
