package loomchat.livelog;

import java.nio.charset.StandardCharsets;
import java.util.List;
import loomchat.report.history.InvalidQuery;

/**
 * The lines that a reader of the live log wants.
 *
 * @param event null for any
 * @param session 0 for any; a match and a call belong to both sessions of the pair
 */
public record LogFilter(String event, long session) {
    public static final LogFilter ALL = new LogFilter(null, 0);

    /** The events that can be asked for. */
    public static final List<String> EVENTS = List.of(
            "New Connection",
            "Matched",
            "Message Relay",
            "Chat Ended",
            "Call Started",
            "Call Ended",
            "Disconnected",
            "Reported",
            "Banned",
            "Unbanned",
            "Operator Action",
            "Server Started",
            "Server Stopped",
            "Log Recovered",
            "Log File Replaced",
            "Load Test Started",
            "Load Test Ended");

    private static final int MOST_DIGITS = 18;

    /** Parses the parameters of a request; null and empty mean any. */
    public static LogFilter parse(String event, String session) {
        String name = event == null || event.isEmpty() ? null : event;
        if (name != null && !EVENTS.contains(name)) {
            throw new InvalidQuery("event", name, "one of " + String.join(", ", EVENTS));
        }
        if (session == null || session.isEmpty()) {
            return new LogFilter(name, 0);
        }
        if (!session.matches("[1-9]\\d{0," + (MOST_DIGITS - 1) + "}")) {
            throw new InvalidQuery("session", session, "a session's number, such as 12");
        }
        return new LogFilter(name, Long.parseLong(session));
    }

    boolean isAll() {
        return event == null && session == 0;
    }

    boolean accepts(LogEntry entry) {
        return (event == null || event.equals(entry.event()))
                && (session == 0 || session == entry.session() || session == entry.partner());
    }

    /** Bytes that every accepted line of the server contains: most lines without them need no parsing. */
    byte[] needle() {
        String text = session > 0 ? ":" + session : event == null ? "" : "\"" + event + "\"";
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
