package loomchat.report.compare;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import loomchat.graph.Unit;
import loomchat.report.history.LoadTestRun;
import loomchat.report.series.GraphMark;
import loomchat.report.series.LogTimes;
import loomchat.statistics.CoarseLimit;

/**
 * A load test as its client announced it. Immutable.
 *
 * @param end {@link LogTimes#UNKNOWN} when no end was announced
 * @param cut when it was cut off, {@link LogTimes#UNKNOWN} when it was not: it runs, or an end was announced
 * @param begin the line of its start
 * @param finish the line of its end, empty when there is none
 * @param server the line of the server's start before it, empty when that is not known
 * @param nodes the servers that were told of its start, each once; an empty name where there is one server
 */
public record LoadTest(
        String id,
        long start,
        long end,
        long cut,
        JsonObject begin,
        JsonObject finish,
        JsonObject server,
        List<String> nodes) {
    /** How many stretches of equal length a client tells at most. */
    private static final int MOST_POINTS = 60;
    /** The share of them that a whole load test has. */
    private static final double LEAST_TOLD = 0.9;

    /** A load test that does not say how long it is, and that never ended, is shown for this long. */
    private static final long LONGEST_UNKNOWN_MILLIS = 3_600_000;
    /** The latency from when a message should have been sent. */
    static final String INTENDED = "intended";

    /** A condition of success, as the client told it. */
    record Threshold(String text, String value, boolean met) {}

    public String scenario() {
        return text(begin, "scenario");
    }

    /** Which part of its clients it is where several processes play them, such as {@code 1 of 2}; empty for all. */
    String share() {
        return text(begin, "share");
    }

    /** The scenario and the share. */
    String played() {
        return share().isEmpty() ? scenario() : scenario() + ", share " + share();
    }

    boolean hasEnded() {
        return end != LogTimes.UNKNOWN;
    }

    /** {@code passed}, {@code failed} or another word of its client; empty when no end was announced. */
    String result() {
        return text(finish, "result");
    }

    /** The result, or how it stands without one. */
    String state() {
        if (!result().isEmpty()) {
            return result();
        }
        return hasEnded() ? "ended" : cut == LogTimes.UNKNOWN ? "running" : "cut off";
    }

    /** Whether its times say something of the server, whatever the result is. */
    boolean isValid() {
        return GraphMark.LoadTest.isValid(finish);
    }

    LoadTest cutAt(long millis) {
        return new LoadTest(id, start, end, millis, begin, finish, server, nodes);
    }

    LoadTest endedAt(long millis, JsonObject line) {
        return new LoadTest(id, start, millis, LogTimes.UNKNOWN, begin, line, server, nodes);
    }

    /** The same, which this server was told of as well. */
    LoadTest at(String node) {
        List<String> all =
                Stream.concat(nodes.stream(), Stream.of(node)).distinct().toList();
        return new LoadTest(id, start, end, cut, begin, finish, server, all);
    }

    boolean hasPassed() {
        return result().equals("passed");
    }

    boolean isInterrupted() {
        return result().equals("interrupted");
    }

    /** The verdict in a line, or the result alone. */
    String verdict() {
        String verdict = text(finish, "verdict");
        return verdict.isEmpty() ? result() : verdict;
    }

    /** Where its range ends, at the latest {@code now}. */
    long endOr(long now) {
        if (hasEnded()) {
            return end;
        }
        if (cut != LogTimes.UNKNOWN) {
            // With the last line.
            return Math.max(start, cut) + 1;
        }
        double planned = number(begin, "durationMillis");
        return Math.clamp(
                start + (Double.isNaN(planned) ? LONGEST_UNKNOWN_MILLIS : (long) planned + LoadTestRun.FAREWELL_MILLIS),
                start + 1,
                Math.max(start + 1, now));
    }

    /** When the last message was sent: after that it only waits and counts. */
    long loadEnd(long now) {
        double seconds = number(finish, "seconds");
        return Double.isNaN(seconds)
                ? endOr(now)
                : Math.clamp(start + (long) (seconds * 1000), start + 1, Math.max(start + 1, endOr(now)));
    }

    List<Threshold> thresholds() {
        List<Threshold> all = new ArrayList<>();
        if (finish.get("thresholds") instanceof JsonArray told) {
            for (JsonValue each : told) {
                if (each instanceof JsonObject one) {
                    all.add(new Threshold(
                            text(one, "threshold"), text(one, "value"), one.get("met") == JsonValue.TRUE));
                }
            }
        }
        return all;
    }

    /** Counts by name, in the client's order. */
    SequencedMap<String, Double> counts() {
        return numbers(finish.get("counts"));
    }

    /** NaN for what the client did not count. */
    double count(String name) {
        return counts().getOrDefault(name, Double.NaN);
    }

    /** Of the time from when a message should have been sent to its arrival; NaN when it was not told. */
    double p99() {
        return numbers(told("latencies", INTENDED)).getOrDefault("p99", Double.NaN);
    }

    /** How late the client was itself at a latency's percentile, in milliseconds; 0 where it did not tell. */
    double lateness(String kind, String figure) {
        double threads = late("lag", figure);
        return kind.equals(INTENDED) ? Math.max(threads, late("lateness", figure)) : threads;
    }

    /** Whether a latency from when a message was due is mostly the client's own, and says little of the server. */
    boolean isOwn(String kind, String figure) {
        return kind.equals(INTENDED) && !figure.equals("p50") && CoarseLimit.isOwn(late("lateness", "p99"), p99());
    }

    /** That the p99 is mostly the client's own, as far as its times are valid; or empty. */
    String ownPart() {
        if (!isValid() || !isOwn(INTENDED, "p99")) {
            return "";
        }
        double actual = numbers(told("latencies", "actual")).getOrDefault("p99", Double.NaN);
        return "The p99 of %s is mostly the load client's own: its sends were late by %s at p99%s."
                .formatted(
                        Unit.MILLIS.format(p99()),
                        Unit.MILLIS.format(late("lateness", "p99")),
                        Double.isNaN(actual)
                                ? ""
                                : " (p99 from the actual time: %s)".formatted(Unit.MILLIS.format(actual)));
    }

    private double late(String what, String figure) {
        return numbers(told("generator", what)).getOrDefault(figure, 0.0);
    }

    /** Null for what is not there. */
    private JsonValue told(String group, String name) {
        return finish.get(group) instanceof JsonObject told ? told.get(name) : null;
    }

    /** While messages were sent, as the client counted; NaN when it did not. Older clients tell the whole. */
    double deliveredPerSecond() {
        double seconds = number(finish, "seconds");
        double delivered = counts().getOrDefault("deliveredInTime", count("delivered"));
        return seconds > 0 ? delivered / seconds : Double.NaN;
    }

    /** Percentiles in milliseconds, by what they are of. */
    SequencedMap<String, SequencedMap<String, Double>> latencies() {
        SequencedMap<String, SequencedMap<String, Double>> all = new LinkedHashMap<>();
        if (finish.get("latencies") instanceof JsonObject told) {
            told.forEach((name, each) -> all.put(name, numbers(each)));
        }
        return all;
    }

    /**
     * A figure of the messages' latency in equal stretches of the load test, in milliseconds, NaN where nothing
     * arrived; empty when the client did not tell it. Clients of an earlier build left such stretches out, so that
     * nobody knows where the others were: that is no better than nothing.
     */
    double[] timeline(String figure) {
        double[] told = told(figure);
        double seconds = number(finish, "seconds");
        double whole = Math.ceil(seconds / Math.ceil(seconds / MOST_POINTS));
        return told.length < LEAST_TOLD * whole - 1 ? new double[0] : told;
    }

    private double[] told(String figure) {
        return finish.get("timeline") instanceof JsonObject told && told.get(figure) instanceof JsonArray points
                ? points.stream()
                        .filter(JsonNumber.class::isInstance)
                        .mapToDouble(each -> ((JsonNumber) each).doubleValue())
                        .map(each -> each > 0 ? each : Double.NaN)
                        .toArray()
                : new double[0];
    }

    private static SequencedMap<String, Double> numbers(JsonValue value) {
        SequencedMap<String, Double> all = new LinkedHashMap<>();
        if (value instanceof JsonObject object) {
            for (Map.Entry<String, JsonValue> each : object.entrySet()) {
                if (each.getValue() instanceof JsonNumber number) {
                    all.put(each.getKey(), number.doubleValue());
                }
            }
        }
        return all;
    }

    /** Empty for what is not there. */
    static String text(JsonObject line, String name) {
        return line.get(name) instanceof JsonString string ? string.getString() : "";
    }

    /** NaN for what is not there. */
    static double number(JsonObject line, String name) {
        return line.get(name) instanceof JsonNumber number ? number.doubleValue() : Double.NaN;
    }
}
