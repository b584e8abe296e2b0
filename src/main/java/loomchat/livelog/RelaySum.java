package loomchat.livelog;

import java.nio.charset.StandardCharsets;

/**
 * The messages of one second, added up. Lines come in the order of the file, forwards or backwards; a line whose time
 * differs by a moment in the wrong direction counts for the second that is open. One thread at a time.
 */
final class RelaySum {
    private byte[] second;
    private long messages;
    private long bytes;
    private boolean changed;

    boolean isOpen() {
        return second != null;
    }

    /** Whether something was added since {@link #entry} was asked for. */
    boolean isChanged() {
        return changed;
    }

    /** Whether the line belongs to a later second; true if none is open. */
    boolean isBefore(RelayLine line) {
        return second == null || line.compareSecond(second) > 0;
    }

    /** Whether the line belongs to an earlier second; true if none is open. */
    boolean isAfter(RelayLine line) {
        return second == null || line.compareSecond(second) < 0;
    }

    /** Begins a second without messages. */
    void open(RelayLine line) {
        second = line.second().getBytes(StandardCharsets.ISO_8859_1);
        messages = 0;
        bytes = 0;
    }

    /** Goes on with a second of which a part was counted already. */
    void open(LogEntry sum) {
        second = sum.time().substring(0, RelayLine.SECOND).getBytes(StandardCharsets.ISO_8859_1);
        messages = sum.messages();
        bytes = sum.bytes();
    }

    void add(RelayLine line) {
        messages++;
        bytes += line.bytes();
        changed = true;
    }

    String second() {
        return new String(second, StandardCharsets.ISO_8859_1);
    }

    /** The second so far. */
    LogEntry entry() {
        changed = false;
        return LogEntry.sum(second(), messages, bytes);
    }

    void close() {
        second = null;
        changed = false;
    }
}
