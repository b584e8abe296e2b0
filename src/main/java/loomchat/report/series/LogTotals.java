package loomchat.report.series;

/**
 * What lines of one log add up to. Owned by one scanning thread; merged by the thread that asked for the scan when all
 * are done. Lines outside {@code from} (inclusive) to {@code to} (exclusive) count for the {@link ChunkEvents} only.
 */
public abstract class LogTotals<T extends LogTotals<T>> {
    final long from;
    final long to;
    ChunkEvents events = new ChunkEvents();

    private long lines;
    private long skipped;
    private long torn;
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;

    LogTotals(long from, long to) {
        this.from = from;
        this.to = to;
    }

    public abstract BucketSeries<?> series();

    /** Adds the sums of another thread or segment; {@link ChunkEvents} are appended in file order instead. */
    public void merge(T other) {
        LogTotals<T> theirs = other;
        restore(theirs.lines, theirs.skipped, theirs.torn);
        seen(theirs.first, theirs.last);
    }

    /** Adds what {@link #lines()}, {@link #skipped()} and {@link #torn()} told of stored totals. */
    public void restore(long storedLines, long storedSkipped, long storedTorn) {
        lines += storedLines;
        skipped += storedSkipped;
        torn += storedTorn;
    }

    public void beginChunk() {
        events = new ChunkEvents();
    }

    /** What the chunk since {@link #beginChunk()} says in file order. */
    public ChunkEvents endChunk() {
        return events;
    }

    public void addLine() {
        lines++;
    }

    /** Counts a line that cannot be read. */
    public void skipLine() {
        lines++;
        skipped++;
    }

    /** Counts an end of a file, after its last newline, that is not a whole line. */
    public void addTornTail() {
        torn++;
    }

    /** Notes that there are lines between these times. */
    public void seen(long start, long end) {
        first = Math.min(first, start);
        last = Math.max(last, end);
    }

    public long lines() {
        return lines;
    }

    /** How many of the lines could not be read. */
    public long skipped() {
        return skipped;
    }

    public long torn() {
        return torn;
    }

    /** The time of the first line, {@link LogTimes#UNKNOWN} without one. */
    public long first() {
        return first == Long.MAX_VALUE ? LogTimes.UNKNOWN : first;
    }

    /** The time of the last line, {@link LogTimes#UNKNOWN} without one. */
    public long last() {
        return last;
    }
}
