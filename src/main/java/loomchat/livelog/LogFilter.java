package loomchat.livelog;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import loomchat.report.history.InvalidQuery;

/**
 * The lines that a reader of the live log wants.
 *
 * @param event null for any; the name of a group stands for all of its events
 * @param session 0 for any; a match, a call and a report belong to both sessions of the pair, a return to the session
 *     before as well
 * @param pair 0 for any: the chat whose events to show
 * @param eachRelay whether each relayed message is shown, and not the sum of a second
 */
public record LogFilter(String event, long session, long pair, boolean eachRelay) {
    public static final LogFilter ALL = new LogFilter(null, 0, 0, false);

    /** The parameters of a request, in the order of an address. */
    public static final List<String> PARAMETERS = List.of("event", "session", "chat", "relays");

    /** The events that can be asked for, by group: all that the log has. */
    static final SequencedMap<String, List<String>> GROUPS = new LinkedHashMap<>();

    private static final String EACH = "each";
    private static final String SUMS = "sums";
    private static final int MOST_DIGITS = 18;

    static {
        GROUPS.put("Visitors", List.of("New Connection", "Disconnected", "Session Revoked"));
        GROUPS.put("Chats", List.of("Matched", LogEntry.RELAY, "Chat Ended", "Chat Resumed"));
        GROUPS.put("Calls", List.of("Call Started", "Call Ended"));
        GROUPS.put("Reports and bans", List.of("Reported", "Blocked", "Banned", "Unbanned", "Operator Action"));
        GROUPS.put("Server", List.of("Server Started", "Server Stopped", "Log Recovered", "Log File Replaced"));
        GROUPS.put("Load tests", List.of("Load Test Started", "Load Test Ended"));
    }

    static List<String> events() {
        return GROUPS.values().stream().flatMap(List::stream).toList();
    }

    /** Parses the parameters of a request; one that is missing or empty means any. */
    public static LogFilter parse(Map<String, String> given) {
        for (String each : given.keySet()) {
            if (!PARAMETERS.contains(each)) {
                throw new InvalidQuery(InvalidQuery.shown(each) + " is not known: event, session, chat and relays are");
            }
        }
        String event = given.getOrDefault("event", "");
        if (!event.isEmpty() && !events().contains(event) && !GROUPS.containsKey(event)) {
            throw new InvalidQuery(
                    "event",
                    event,
                    "one of " + String.join(", ", events()) + ", or a group: " + String.join(", ", GROUPS.keySet()));
        }
        String relays = given.getOrDefault("relays", "");
        if (!List.of("", SUMS, EACH).contains(relays)) {
            throw new InvalidQuery("relays", relays, SUMS + " or " + EACH);
        }
        return new LogFilter(
                event.isEmpty() ? null : event, number(given, "session"), number(given, "chat"), relays.equals(EACH));
    }

    private static long number(Map<String, String> given, String name) {
        String value = given.getOrDefault(name, "");
        if (value.isEmpty()) {
            return 0;
        }
        if (!value.matches("[1-9]\\d{0," + (MOST_DIGITS - 1) + "}")) {
            throw new InvalidQuery(name, value, "a " + name + "'s number, such as 12");
        }
        return Long.parseLong(value);
    }

    LogFilter withSession(long other) {
        return new LogFilter(event, other, pair, eachRelay);
    }

    LogFilter withPair(long other) {
        return new LogFilter(event, session, other, eachRelay);
    }

    /** Its address, which {@link #parse} reads again. */
    String address() {
        List<String> query = new ArrayList<>();
        if (event != null) {
            query.add("event=" + event.replace(' ', '+'));
        }
        if (session > 0) {
            query.add("session=" + session);
        }
        if (pair > 0) {
            query.add("chat=" + pair);
        }
        if (eachRelay) {
            query.add("relays=" + EACH);
        }
        return query.isEmpty() ? "/logs" : "/logs?" + String.join("&", query);
    }

    boolean isAll() {
        return event == null && session == 0 && pair == 0;
    }

    /** The events that are accepted; empty for any. */
    private List<String> wanted() {
        return event == null ? List.of() : GROUPS.getOrDefault(event, List.of(event));
    }

    /** Numbers begin again with each start of the server: what is followed by its number shows the starts between. */
    boolean showsStarts() {
        return event == null && !isAll();
    }

    boolean accepts(LogEntry entry) {
        return showsStarts() && entry.isStart()
                || (event == null || wanted().contains(entry.event()))
                        && (session == 0 || session == entry.session() || session == entry.partner())
                        && (pair == 0 || pair == entry.pair());
    }

    boolean accepts(RelayLine line) {
        return (event == null || wanted().contains(LogEntry.RELAY))
                && (session == 0 || session == line.session())
                && (pair == 0 || pair == line.pair());
    }

    /**
     * Bytes of which every accepted line of the server contains at least one: most lines without them need no parsing.
     */
    List<byte[]> needles() {
        List<String> texts = new ArrayList<>();
        if (session > 0 || pair > 0) {
            texts.add(":" + (session > 0 ? session : pair));
        }
        if (showsStarts()) {
            texts.add(name(LogEntry.START));
        }
        if (texts.isEmpty()) {
            wanted().forEach(each -> texts.add(name(each)));
        }
        return texts.stream().map(each -> each.getBytes(StandardCharsets.UTF_8)).toList();
    }

    private static String name(String event) {
        return "\"event\":\"" + event + "\"";
    }
}
