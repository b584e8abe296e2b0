package loomchat.net;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A connection as a stream of bytes with blocking reads and writes. One thread reads; writers exclude each other
 * themselves; any thread may {@link #close} or {@link #abort}, which ends blocked calls.
 */
public interface ByteStream extends AutoCloseable {
    /** A wait without a deadline: {@link System#nanoTime} never gets there. */
    long NO_DEADLINE = Long.MAX_VALUE;

    int LINGER_READS = 256;
    /** For input that nobody looks at. */
    ObjectPool<ByteBuffer> LINGER_BUFFERS = new ObjectPool<>(16, () -> ByteBuffer.allocate(4096), dropped -> {});

    /**
     * Waits until {@link #read} would return at once, also because of the end of the stream.
     *
     * @param deadlineNanos on the clock of {@link System#nanoTime}, or {@link #NO_DEADLINE}
     * @return false when the deadline came first
     */
    boolean awaitReadable(long deadlineNanos) throws IOException;

    /** Reads at least one byte into the heap buffer, waiting for it; -1 at the end of the stream. */
    int read(ByteBuffer into) throws IOException;

    /** Writes all of it, waiting for room. */
    void write(byte[] from, int offset, int length) throws IOException;

    /**
     * Writes as many of the bytes as there is room for now, and returns how many. After 0 the stream is as before;
     * after a part of them only the rest may be written.
     */
    int writeNow(byte[] from, int offset, int length) throws IOException;

    /** {@link System#nanoTime} since which a write has waited for room, or 0 when none does. */
    long writeBlockedSince();

    /** No more will be written; the peer reads an end of stream. */
    void shutdownOutput() throws IOException;

    /**
     * Shuts the output down, then reads and drops further input until the peer has closed as well or the deadline
     * comes: unread input would cause a reset, which may overtake the last bytes written. Bounded also for a peer that
     * never stops.
     */
    default void linger(long deadlineNanos) throws IOException {
        shutdownOutput();
        for (int i = 0; i < LINGER_READS && awaitReadable(deadlineNanos); i++) {
            // Taken only when there is input: thousands may linger at once.
            ByteBuffer dropped = LINGER_BUFFERS.take().clear();
            try {
                if (read(dropped) < 0) {
                    return;
                }
            } finally {
                LINGER_BUFFERS.giveBack(dropped);
            }
            Thread.yield();
        }
    }

    @Override
    void close();

    /** Closes with a reset instead of an orderly end. */
    void abort();
}
