package loomchat.loadtest.measure;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** What a run against several servers that are one cluster counts beside the rest. Any thread adds, the tick reads. */
public final class ClusterCounters {
    private final Map<String, LongSupplier> totals = new LinkedHashMap<>();

    // In the order of the output
    {
        totals.put("killed", () -> this.killedConnections.sum() + this.killedConnects.sum());
    }

    /** Connections that ended because servers are killed on purpose; connects that failed for it. */
    public final LongAdder killedConnections = total("killedConnections");

    public final LongAdder killedConnects = total("killedConnects");
    /** Connections that users gave up because their server asked them to move to another one. */
    public final LongAdder moved = total("moved");
    /** Times that a server could not resume a chat and asked to come again later. */
    public final LongAdder putOff = total("putOff");
    /** Chats that were still to be resumed, and were not. */
    public final LongAdder resumesFailed = total("resumesFailed");
    /** Users who waited at the end although they could have been paired with each other. */
    public final LongAdder stillWaiting = total("stillWaiting");

    ClusterCounters() {}

    private LongAdder total(String name) {
        LongAdder counter = new LongAdder();
        totals.put(name, counter::sum);
        return counter;
    }

    Map<String, LongSupplier> totals() {
        return totals;
    }
}
