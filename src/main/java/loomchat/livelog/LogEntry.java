package loomchat.livelog;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import loomchat.report.scan.JsonLine;

/**
 * What the live log shows of one line: its fields, or the whole line if it is not a line of the log. Or the sum of a
 * second's relayed messages. Numbers are 0 where the line has none.
 *
 * @param time as in the line; of a sum the second, without milliseconds
 * @param partner the other session of a pair, or the one that a visitor had before
 * @param pair the chat
 * @param messages how many a sum adds up; 0 for a line
 * @param bytes of those messages
 */
public record LogEntry(
        String time,
        String event,
        LogKind kind,
        String details,
        long seq,
        long session,
        long partner,
        long pair,
        long messages,
        long bytes) {
    static final String RELAY = "Message Relay";
    static final String START = "Server Started";

    private static final int LONGEST_TEXT = 500;

    static LogEntry of(JsonLine json, byte[] bytes, int from, int to) {
        if (!json.read(bytes, from, to) || json.string("event") == null) {
            String line = new String(bytes, from, Math.min(to - from, LONGEST_TEXT), StandardCharsets.UTF_8);
            return new LogEntry("", "Unreadable line", LogKind.TROUBLE, line, 0, 0, 0, 0, 0, 0);
        }
        String event = json.string("event");
        return new LogEntry(
                cut(json.string("time", "")),
                cut(event),
                LogKind.of(event, json.string("reason", "")),
                cut(details(json)),
                number(json, "seq"),
                number(json, "session"),
                Math.max(number(json, "partner"), number(json, "from")),
                number(json, "pair"),
                0,
                0);
    }

    /** @param second such as {@code 2026-11-24T01:50:42} */
    static LogEntry sum(String second, long messages, long bytes) {
        String details = String.format(
                Locale.ROOT, "%,d %s relayed, %s", messages, messages == 1 ? "message" : "messages", size(bytes));
        return new LogEntry(second + "Z", RELAY, LogKind.MESSAGE, details, 0, 0, 0, 0, messages, bytes);
    }

    boolean isSum() {
        return messages > 0;
    }

    boolean isStart() {
        return event.equals(START);
    }

    boolean isBefore(String second) {
        return time.compareTo(second) < 0;
    }

    /** With the identity of somebody who was reported or blocked, which an operator needs for a ban. */
    private static String details(JsonLine json) {
        String details = json.string("details", "");
        String reported = json.string("partnerIdentity");
        return reported == null
                ? details
                : details + "; identity of session " + number(json, "partner") + ": " + reported;
    }

    private static String size(long bytes) {
        if (bytes < 1_000) {
            return bytes + " B";
        }
        double value = bytes / 1e3;
        String unit = "kB";
        for (String each : new String[] {"MB", "GB"}) {
            if (value >= 999.5) {
                value /= 1e3;
                unit = each;
            }
        }
        return String.format(Locale.ROOT, value < 9.95 ? "%.1f %s" : "%.0f %s", value, unit);
    }

    private static long number(JsonLine json, String name) {
        return Math.max(0, json.wholeNumber(name));
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT - 1) + "…";
    }
}
