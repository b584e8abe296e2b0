package loomchat.report;

import java.util.Arrays;

/**
 * Sums of whole numbers by bucket of time, several columns side by side. One thread at a time. Bounded: when there would
 * be more than {@code mostRows} buckets, they become wider.
 */
final class CountSeries {
    private final int columns;
    private final int mostRows;
    private long seconds;
    private BucketIndex index = new BucketIndex();
    private long[] sums;

    // The bucket that was used last; lines come mostly in order.
    private long cachedStart = 1;
    private long cachedEnd;
    private int cachedBase;

    CountSeries(int columns, long seconds, int mostRows) {
        this.columns = columns;
        this.seconds = seconds;
        this.mostRows = mostRows;
        this.sums = new long[columns * 32];
    }

    void add(long millis, int column, long amount) {
        if (millis < cachedStart || millis >= cachedEnd) {
            find(millis);
        }
        sums[cachedBase + column] += amount;
    }

    /** Adds to two columns of the same bucket. */
    void add(long millis, int column, long amount, int otherColumn, long otherAmount) {
        add(millis, column, amount);
        sums[cachedBase + otherColumn] += otherAmount;
    }

    /** Adds everything of {@code other}, which must not have wider buckets that could not be split; the wider one wins. */
    void merge(CountSeries other) {
        while (seconds < other.seconds) {
            widen();
        }
        for (int row = 0; row < other.rows(); row++) {
            for (int column = 0; column < columns; column++) {
                add(other.startOf(row), column, other.sum(row, column));
            }
        }
    }

    void widenTo(long least) {
        while (seconds < least) {
            widen();
        }
    }

    long seconds() {
        return seconds;
    }

    int rows() {
        return index.size();
    }

    int columns() {
        return columns;
    }

    long startOf(int row) {
        return index.startOf(row);
    }

    long sum(int row, int column) {
        return sums[row * columns + column];
    }

    /** Row numbers in the order of time. */
    int[] sorted() {
        return index.sorted();
    }

    /** The row for a bucket start, or -1 when nothing was counted in it. */
    private void find(long millis) {
        long start = Buckets.floor(millis, seconds);
        int before = index.size();
        int row = index.rowOf(start);
        if (row == before && before == mostRows) {
            widen();
            find(millis);
            return;
        }
        if (row * columns == sums.length) {
            sums = Arrays.copyOf(sums, 2 * sums.length);
        }
        cachedStart = start;
        cachedEnd = start + seconds * 1000;
        cachedBase = row * columns;
    }

    private void widen() {
        BucketIndex fine = index;
        long[] fineSums = sums;
        long wider = Buckets.wider(seconds);
        if (wider == seconds) {
            throw new IllegalStateException("times too far apart");
        }
        seconds = wider;
        index = new BucketIndex();
        sums = new long[columns * 32];
        cachedStart = 1;
        cachedEnd = 0;
        for (int row = 0; row < Math.min(fine.size(), fineSums.length / columns); row++) {
            for (int column = 0; column < columns; column++) {
                add(fine.startOf(row), column, fineSums[row * columns + column]);
            }
        }
    }
}
