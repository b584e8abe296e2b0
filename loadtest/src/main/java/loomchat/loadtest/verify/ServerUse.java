package loomchat.loadtest.verify;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the process of a server, or of several, has used: CPU since its start, memory now. NaN: it does not tell.
 *
 * @param starts when the process of each server began, in seconds since the epoch
 */
public record ServerUse(double cpuSeconds, double rssBytes, List<Double> starts) {
    static final ServerUse NONE = new ServerUse(0, 0, List.of());
    static final ServerUse UNKNOWN = new ServerUse(Double.NaN, Double.NaN, List.of(Double.NaN));

    private static final Pattern CPU = sample("process_cpu_seconds_total");
    private static final Pattern RSS = sample("process_resident_memory_bytes");
    private static final Pattern START = sample("process_start_time_seconds");

    private static Pattern sample(String name) {
        return Pattern.compile("(?m)^" + name + " ([0-9.]{1,20}(?:[eE][+-]?[0-9]{1,3})?)(?: |$)");
    }

    /** From the text of {@code /metrics}. */
    static ServerUse of(String metrics) {
        return new ServerUse(value(CPU, metrics), value(RSS, metrics), List.of(value(START, metrics)));
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
        return new ServerUse(
                cpuSeconds + other.cpuSeconds,
                rssBytes + other.rssBytes,
                Stream.concat(starts.stream(), other.starts.stream()).toList());
    }

    /** Whether a server has been started again since it told that: its process has counted from 0. */
    public boolean isRestartedSince(ServerUse before) {
        boolean another = starts.size() == before.starts.size()
                && IntStream.range(0, starts.size())
                        .anyMatch(i -> starts.get(i) < before.starts.get(i) || starts.get(i) > before.starts.get(i));
        // What does not tell when it began has at least used less.
        return another || cpuSeconds < before.cpuSeconds;
    }
}
