package loomchat.loadtest;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Everything a run counts, counted once, here. Users and inboxes add, the tick reads. Totals only rise, gauges at the end. */
final class Tally {
    /** Connects begun, those that became a connection, those that did not. */
    final LongAdder attempts = new LongAdder();

    final LongAdder connected = new LongAdder();
    final LongAdder refused = new LongAdder();
    /** Connects given up on purpose in the middle of the handshake; no attempts. */
    final LongAdder abandoned = new LongAdder();
    /** Connections that ended without anybody here wanting it. */
    final LongAdder broken = new LongAdder();
    /** Connections that the server was right to close. */
    final LongAdder closedAsExpected = new LongAdder();

    final LongAdder matched = new LongAdder();
    final LongAdder leftByPartner = new LongAdder();
    /** Messages that were due; those handed to the socket; those that arrived intact for the first time. */
    final LongAdder intended = new LongAdder();

    final LongAdder sent = new LongAdder();
    final LongAdder delivered = new LongAdder();
    final LongAdder lost = new LongAdder();
    final LongAdder duplicated = new LongAdder();
    final LongAdder reordered = new LongAdder();
    final LongAdder corrupted = new LongAdder();
    final LongAdder misdelivered = new LongAdder();
    /** In flight when somebody left on purpose. */
    final LongAdder cutOff = new LongAdder();
    /** Said before the match and not delivered. */
    final LongAdder unmatched = new LongAdder();
    /** Sent to a partner of whom nothing was ever heard, so that nobody can tell. */
    final LongAdder unconfirmed = new LongAdder();
    /** Messages of people or runs that are not ours. */
    final LongAdder foreign = new LongAdder();
    /** Messages of the server that its protocol does not allow, and promises that it broke. */
    final LongAdder violations = new LongAdder();
    /** Times that somebody began to look for a partner. */
    final LongAdder searches = new LongAdder();

    // chat.v1 only
    /** Connections broken in a chat on purpose, and those after which the chat went on. */
    final LongAdder cuts = new LongAdder();

    final LongAdder resumed = new LongAdder();
    /** Messages that the server said it could not keep for a client that was away. */
    final LongAdder missed = new LongAdder();
    /** Messages that the server did not take at first (too fast, partner away) and that were sent again. */
    final LongAdder refusedMessages = new LongAdder();
    /** Times that a partner was seen typing. */
    final LongAdder typingSeen = new LongAdder();
    /** Of the messages' text, as sent and as it arrived. */
    final LongAdder bytesSent = new LongAdder();

    final LongAdder bytesDelivered = new LongAdder();
    /** Speakers that have sent all that they had to. */
    final LongAdder saidAll = new LongAdder();
    /** On the socket, framing included, of connections that have ended. */
    final LongAdder wireIn = new LongAdder();

    final LongAdder wireOut = new LongAdder();

    // Gauges
    final LongAdder connections = new LongAdder();
    final LongAdder chatting = new LongAdder();

    /** All totals by name, in the order of the output. */
    Map<String, Long> totals() {
        Map<String, Long> totals = new LinkedHashMap<>();
        totals.put("attempts", attempts.sum());
        totals.put("connected", connected.sum());
        totals.put("failed", refused.sum() + broken.sum());
        totals.put("refused", refused.sum());
        totals.put("broken", broken.sum());
        totals.put("closedAsExpected", closedAsExpected.sum());
        totals.put("abandoned", abandoned.sum());
        totals.put("matched", matched.sum());
        totals.put("leftByPartner", leftByPartner.sum());
        totals.put("intended", intended.sum());
        totals.put("sent", sent.sum());
        totals.put("delivered", delivered.sum());
        totals.put("lost", lost.sum());
        totals.put("duplicated", duplicated.sum());
        totals.put("reordered", reordered.sum());
        totals.put("corrupted", corrupted.sum());
        totals.put("misdelivered", misdelivered.sum());
        totals.put("cutOff", cutOff.sum());
        totals.put("unmatched", unmatched.sum());
        totals.put("unconfirmed", unconfirmed.sum());
        totals.put("violations", violations.sum());
        totals.put("foreign", foreign.sum());
        totals.put("searches", searches.sum());
        totals.put("cuts", cuts.sum());
        totals.put("resumed", resumed.sum());
        totals.put("missed", missed.sum());
        totals.put("refusedMessages", refusedMessages.sum());
        totals.put("typingSeen", typingSeen.sum());
        totals.put("bytesSent", bytesSent.sum());
        totals.put("bytesDelivered", bytesDelivered.sum());
        totals.put("wireBytesIn", wireIn.sum());
        totals.put("wireBytesOut", wireOut.sum());
        return totals;
    }
}
