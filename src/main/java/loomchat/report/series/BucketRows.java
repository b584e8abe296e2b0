package loomchat.report.series;

import java.util.Arrays;

/**
 * Gives each bucket of time a row number, in order of first use. Open addressing over two arrays, no object per
 * bucket. One thread at a time.
 */
final class BucketRows {
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
