package loomchat.report.series;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A mark on the time axis of the graphs. {@code text} comes from the log and is shown escaped.
 *
 * @param line the whole line of the log where the mark has more to tell than its text, otherwise empty
 * @param node whose it is, where the history is that of several; otherwise empty
 */
public record GraphMark(long millis, Kind kind, String id, String text, String line, String node)
        implements Comparable<GraphMark> {
    public enum Kind {
        START("start"),
        CRASH("crash"),
        STOP("stop"),
        STALL("log stall"),
        FILE("log file replaced"),
        LOAD_TEST_START("load test start"),
        LOAD_TEST_END("load test end");

        public final String label;

        Kind(String label) {
            this.label = label;
        }

        public static Kind of(String label) {
            for (Kind each : values()) {
                if (each.label.equals(label)) {
                    return each;
                }
            }
            throw new IllegalArgumentException("unknown mark " + label);
        }
    }

    /**
     * What a load client said of its run, at the begin or at the end. A string is empty and a number below zero when
     * it was not told.
     *
     * @param clients how many it simulates; told at the begin, all below at the end
     * @param result {@code passed}, {@code failed}, {@code overloaded} or {@code interrupted}
     * @param missed why the run did not pass, in words
     * @param p99Millis 99th percentile of the time from when a message should have been sent to its arrival
     * @param messagesPerSecond messages delivered a second
     * @param lost messages lost
     * @param valid whether its times are; only a client that says otherwise says that they are not
     * @param plannedMillis how long it was to send messages; told at the begin
     * @param target where its load goes; told at the begin
     * @param share which part of its clients one of several processes plays, such as {@code 1 of 2}; told at the begin
     */
    public record LoadTest(
            String scenario,
            long clients,
            String result,
            String missed,
            double p99Millis,
            double messagesPerSecond,
            long lost,
            boolean valid,
            long plannedMillis,
            String target,
            String share) {
        public static final LoadTest NONE = new LoadTest("", -1, "", "", -1, -1, -1, true, -1, "", "");

        private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());
        private static final Pattern WHY = Pattern.compile("(?s)(FAILED|NOT VALID|INTERRUPTED.* NOT VALID): (.*)");
        private static final String NOT_VALID = "NOT VALID: ";

        private static LoadTest of(String line) {
            JsonObject json = read(line);
            Matcher why = WHY.matcher(json.getString("verdict", ""));
            JsonValue counts = json.get("counts");
            double seconds = number(json, "seconds");
            double inTime = number(counts, "deliveredInTime");
            // Older clients tell the whole.
            double delivered = inTime < 0 ? number(counts, "delivered") : inTime;
            return new LoadTest(
                    json.getString("scenario", ""),
                    (long) number(json, "clients"),
                    json.getString("result", ""),
                    why.matches() ? why.group(2) : "",
                    number(within(json.get("latencies"), "intended"), "p99"),
                    seconds > 0 && delivered >= 0 ? delivered / seconds : -1,
                    (long) number(counts, "lost"),
                    isValid(json),
                    (long) number(json, "durationMillis"),
                    json.getString("target", ""),
                    json.getString("share", ""));
        }

        /** Whether its times say something of the server: a client that was too slow itself says so at its end. */
        public static boolean isValid(JsonObject end) {
            return end.get("valid") != JsonValue.FALSE
                    && !end.getString("result", "").equals("overloaded")
                    && !end.getString("verdict", "").contains(NOT_VALID);
        }

        private static JsonObject read(String line) {
            try (JsonReader reader = READERS.createReader(new StringReader(line))) {
                return reader.readObject();
            } catch (JsonException e) {
                return JsonValue.EMPTY_JSON_OBJECT;
            }
        }

        private static JsonValue within(JsonValue value, String name) {
            return value instanceof JsonObject object ? object.get(name) : null;
        }

        /** Below zero where there is none. */
        private static double number(JsonValue value, String name) {
            return within(value, name) instanceof JsonNumber number ? number.doubleValue() : -1;
        }
    }

    private static final int MOST_TEXT = 200;
    /** A longer line is not kept: no server writes one for a mark. */
    private static final int MOST_LINE = 16 * 1024;

    public GraphMark {
        text = cut(text);
        id = cut(id);
        line = line.length() <= MOST_LINE ? line : "";
    }

    public GraphMark(long millis, Kind kind, String id, String text) {
        this(millis, kind, id, text, "");
    }

    public GraphMark(long millis, Kind kind, String id, String text, String line) {
        this(millis, kind, id, text, line, "");
    }

    /** The same, told of this node. */
    public GraphMark of(String name) {
        return new GraphMark(millis, kind, id, name + ": " + text, line, name);
    }

    /** What a load client said; of any other mark nothing. */
    public LoadTest loadTest() {
        return LoadTest.of(line);
    }

    @Override
    public int compareTo(GraphMark other) {
        return Long.compare(millis, other.millis);
    }

    private static String cut(String text) {
        return text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT - 1) + "…";
    }
}
