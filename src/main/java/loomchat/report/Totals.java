package loomchat.report;

/**
 * What lines of one log add up to. Owned by one scanning thread; merged by the thread that asked for the scan when all
 * are done. Lines outside {@code from} (inclusive) to {@code to} (exclusive) count for the {@link ChunkEvents} only.
 */
abstract class Totals<T extends Totals<T>> {
    final long from;
    final long to;
    ChunkEvents events = new ChunkEvents();

    private long lines;
    private long skipped;
    private long torn;
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;

    Totals(long from, long to) {
        this.from = from;
        this.to = to;
    }

    abstract BucketSeries<?> series();

    /** Adds the sums of another thread or segment; {@link ChunkEvents} are appended in file order instead. */
    void merge(T other) {
        Totals<T> theirs = other;
        restore(theirs.lines, theirs.skipped, theirs.torn);
        seen(theirs.first, theirs.last);
    }

    /** Adds what {@link #lines()}, {@link #skipped()} and {@link #torn()} told of stored totals. */
    void restore(long storedLines, long storedSkipped, long storedTorn) {
        lines += storedLines;
        skipped += storedSkipped;
        torn += storedTorn;
    }

    void beginChunk() {
        events = new ChunkEvents();
    }

    /** What the chunk since {@link #beginChunk()} says in file order. */
    ChunkEvents endChunk() {
        return events;
    }

    void addLine() {
        lines++;
    }

    /** Counts a line that cannot be read. */
    void skipLine() {
        lines++;
        skipped++;
    }

    /** Counts an end of a file, after its last newline, that is not a whole line. */
    void addTornTail() {
        torn++;
    }

    /** Notes that there are lines between these times. */
    void seen(long start, long end) {
        first = Math.min(first, start);
        last = Math.max(last, end);
    }

    long lines() {
        return lines;
    }

    /** How many of the lines could not be read. */
    long skipped() {
        return skipped;
    }

    long torn() {
        return torn;
    }

    /** The time of the first line, {@link LogTimes#UNKNOWN} without one. */
    long first() {
        return first == Long.MAX_VALUE ? LogTimes.UNKNOWN : first;
    }

    /** The time of the last line, {@link LogTimes#UNKNOWN} without one. */
    long last() {
        return last;
    }
}
