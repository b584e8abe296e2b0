package loomchat.report.series;

import java.util.Arrays;

/** Minimum, mean and maximum by bucket of time; the mean is weighted by how long each value held. */
public final class GaugeSeries extends BucketSeries<GaugeSeries> {
    // A cell
    /** A longer sample is of a damaged line, or of a machine that slept. */
    public static final long MOST_COVERED_MILLIS = 60_000;

    private static final int SUM = 0;
    private static final int WEIGHT = 1;
    private static final int MIN = 2;
    private static final int MAX = 3;
    private static final int CELL = 4;

    /** One sample. What a node lacks of a bucket up to this much is no gap: samples seldom end where buckets do. */
    private static final double SAMPLE_MILLIS = 1000;
    /** So long after a node's last sample the next may come. */
    private static final long LATE_MILLIS = 2000;

    private static final double ROUNDING = 1e-9;

    private double[] cells;

    GaugeSeries(int columns, long seconds) {
        super(columns, seconds);
        cells = new double[columns * CELL * FIRST_ROWS];
    }

    /** One value that held for {@code weight} milliseconds. */
    public void add(long millis, int column, double value, double weight) {
        add(millis, column, value * weight, weight, value, value);
    }

    public void add(long millis, int column, double weightedSum, double weight, double min, double max) {
        int cell = cell(rowOf(millis), column);
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

    /** Gives a column that has no values 0 in each bucket, for as long as others have values. */
    public void addNothing(int column) {
        for (int row = 0; row < rows(); row++) {
            add(startOf(row), column, 0, longest(row));
        }
    }

    /** Whether the bucket has any value in this column. */
    public boolean has(int row, int column) {
        return weight(row, column) > 0;
    }

    public double weight(int row, int column) {
        return cells[cell(row, column) + WEIGHT];
    }

    /** The weight of the column that has most. */
    public double longest(int row) {
        double longest = 0;
        for (int column = 0; column < columns; column++) {
            longest = Math.max(longest, weight(row, column));
        }
        return longest;
    }

    public double weightedSum(int row, int column) {
        return cells[cell(row, column) + SUM];
    }

    public double mean(int row, int column) {
        return weightedSum(row, column) / weight(row, column);
    }

    public double min(int row, int column) {
        return cells[cell(row, column) + MIN];
    }

    /** The greatest value; the mean, where the bucket holds nothing but a part of a second. */
    public double max(int row, int column) {
        double greatest = greatest(row, column);
        double mean = mean(row, column);
        return mean > greatest + ROUNDING * Math.abs(mean) ? mean : greatest;
    }

    /** The greatest value as it was added. */
    public double greatest(int row, int column) {
        return cells[cell(row, column) + MAX];
    }

    @Override
    GaugeSeries empty(long bucketSeconds) {
        return new GaugeSeries(columns, bucketSeconds);
    }

    @Override
    public void addRow(long start, GaugeSeries other, int row) {
        for (int column = 0; column < columns; column++) {
            addCell(start, column, other, row);
        }
    }

    void addCell(long start, int column, GaugeSeries other, int row) {
        if (other.has(row, column)) {
            add(
                    start,
                    column,
                    other.weightedSum(row, column),
                    other.weight(row, column),
                    other.min(row, column),
                    other.greatest(row, column));
        }
    }

    /**
     * Adds what another node had in this bucket, of which {@code millis} count, at the same time as the others: the
     * mean becomes that of their sum. A node that has no samples for a part of the bucket had nothing then. Least and
     * greatest become the sums of those of the nodes, between which the sum was at any time.
     */
    void addNode(long start, int column, GaugeSeries other, int row, double millis) {
        if (other.has(row, column)) {
            int cell = cell(rowOf(start), column);
            double weight = other.weight(row, column);
            boolean all = weight + SAMPLE_MILLIS > millis;
            cells[cell + SUM] += other.mean(row, column) * (all ? millis : weight);
            cells[cell + WEIGHT] = millis;
            cells[cell + MIN] += all ? other.min(row, column) : Math.min(0, other.min(row, column));
            cells[cell + MAX] += other.greatest(row, column);
        }
    }

    /** Adds what another of several nodes had in this bucket, to the mean of all of them. */
    void addToMean(long start, int column, GaugeSeries other, int row, int nodes) {
        if (other.has(row, column)) {
            add(
                    start,
                    column,
                    other.weightedSum(row, column) / nodes,
                    other.weight(row, column) / nodes,
                    other.min(row, column),
                    other.greatest(row, column));
        }
    }

    /**
     * Gives the samples of a node, which count for the buckets in which they end, to the other buckets that they cover,
     * so that the node is not taken to have had nothing there: to those before that have none, to what the one before
     * and the first of the range lack, and, where the next sample may not have come yet, to those after the last.
     *
     * @param from start of the range
     * @param last end of the node's last sample
     * @param end that of the last of all nodes
     */
    void coverGaps(long from, long last, long end) {
        long width = seconds() * 1000;
        int[] order = sorted();
        for (int i = order.length - 1; i >= 0; i--) {
            int row = order[i];
            long start = startOf(row);
            long before = i == 0 ? from - width : startOf(order[i - 1]);
            double millis = Math.min(longest(row), MOST_COVERED_MILLIS);
            for (long gap = start - width; gap > Math.max(before, from - width) && start - gap < millis; gap -= width) {
                copyRow(gap, row, width);
            }
            if (i > 0 && before == start - width) {
                lend(order[i - 1], row, width);
            } else if (i == 0 && millis <= width && start > from && start - from < SAMPLE_MILLIS) {
                copyRow(start - width, row, start - from);
            }
        }
        if (order.length > 1 && startOf(order[1]) == startOf(order[0]) + width) {
            lendToFirst(order[0], order[1], startOf(order[1]) - Math.max(from, startOf(order[0])));
        }
        if (order.length > 0 && end - last <= LATE_MILLIS) {
            int newest = order[order.length - 1];
            for (long gap = startOf(newest) + width; gap < end; gap += width) {
                copyRow(gap, newest, width);
            }
        }
    }

    private void copyRow(long start, int row, double weight) {
        for (int column = 0; column < columns; column++) {
            if (has(row, column)) {
                add(start, column, mean(row, column) * weight, weight, min(row, column), greatest(row, column));
            }
        }
    }

    private void lend(int to, int row, long width) {
        for (int column = 0; column < columns; column++) {
            double lent = Math.min(weight(row, column) - width, width - weight(to, column));
            if (lent > 0 && has(to, column)) {
                cells[cell(to, column) + SUM] += mean(row, column) * lent;
                cells[cell(to, column) + WEIGHT] += lent;
            }
        }
    }

    /** Of the first bucket {@code millis} lie in the range: the next sample has what its own have not. */
    private void lendToFirst(int to, int row, double millis) {
        for (int column = 0; column < columns; column++) {
            double lent = millis - weight(to, column);
            if (lent > 0 && lent < SAMPLE_MILLIS && has(to, column) && has(row, column)) {
                cells[cell(to, column) + SUM] += mean(row, column) * lent;
                cells[cell(to, column) + WEIGHT] += lent;
            }
        }
    }

    @Override
    void makeRoom(int row) {
        if (cell(row, 0) == cells.length) {
            cells = Arrays.copyOf(cells, 2 * cells.length);
        }
    }

    @Override
    void takeCells(GaugeSeries other) {
        cells = other.cells;
    }

    private int cell(int row, int column) {
        return (row * columns + column) * CELL;
    }
}
