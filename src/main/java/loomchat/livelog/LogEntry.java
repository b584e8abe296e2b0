package loomchat.livelog;

import java.nio.charset.StandardCharsets;
import loomchat.report.scan.JsonLine;

/**
 * What the live log shows of one line: its fields, or the whole line if it is not a line of the log.
 *
 * @param session 0 if the line has none
 */
public record LogEntry(String time, String event, String details, long seq, long session, long partner) {
    private static final int LONGEST_TEXT = 500;

    static LogEntry of(JsonLine json, byte[] bytes, int from, int to) {
        if (!json.read(bytes, from, to) || json.string("event") == null) {
            String line = new String(bytes, from, Math.min(to - from, LONGEST_TEXT), StandardCharsets.UTF_8);
            return new LogEntry("", "Unreadable line", line, 0, 0, 0);
        }
        return new LogEntry(
                cut(json.string("time", "")),
                cut(json.string("event")),
                cut(json.string("details", "")),
                Math.max(0, json.wholeNumber("seq")),
                Math.max(0, json.wholeNumber("session")),
                Math.max(0, json.wholeNumber("partner")));
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT - 1) + "…";
    }
}
