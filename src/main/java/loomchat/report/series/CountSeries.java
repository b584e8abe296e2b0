package loomchat.report.series;

import java.util.Arrays;

/** Sums of whole numbers by bucket of time. */
public final class CountSeries extends BucketSeries<CountSeries> {
    private long[] sums;

    CountSeries(int columns, long seconds) {
        super(columns, seconds);
        sums = new long[columns * FIRST_ROWS];
    }

    public void add(long millis, int column, long amount) {
        int base = rowOf(millis) * columns; // before `sums` is read, which may become a larger array
        sums[base + column] += amount;
    }

    /** Adds to two columns of the same bucket. */
    public void add(long millis, int column, long amount, int otherColumn, long otherAmount) {
        int base = rowOf(millis) * columns;
        sums[base + column] += amount;
        sums[base + otherColumn] += otherAmount;
    }

    public long sum(int row, int column) {
        return sums[row * columns + column];
    }

    /** A series of one of the columns alone. */
    CountSeries column(int column) {
        CountSeries one = new CountSeries(1, seconds());
        for (int row = 0; row < rows(); row++) {
            if (sum(row, column) > 0) {
                one.add(startOf(row), 0, sum(row, column));
            }
        }
        return one;
    }

    /** The sum over all buckets. */
    public long total(int column) {
        long total = 0;
        for (int row = 0; row < rows(); row++) {
            total += sum(row, column);
        }
        return total;
    }

    /** Whether the bucket has anything in any column. */
    public boolean hasAny(int row) {
        for (int column = 0; column < columns; column++) {
            if (sum(row, column) != 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    CountSeries empty(long bucketSeconds) {
        return new CountSeries(columns, bucketSeconds);
    }

    @Override
    public void addRow(long start, CountSeries other, int row) {
        for (int column = 0; column < columns; column++) {
            add(start, column, other.sum(row, column));
        }
    }

    @Override
    void makeRoom(int row) {
        if (row * columns == sums.length) {
            sums = Arrays.copyOf(sums, 2 * sums.length);
        }
    }

    @Override
    void takeCells(CountSeries other) {
        sums = other.sums;
    }
}
