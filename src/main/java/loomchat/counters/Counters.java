package loomchat.counters;

import java.util.concurrent.atomic.LongAdder;

/**
 * What connections count. Totals only rise; gauges go up and down. Bytes are those of WebSocket connections, framing
 * included.
 */
public final class Counters {
    // Totals
    /** By protocol. */
    public final LabelledCount connectionsOpened = new LabelledCount("plain", "chat.v1", "echo");
    /** Handshakes and sockets, by the reason. */
    public final LabelledCount connectionsRefused = new LabelledCount(
            "unready", "full", "sockets", "address-connections", "address-handshakes", "origin", "token", "error");

    public final LongAdder bytesIn = new LongAdder();
    public final LongAdder bytesOut = new LongAdder();
    /** Messages received from clients. */
    public final LongAdder messagesIn = new LongAdder();
    /** Messages handed to a partner's socket. */
    public final LongAdder messagesRelayed = new LongAdder();
    /** Messages said while unmatched. */
    public final LongAdder messagesDropped = new LongAdder();

    /** Clients that wanted to go on with their chat, and could not. */
    public final LongAdder resumesRefused = new LongAdder();

    /** From the read of a message until the partner's socket has it; a part of all messages. */
    public final Durations relayHere = Durations.ofMicros();
    /** The same until it is on its way to another server. */
    public final Durations relayElsewhere = Durations.ofMicros();

    /** Visitors' sessions, by what became of a request. */
    public final LabelledCount sessions = new LabelledCount("created", "refreshed", "replayed", "ended", "refused");

    // Gauges
    /** By protocol. */
    public final LabelledCount connections = new LabelledCount("plain", "chat.v1", "echo");

    public final LongAdder waiting = new LongAdder();
    public final LongAdder pairs = new LongAdder();
    /** Calls that are on and that this server records. */
    public final LongAdder calls = new LongAdder();
}
