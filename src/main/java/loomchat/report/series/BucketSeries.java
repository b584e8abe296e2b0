package loomchat.report.series;

/**
 * Values by bucket of time, several columns side by side. One thread at a time. Bounded: when there would be more than
 * {@link BucketWidths#MOST} buckets, they become wider.
 */
public abstract class BucketSeries<S extends BucketSeries<S>> {
    static final int FIRST_ROWS = 32;

    final int columns;

    private long seconds;
    private BucketRows index = new BucketRows();

    // The bucket that was used last; lines come mostly in order.
    private long cachedStart = 1;
    private long cachedEnd;
    private int cachedRow;

    BucketSeries(int columns, long seconds) {
        this.columns = columns;
        this.seconds = seconds;
    }

    /** A series of the same columns without a value. */
    abstract S empty(long bucketSeconds);

    /** Adds a row of {@code other} to the bucket that {@code start} is in. */
    abstract void addRow(long start, S other, int row);

    /** Makes room for the cells of {@code row}, which is at most the first row without cells. */
    abstract void makeRoom(int row);

    /** Takes the cells of {@code other} instead of its own. */
    abstract void takeCells(S other);

    /** Adds everything of {@code other}; the wider buckets win. */
    final void merge(S other) {
        BucketSeries<S> theirs = other;
        widenTo(theirs.seconds);
        for (int row = 0; row < theirs.rows(); row++) {
            addRow(theirs.startOf(row), other, row);
        }
    }

    /** A copy with buckets of at least this width. */
    public final S copy(long leastSeconds) {
        S copy = empty(leastSeconds);
        copy.merge(self());
        return copy;
    }

    public final void widenTo(long leastSeconds) {
        while (seconds < leastSeconds) {
            widen(rows());
        }
    }

    public final long seconds() {
        return seconds;
    }

    public final int rows() {
        return index.size();
    }

    /** Start of a row's bucket, in milliseconds since the epoch. */
    public final long startOf(int row) {
        return index.startOf(row);
    }

    /** Row numbers in the order of time. */
    public final int[] sorted() {
        return index.sorted();
    }

    /** The row of the bucket that {@code millis} is in, made if there is none. */
    final int rowOf(long millis) {
        return millis >= cachedStart && millis < cachedEnd ? cachedRow : findRow(millis);
    }

    private int findRow(long millis) {
        long start = BucketWidths.floor(millis, seconds);
        int row = index.rowOf(start);
        if (row == BucketWidths.MOST) {
            widen(row);
            return findRow(millis);
        }
        makeRoom(row);
        cachedStart = start;
        cachedEnd = start + seconds * 1000;
        cachedRow = row;
        return row;
    }

    private void widen(int filledRows) {
        long wider = BucketWidths.wider(seconds);
        if (wider == seconds) {
            throw new IllegalStateException("times too far apart");
        }
        S wide = empty(wider);
        for (int row = 0; row < filledRows; row++) {
            wide.addRow(startOf(row), self(), row);
        }
        BucketSeries<S> theirs = wide;
        seconds = theirs.seconds;
        index = theirs.index;
        takeCells(wide);
        cachedStart = 1;
        cachedEnd = 0;
    }

    @SuppressWarnings("unchecked")
    private S self() {
        return (S) this;
    }
}
