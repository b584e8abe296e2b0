package loomchat.livelog;

import java.util.Locale;
import java.util.Map;

/** What sort of event a line tells of, for its icon and colour. */
public enum LogKind {
    ARRIVAL,
    DEPARTURE,
    MATCH,
    MESSAGE,
    CHAT_END,
    RESUME,
    CALL,
    /** A visitor complained of another one: a report or a block. */
    COMPLAINT,
    BAN,
    OPERATOR,
    SERVER,
    LOAD_TEST,
    TROUBLE;

    private static final Map<String, LogKind> KINDS = Map.ofEntries(
            Map.entry("New Connection", ARRIVAL),
            Map.entry("Disconnected", DEPARTURE),
            Map.entry("Session Revoked", BAN),
            Map.entry("Matched", MATCH),
            Map.entry(LogEntry.RELAY, MESSAGE),
            Map.entry("Chat Ended", CHAT_END),
            Map.entry("Chat Resumed", RESUME),
            Map.entry("Reported", COMPLAINT),
            Map.entry("Blocked", COMPLAINT),
            Map.entry("Call Started", CALL),
            Map.entry("Call Ended", CALL),
            Map.entry("Banned", BAN),
            Map.entry("Unbanned", OPERATOR),
            Map.entry("Operator Action", OPERATOR),
            Map.entry("Server Started", SERVER),
            Map.entry("Server Stopped", SERVER),
            Map.entry("Load Test Started", LOAD_TEST),
            Map.entry("Load Test Ended", LOAD_TEST));

    /** @param reason empty if the event has none */
    static LogKind of(String event, String reason) {
        boolean blocked = event.equals("Chat Ended") && reason.equals("block");
        return blocked ? COMPLAINT : KINDS.getOrDefault(event, TROUBLE);
    }

    /** Its name in styles and in events. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
