package loomchat.report;

import java.util.Arrays;

/** One line of {@code bandwidth.jsonl}, used again for the next one by the thread that owns it. */
final class SampleLine {
    static final long USUAL_LENGTH_MILLIS = 1000;
    private static final double TOO_MUCH = 1e15;

    /** The end of the time that the sample covers, or {@link LogTimes#UNKNOWN}. */
    long millis;
    /** How long the time is that the amounts were counted over, at least 1. */
    long length;
    /** By {@link SampleColumn}; NaN where the line says nothing. */
    final double[] values = new double[SampleColumn.values().length];

    void clear() {
        millis = LogTimes.UNKNOWN;
        length = USUAL_LENGTH_MILLIS;
        Arrays.fill(values, Double.NaN);
    }

    void addTo(SampleTotals totals) {
        totals.add(millis, length, values);
    }

    long millis() {
        return millis;
    }

    double get(SampleColumn column) {
        return values[column.ordinal()];
    }

    /** Keeps a value; below zero means that the server could not tell, and 16 digits that the line is damaged. */
    void set(int column, double value) {
        values[column] = value >= 0 && value < TOO_MUCH ? value : Double.NaN;
    }
}
