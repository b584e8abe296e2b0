package loomchat.loadtest.measure;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * How many errors there were of each kind, and the first example of each kind. Any thread adds. Bounded: kinds above
 * {@link #MOST_KINDS} count as "other".
 */
public final class ErrorCounts {
    private static final int MOST_KINDS = 64;
    private static final int MOST_EXAMPLE = 300;

    private final Map<String, LongAdder> kinds = new ConcurrentHashMap<>();
    private final Map<String, String> examples = new ConcurrentSkipListMap<>();

    /** @param details asked for when there is no example of that kind yet */
    public void connectFailed(String kind, Supplier<String> details) {
        String what = "connect: " + kind;
        add(what, hasExample(what) ? "" : details.get());
    }

    /** A connection ended that the client did not end. */
    public void broke(String kind, String details, boolean matched) {
        add((matched ? "chatting: " : "waiting: ") + kind, details);
    }

    /** The server closed a connection that it should have kept open. */
    public void closed(int code, String reason, boolean matched) {
        String what = code == 1006 ? "closed without a close frame" : "close code " + code;
        broke(what, reason.isEmpty() ? what : what + " " + reason, matched);
    }

    public void example(String fault, String details) {
        if (examples.size() < MOST_KINDS) {
            examples.putIfAbsent(fault, shortened(details));
        }
    }

    public boolean hasExample(String fault) {
        return examples.containsKey(fault);
    }

    /** The server refused something, as its protocol allows. */
    public void serverError(String code) {
        add("told: " + code, "");
    }

    /** A visitor who keeps to the rules met a refusal. */
    public void lockedOut(String how, String details) {
        add("locked out: " + how, details);
    }

    /** A request to the server's sessions went wrong. */
    public void session(String kind, String details) {
        add("session: " + kind, details);
    }

    /** The server broke the protocol. */
    public void protocol(String what, String details) {
        add("protocol: " + what, details);
    }

    public Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        kinds.forEach((kind, count) -> counts.put(kind, count.sum()));
        return counts;
    }

    public Map<String, String> examples() {
        return new TreeMap<>(examples);
    }

    private void add(String kind, String details) {
        String key = kinds.size() < MOST_KINDS || kinds.containsKey(kind) ? kind : "other";
        kinds.computeIfAbsent(key, k -> new LongAdder()).increment();
        if (!details.isEmpty()) {
            example(key, details);
        }
    }

    private static String shortened(String text) {
        return text.length() <= MOST_EXAMPLE ? text : text.substring(0, MOST_EXAMPLE) + "…";
    }
}
