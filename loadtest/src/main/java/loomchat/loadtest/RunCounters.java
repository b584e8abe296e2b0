package loomchat.loadtest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** Everything a run counts, counted once, here. Users and receivers add, the tick reads. Totals only rise; gauges fall too. */
final class RunCounters {
    /** The totals that say that messages were not delivered as they were sent. */
    static final List<String> FAULTS = List.of("lost", "duplicated", "reordered", "corrupted", "misdelivered");

    private final Map<String, LongSupplier> totals = new LinkedHashMap<>();

    // Totals, in the order of the output
    /** Connects begun, those that became a connection, those that did not. */
    final LongAdder attempts = total("attempts");

    final LongAdder connected = total("connected");

    {
        totals.put("failed", () -> this.refused.sum() + this.broken.sum());
    }

    final LongAdder refused = total("refused");
    /** Connections that ended without anybody here wanting it. */
    final LongAdder broken = total("broken");
    /** Connections that the server was right to close. */
    final LongAdder closedAsExpected = total("closedAsExpected");
    /** Connects given up on purpose in the middle of the handshake; no attempts. */
    final LongAdder abandoned = total("abandoned");

    final LongAdder matched = total("matched");
    final LongAdder leftByPartner = total("leftByPartner");
    /** Messages that were due; those handed to the socket; those that arrived intact for the first time. */
    final LongAdder intended = total("intended");

    final LongAdder sent = total("sent");
    final LongAdder delivered = total("delivered");
    final LongAdder lost = total("lost");
    final LongAdder duplicated = total("duplicated");
    final LongAdder reordered = total("reordered");
    final LongAdder corrupted = total("corrupted");
    final LongAdder misdelivered = total("misdelivered");
    /** In flight when somebody left on purpose. */
    final LongAdder cutOff = total("cutOff");
    /** Sent before the match and not delivered. */
    final LongAdder unmatched = total("unmatched");
    /** Sent to a partner of whom nothing was ever heard, so that nobody can tell. */
    final LongAdder unconfirmed = total("unconfirmed");
    /** Messages of the server that its protocol does not allow, and promises that it broke. */
    final LongAdder violations = total("violations");
    /** Messages of people or runs that are not ours. */
    final LongAdder foreign = total("foreign");
    /** Times that somebody began to look for a partner. */
    final LongAdder searches = total("searches");

    // chat.v1 only
    /** Connections broken in a chat on purpose, and those after which the chat went on. */
    final LongAdder cuts = total("cuts");

    final LongAdder resumed = total("resumed");
    /** Messages that the server said it could not keep for a client that was away. */
    final LongAdder missed = total("missed");
    /** Messages that the server did not take at first (too fast, partner away) and that were sent again. */
    final LongAdder refusedMessages = total("refusedMessages");
    /** Times that a partner was seen typing. */
    final LongAdder typingSeen = total("typingSeen");

    /** Of the messages' text, as sent and as it arrived. */
    final LongAdder bytesSent = total("bytesSent");

    final LongAdder bytesDelivered = total("bytesDelivered");
    /** On the socket, framing included, of connections that have ended. */
    final LongAdder wireBytesIn = total("wireBytesIn");

    final LongAdder wireBytesOut = total("wireBytesOut");

    // Not in the output
    /** Senders that have sent all that they had to. */
    final LongAdder saidAll = new LongAdder();
    /** Gauges: connections that are open, chats that are on. */
    final LongAdder connections = new LongAdder();

    final LongAdder chatting = new LongAdder();

    private LongAdder total(String name) {
        LongAdder counter = new LongAdder();
        totals.put(name, counter::sum);
        return counter;
    }

    /** All totals by name, in the order of the output. */
    Map<String, Long> totals() {
        Map<String, Long> sums = new LinkedHashMap<>();
        totals.forEach((name, counter) -> sums.put(name, counter.getAsLong()));
        return sums;
    }

    static long faults(Map<String, Long> totals) {
        return FAULTS.stream().mapToLong(totals::get).sum();
    }
}
