package loomchat.livelog;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import loomchat.report.scan.JsonLine;

/** Whether a filter accepts a line; parses only those that may be accepted. One thread. */
final class LineMatcher {
    private static final String TIME = "{\"time\":\"";

    private final LogFilter filter;
    private final List<byte[]> needles;
    private final JsonLine json;

    LineMatcher(LogFilter filter, JsonLine json) {
        this.filter = filter;
        this.needles = filter.needles();
        this.json = json;
    }

    boolean matches(byte[] bytes, int from, int to) {
        return filter.isAll() || contains(bytes, from, to) && filter.accepts(LogEntry.of(json, bytes, from, to));
    }

    /** The time of a line of the server; empty for another line. */
    static String time(byte[] bytes, int from, int to) {
        int start = from + TIME.length();
        int end = start + "2026-11-24T01:50:42.123Z".length();
        if (end > to || !new String(bytes, from, TIME.length(), StandardCharsets.US_ASCII).equals(TIME)) {
            return "";
        }
        String time = new String(bytes, start, end - start, StandardCharsets.US_ASCII);
        return time.matches("[0-9T:.-]+Z") ? time : "";
    }

    /** All needles begin with a sign that few bytes of a line are. */
    private boolean contains(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at++) {
            if (bytes[at] == ':' || bytes[at] == '"') {
                for (byte[] needle : needles) {
                    int end = at + needle.length;
                    if (end <= to && Arrays.equals(bytes, at, end, needle, 0, needle.length)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
