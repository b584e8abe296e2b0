package loomchat.loadtest.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import loomchat.loadtest.measure.Measurements;

/**
 * The server's own counts before and after a run, or a share of one, to be compared with what the client saw. They
 * include all shares of a run, so that the earliest before and the latest after belong to the whole run.
 *
 * @param echo whether the server returned every message to its sender, so that it matched nobody
 * @param others how many were connected before; to a share these may be clients of other shares
 */
public record Reconciliation(boolean echo, Map<String, Long> before, Map<String, Long> after, long others) {
    private static final String CONNECTIONS = "connections";

    static final List<String> COUNTS = List.of(CONNECTIONS, "matches", "messages", "bytes", "disconnects");
    /** What only newer servers count. */
    static final List<String> COUNTS_OF_CALLS = List.of("calls", "callsEnded");

    /** One count of the server, and the range in which it must lie after what the client saw. */
    public record Comparison(String what, long least, long most, long server) {
        public boolean agrees() {
            return server >= least && server <= most;
        }

        public String verdict() {
            return agrees() ? "agrees" : "DIFFERS";
        }

        /** The range as text. */
        public String seen() {
            return least == most ? "%,d".formatted(least) : "%,d to %,d".formatted(least, most);
        }

        public String shown() {
            return "%-12s %s %,d, seen here: %s%s".formatted(what, verdict(), server, seen(), difference());
        }

        private String difference() {
            long off = server < least ? server - least : server > most ? server - most : 0;
            return off == 0 ? "" : " (%+,d)".formatted(off);
        }
    }

    /** This share's counts and another's. The first to ask found nobody of the run there. */
    public Reconciliation with(Reconciliation other) {
        int later = Long.compare(before.getOrDefault(CONNECTIONS, 0L), other.before.getOrDefault(CONNECTIONS, 0L));
        return new Reconciliation(
                echo,
                joined(before, other.before, Math::min),
                joined(after, other.after, Math::max),
                later == 0 ? Math.min(others, other.others) : later < 0 ? others : other.others);
    }

    /** For the notes of a whole run or of a share; empty where nobody was connected before. */
    public static List<String> noteOfOthers(long others, boolean whole) {
        if (others == 0) {
            return List.of();
        }
        String connected = "%s connected to the server at the start"
                .formatted(others == 1 ? "somebody else was" : "%,d others were".formatted(others));
        return List.of(connected
                + (whole ? "; what they do is in the server's count too" : ", perhaps clients of other shares"));
    }

    private static Map<String, Long> joined(Map<String, Long> one, Map<String, Long> two, BinaryOperator<Long> by) {
        Map<String, Long> joined = new LinkedHashMap<>(one);
        two.forEach((name, count) -> joined.merge(name, count, by));
        return joined;
    }

    private long counted(String name) {
        return after.getOrDefault(name, 0L) - before.getOrDefault(name, 0L);
    }

    public List<Comparison> compare(Measurements m) {
        List<Comparison> all = new ArrayList<>();
        long connected = m.total("connected");
        compare("connections", connected, connected + m.total("refused"), all);
        if (!echo) {
            compareMatches(m, all);
            compareMessages(m, all);
        }
        compareEnds("disconnects", all.getFirst(), all);
        if (m.totals().containsKey("callsTold")) {
            compareCalls(m, all);
        }
        return all;
    }

    private void compare(String what, long least, long most, List<Comparison> all) {
        all.add(new Comparison(what, least, most, counted(what)));
    }

    /** Each match is announced to both users, unless one of them vanished before or is somebody else. */
    private void compareMatches(Measurements m, List<Comparison> all) {
        long told = m.total("matched");
        long least = (told + 1) / 2;
        compare("matches", least, Math.max(least, told / 2 + untold(m)), all);
    }

    private static long untold(Measurements m) {
        return m.total("searches") - m.total("matched");
    }

    /** Whether somebody who is not of the run was on the server while it went on, as far as the counts tell. */
    boolean hadOthers(Measurements m) {
        boolean metOne = !echo && m.total("matched") % 2 != 0 && untold(m) == 0;
        return metOne || m.total("foreign") > 0 || counted("connections") > m.total("connected") + m.total("refused");
    }

    /** For the notes of a whole run; empty where nobody is known to have used the server beside it. */
    public List<String> noteOfUsers(Measurements m) {
        return hadOthers(m)
                ? List.of(
                        "others used the server while the run went on, and what they did is in the server's count too")
                : List.of();
    }

    /** Each call is told to both users, unless one of them is gone before; with their chats, all have ended. */
    private void compareCalls(Measurements m, List<Comparison> all) {
        long told = m.total("callsTold");
        compare("calls", (told + 1) / 2, told / 2 + m.total("callsUntold"), all);
        compareEnds("callsEnded", all.getLast(), all);
    }

    /** All that has begun has ended; where the client did not see as many begin, nor has it seen them end. */
    private void compareEnds(String what, Comparison begun, List<Comparison> all) {
        if (begun.agrees()) {
            compare(what, begun.server, begun.server, all);
        } else {
            compare(what, begun.least, begun.most, all);
        }
    }

    /** The server may or may not have sent a message that was cut off. */
    private void compareMessages(Measurements m, List<Comparison> all) {
        long seen = m.total("delivered") + m.total("duplicated") + m.total("corrupted") + m.total("misdelivered");
        long unseen = m.total("cutOff") + m.total("unconfirmed") + m.total("lost") + m.total("notTaken");
        compare("messages", seen, seen + unseen, all);
        long sent = m.total("bytesSent");
        boolean exact = seen == m.total("sent") && unseen == 0;
        compare("bytes", exact ? sent : m.total("bytesDelivered"), sent, all);
    }

    /** Whether every connection has ended. */
    boolean isQuiet() {
        return counted("connections") == counted("disconnects");
    }
}
