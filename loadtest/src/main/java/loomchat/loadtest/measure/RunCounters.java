package loomchat.loadtest.measure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Everything that a run counts. Users and senders add, the tick reads. Totals only rise; gauges fall too. */
public final class RunCounters {
    /** The totals of messages that were not delivered as they were sent. */
    public static final List<String> FAULTS = List.of("lost", "duplicated", "reordered", "corrupted", "misdelivered");
    /** The totals of what the server did to identities and must not do. */
    public static final List<String> IDENTITY_FAULTS =
            List.of("lockedOut", "replaysMissed", "forgeriesAccepted", "expiriesMissed");

    /** The totals of signals of calls that did not arrive as they should. */
    public static final List<String> CALL_FAULTS = List.of(
            "signalsLost",
            "signalsDuplicated",
            "signalsReordered",
            "signalsAltered",
            "signalsMisdelivered",
            "signalsMistimed");

    /** Behind the name of a total: as much of it as came while messages were sent. */
    static final String IN_TIME = "InTime";

    private final Map<String, LongSupplier> totals = new LinkedHashMap<>();
    private final boolean isCluster;

    // Totals, in the order of the output
    /** Connects begun, those that became a connection, those that did not. */
    public final LongAdder attempts = total("attempts");

    public final LongAdder connected = total("connected");

    {
        totals.put("failed", () -> this.refused.sum() + this.broken.sum());
    }

    public final LongAdder refused = total("refused");
    /** Connections that ended although the client kept them open. */
    public final LongAdder broken = total("broken");
    /** Connections that the server was right to close. */
    public final LongAdder closedAsExpected = total("closedAsExpected");
    /** Users who were due and never had a connection. */
    public final LongAdder neverConnected = total("neverConnected");
    /** Connects given up on purpose in the middle of the handshake; no attempts. */
    public final LongAdder abandoned = total("abandoned");

    public final LongAdder matched = total("matched");
    /** Users who were there together for a while at the end, and of whom nobody was ever matched. */
    public final LongAdder neverMatched = total("neverMatched");

    public final LongAdder leftByPartner = total("leftByPartner");
    /** Messages that were due; those handed to the socket; those that arrived intact for the first time. */
    public final LongAdder intended = total("intended");
    /** Messages that a rate over all users has asked for so far, 0: there is none. The tick adds. */
    public final LongAdder asked = total("asked");

    public final LongAdder sent = total("sent");
    public final LongAdder delivered = total("delivered");
    private final InTime deliveredInTime = inTime("delivered", delivered);
    public final LongAdder lost = total("lost");
    public final LongAdder duplicated = total("duplicated");
    public final LongAdder reordered = total("reordered");
    public final LongAdder corrupted = total("corrupted");
    public final LongAdder misdelivered = total("misdelivered");
    /** On their way when a user left on purpose. */
    public final LongAdder cutOff = total("cutOff");
    /** Refused by the server, and not sent again with success. */
    public final LongAdder notTaken = total("notTaken");
    /** Sent before the match and not delivered. */
    public final LongAdder unmatched = total("unmatched");
    /** Sent to a partner of whom nothing is known, and who may have left on purpose. */
    public final LongAdder unconfirmed = total("unconfirmed");
    /** Messages of the server that its protocol does not allow, and promises that it broke. */
    public final LongAdder violations = total("violations");
    /** Messages of other runs or of strangers to the load test. */
    public final LongAdder foreign = total("foreign");
    /** Those of {@link #foreign} that another load test sent. */
    public final LongAdder ofOtherRuns = new LongAdder();
    /** Searches for a partner. */
    public final LongAdder searches = total("searches");

    // chat.v1 only
    /** Connections broken in a chat on purpose, and resumes of such chats. */
    public final LongAdder cuts = total("cuts");

    public final LongAdder resumed = total("resumed");
    /** Messages that the server said it could not keep for a client that was away. */
    public final LongAdder missed = total("missed");
    /** Messages that the server refused at first (too fast, partner away) and that were sent again. */
    public final LongAdder refusedMessages = total("refusedMessages");
    /** Times that the server said that the partner types. */
    public final LongAdder typingSeen = total("typingSeen");

    /** Of the messages' text, as sent and as it arrived. */
    public final LongAdder bytesSent = total("bytesSent");

    public final LongAdder bytesDelivered = total("bytesDelivered");
    private final InTime bytesDeliveredInTime = inTime("bytesDelivered", bytesDelivered);
    /** On the socket, framing included, of connections that have ended. */
    public final LongAdder wireBytesIn = total("wireBytesIn");

    public final LongAdder wireBytesOut = total("wireBytesOut");

    /** In the output only of runs with identities. */
    public final IdentityCounters identities = new IdentityCounters();
    /** In the output only of runs against a cluster. */
    public final ClusterCounters cluster = new ClusterCounters();

    /** In the output only of runs with calls. */
    public final CallCounters calls = new CallCounters();

    // Not in the output
    /** Senders that have sent all of their messages. */
    public final LongAdder sentAll = new LongAdder();
    /** Gauges: connections that are open, chats that are on, users who are coming back to a chat after a cut. */
    public final LongAdder connections = new LongAdder();

    private final LongAccumulator mostConnected = new LongAccumulator(Math::max, 0);

    {
        totals.put("mostConnected", mostConnected::get);
    }

    public final LongAdder chatting = new LongAdder();
    public final LongAdder away = new LongAdder();

    public RunCounters() {
        this(false, false, false);
    }

    /**
     * @param identities whether users of the run have identities
     * @param cluster whether the servers are one cluster
     * @param calls whether users of the run call each other
     */
    public RunCounters(boolean identities, boolean cluster, boolean calls) {
        isCluster = cluster;
        if (identities) {
            totals.putAll(this.identities.totals());
        }
        if (cluster) {
            totals.putAll(this.cluster.totals());
        }
        if (calls) {
            totals.putAll(this.calls.totals());
        }
    }

    /** One connection more is open. */
    public void opened() {
        connections.increment();
        mostConnected.accumulate(connections.sum());
    }

    public boolean isCluster() {
        return isCluster;
    }

    /** The time of sending is over: what arrives from now on came late. */
    public void endSending() {
        deliveredInTime.end();
        bytesDeliveredInTime.end();
    }

    /** What a counter says while messages are sent. */
    private static final class InTime implements LongSupplier {
        private final LongAdder counter;
        private volatile long atTheEnd = -1;

        InTime(LongAdder counter) {
            this.counter = counter;
        }

        void end() {
            atTheEnd = counter.sum();
        }

        @Override
        public long getAsLong() {
            return atTheEnd < 0 ? counter.sum() : atTheEnd;
        }
    }

    private InTime inTime(String name, LongAdder counter) {
        InTime inTime = new InTime(counter);
        totals.put(name + IN_TIME, inTime);
        return inTime;
    }

    private LongAdder total(String name) {
        LongAdder counter = new LongAdder();
        totals.put(name, counter::sum);
        return counter;
    }

    /** All totals by name, in the order of the output. */
    public Map<String, Long> totals() {
        Map<String, Long> sums = new LinkedHashMap<>();
        totals.forEach((name, counter) -> sums.put(name, counter.getAsLong()));
        return sums;
    }

    public static long faults(Map<String, Long> totals) {
        return Stream.of(FAULTS, IDENTITY_FAULTS, CALL_FAULTS)
                .flatMap(List::stream)
                .mapToLong(each -> totals.getOrDefault(each, 0L))
                .sum();
    }
}
