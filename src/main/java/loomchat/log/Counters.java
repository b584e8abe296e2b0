package loomchat.log;

import java.util.concurrent.atomic.LongAdder;

/**
 * All counts of a running server, each counted in one place. Connection threads add, the sampler reads.
 *
 * <p>Totals only rise; gauges go up and down. Bytes are those of WebSocket connections, framing included.
 */
public final class Counters {
    // Totals
    public final LongAdder connectionsOpened = new LongAdder();
    public final LongAdder connectionsRefused = new LongAdder();
    public final LongAdder bytesIn = new LongAdder();
    public final LongAdder bytesOut = new LongAdder();
    /** Messages received from clients. */
    public final LongAdder messagesIn = new LongAdder();
    /** Messages handed to a partner's socket. */
    public final LongAdder messagesRelayed = new LongAdder();
    /** Messages said while unmatched. */
    public final LongAdder messagesDropped = new LongAdder();

    // Gauges
    public final LongAdder connections = new LongAdder();
    public final LongAdder waiting = new LongAdder();
    public final LongAdder pairs = new LongAdder();
    /** Calls that are on and that this server records. */
    public final LongAdder calls = new LongAdder();

    Sample.Traffic traffic() {
        return new Sample.Traffic(
                bytesIn.sum(),
                bytesOut.sum(),
                messagesIn.sum(),
                messagesRelayed.sum(),
                messagesDropped.sum(),
                connectionsOpened.sum(),
                connectionsRefused.sum());
    }

    Sample.Visitors visitors() {
        return new Sample.Visitors(connections.sum(), waiting.sum(), pairs.sum(), calls.sum());
    }
}
