package loomchat.report.series;

import java.util.Arrays;

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

    /**
     * Gives each bucket of time a row number, in order of first use. Open addressing over two arrays, no object per
     * bucket. One thread at a time.
     */
    private static final class BucketRows {
        private static final int EMPTY = -1;

        private long[] starts = new long[64];
        private int[] rows = new int[64];
        private long[] startOfRow = new long[32];
        private int size;

        BucketRows() {
            Arrays.fill(rows, EMPTY);
        }

        int size() {
            return size;
        }

        long startOf(int row) {
            return startOfRow[row];
        }

        /** The row of the bucket that starts at {@code start}; a new one gets the number {@link #size()} had before. */
        int rowOf(long start) {
            int slot = slot(start);
            if (rows[slot] != EMPTY) {
                return rows[slot];
            }
            if (size == startOfRow.length) {
                grow();
                slot = slot(start);
            }
            starts[slot] = start;
            rows[slot] = size;
            startOfRow[size] = start;
            return size++;
        }

        /** Row numbers in the order of time. */
        int[] sorted() {
            Integer[] order = new Integer[size];
            Arrays.setAll(order, i -> i);
            Arrays.sort(order, (a, b) -> Long.compare(startOfRow[a], startOfRow[b]));
            return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
        }

        private int slot(long start) {
            int mask = rows.length - 1;
            int slot = (int) ((start / 1000 * 0x9E3779B97F4A7C15L) >>> 40) & mask;
            while (rows[slot] != EMPTY && starts[slot] != start) {
                slot = slot + 1 & mask;
            }
            return slot;
        }

        private void grow() {
            startOfRow = Arrays.copyOf(startOfRow, 2 * size);
            starts = new long[4 * size];
            rows = new int[4 * size];
            Arrays.fill(rows, EMPTY);
            for (int row = 0; row < size; row++) {
                int slot = slot(startOfRow[row]);
                starts[slot] = startOfRow[row];
                rows[slot] = row;
            }
        }
    }
}
