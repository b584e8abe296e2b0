package loomchat.chat;

import java.util.function.LongSupplier;
import loomchat.log.Counters;
import loomchat.log.EventLog;

/**
 * Settings, log, counters and clocks that all connections and participants of a server share. Any thread.
 *
 * @param wallClockMillis for the times in the log alone: it may jump
 * @param monotonicClockNanos measures everything that lasts: {@link System#nanoTime}
 */
public record ChatContext(
        Limits limits,
        EventLog log,
        Counters counters,
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
