package loomchat.livelog;

import java.util.Arrays;
import loomchat.report.scan.JsonLine;

/** Whether a filter accepts a line; parses only those that may be accepted. One thread. */
final class LineMatcher {
    private final LogFilter filter;
    private final byte[] needle;
    private final JsonLine json;

    LineMatcher(LogFilter filter, JsonLine json) {
        this.filter = filter;
        this.needle = filter.needle();
        this.json = json;
    }

    boolean matches(byte[] bytes, int from, int to) {
        return filter.isAll() || contains(bytes, from, to) && filter.accepts(LogEntry.of(json, bytes, from, to));
    }

    private boolean contains(byte[] bytes, int from, int to) {
        for (int at = from; at <= to - needle.length; at++) {
            if (bytes[at] == needle[0] && Arrays.equals(bytes, at, at + needle.length, needle, 0, needle.length)) {
                return true;
            }
        }
        return false;
    }
}
