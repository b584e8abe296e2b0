package loomchat.chat;

import java.util.function.LongSupplier;
import loomchat.chat.visitor.Visitors;
import loomchat.counters.Counters;
import loomchat.identity.Authenticator;
import loomchat.log.EventLog;

/**
 * Settings, log, counters, visitors and clocks that all connections and participants of a server share. Any thread.
 *
 * @param authenticator checks the tokens that visitors show while they are connected
 * @param wallClockMillis for the times in the log alone: it may jump
 * @param monotonicClockNanos measures everything that lasts: {@link System#nanoTime}
 */
public record ChatContext(
        Limits limits,
        EventLog log,
        Counters counters,
        Visitors visitors,
        Authenticator authenticator,
        LongSupplier wallClockMillis,
        LongSupplier monotonicClockNanos) {
    /** The wall clock. */
    public long millis() {
        return wallClockMillis.getAsLong();
    }

    public long monotonicNanos() {
        return monotonicClockNanos.getAsLong();
    }

    public long monotonicMillis() {
        return Math.floorDiv(monotonicNanos(), 1_000_000L);
    }
}
