package loomchat.report.series;

/**
 * What lines of one log add up to. One scanning thread owns it; the thread that asked for the scan merges those of
 * all threads. Lines outside {@code from} (inclusive) to {@code to} (exclusive) count for {@link ChunkEvents} only.
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

    /**
     * Adds everything of another thread or segment but {@link ChunkEvents}, which are appended in file order.
     */
    public final void merge(T other) {
        mergeSums(other);
        mergeSeries(other);
    }

    /** Adds what is not in a series. */
    public void mergeSums(T other) {
        LogTotals<T> theirs = other;
        restore(theirs.lines, theirs.skipped, theirs.torn);
        seen(theirs.first, theirs.last);
    }

    /** Adds what is in a series; the wider buckets win. */
    public abstract void mergeSeries(T other);

    /** Adds stored values of {@link #lines()}, {@link #skipped()} and {@link #torn()}. */
    public void restore(long storedLines, long storedSkipped, long storedTorn) {
        lines += storedLines;
        skipped += storedSkipped;
        torn += storedTorn;
    }

    public void beginChunk() {
        events = new ChunkEvents();
    }

    /** The events of the chunk since {@link #beginChunk()}. */
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

    /** How many lines have a time that cannot be read, and count for the whole history alone. */
    public long untimed() {
        return 0;
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
