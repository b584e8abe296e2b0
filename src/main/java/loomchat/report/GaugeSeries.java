package loomchat.report;

import java.util.Arrays;

/**
 * Least, mean and greatest value by bucket of time, several columns side by side; the mean is weighted with how long each
 * value held. One thread at a time. Bounded like {@link CountSeries}.
 */
final class GaugeSeries {
    private static final int SUM = 0;
    private static final int WEIGHT = 1;
    private static final int MIN = 2;
    private static final int MAX = 3;
    private static final int CELL = 4;

    private final int columns;
    private final int mostRows;
    private long seconds;
    private BucketIndex index = new BucketIndex();
    private double[] cells;

    // The bucket that was used last.
    private long cachedStart = 1;
    private long cachedEnd;
    private int cachedBase;

    GaugeSeries(int columns, long seconds, int mostRows) {
        this.columns = columns;
        this.seconds = seconds;
        this.mostRows = mostRows;
        this.cells = new double[columns * CELL * 32];
    }

    /** One value that held for {@code weight} milliseconds. */
    void add(long millis, int column, double value, double weight) {
        add(millis, column, value * weight, weight, value, value);
    }

    void add(long millis, int column, double weightedSum, double weight, double min, double max) {
        if (millis < cachedStart || millis >= cachedEnd) {
            find(millis);
        }
        int cell = cachedBase + column * CELL;
        if (cells[cell + WEIGHT] == 0) {
            cells[cell + MIN] = min;
            cells[cell + MAX] = max;
        } else {
            cells[cell + MIN] = Math.min(min, cells[cell + MIN]);
            cells[cell + MAX] = Math.max(max, cells[cell + MAX]);
        }
        cells[cell + SUM] += weightedSum;
        cells[cell + WEIGHT] += weight;
    }

    void merge(GaugeSeries other) {
        widenTo(other.seconds);
        for (int row = 0; row < other.rows(); row++) {
            copyRow(other.startOf(row), other.cells, row * columns * CELL);
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

    /** Whether the bucket has any value in this column. */
    boolean has(int row, int column) {
        return weight(row, column) > 0;
    }

    double weight(int row, int column) {
        return cells[(row * columns + column) * CELL + WEIGHT];
    }

    double weightedSum(int row, int column) {
        return cells[(row * columns + column) * CELL + SUM];
    }

    double mean(int row, int column) {
        return weightedSum(row, column) / weight(row, column);
    }

    double min(int row, int column) {
        return cells[(row * columns + column) * CELL + MIN];
    }

    double max(int row, int column) {
        return cells[(row * columns + column) * CELL + MAX];
    }

    /** Row numbers in the order of time. */
    int[] sorted() {
        return index.sorted();
    }

    private void find(long millis) {
        long start = Buckets.floor(millis, seconds);
        int before = index.size();
        int row = index.rowOf(start);
        if (row == before && before == mostRows) {
            widen();
            find(millis);
            return;
        }
        if (row * columns * CELL == cells.length) {
            cells = Arrays.copyOf(cells, 2 * cells.length);
        }
        cachedStart = start;
        cachedEnd = start + seconds * 1000;
        cachedBase = row * columns * CELL;
    }

    private void widen() {
        long wider = Buckets.wider(seconds);
        if (wider == seconds) {
            throw new IllegalStateException("times too far apart");
        }
        BucketIndex fine = index;
        double[] fineCells = cells;
        seconds = wider;
        index = new BucketIndex();
        cells = new double[columns * CELL * 32];
        cachedStart = 1;
        cachedEnd = 0;
        int filled = Math.min(fine.size(), fineCells.length / (columns * CELL));
        for (int row = 0; row < filled; row++) {
            copyRow(fine.startOf(row), fineCells, row * columns * CELL);
        }
    }

    private void copyRow(long start, double[] from, int base) {
        for (int column = 0; column < columns; column++) {
            int cell = base + column * CELL;
            if (from[cell + WEIGHT] > 0) {
                add(start, column, from[cell + SUM], from[cell + WEIGHT], from[cell + MIN], from[cell + MAX]);
            }
        }
    }
}
