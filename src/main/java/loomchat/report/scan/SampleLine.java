package loomchat.report.scan;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import loomchat.report.series.LogTimes;
import loomchat.report.series.SampleColumn;
import loomchat.report.series.SampleTotals;

/** One line of {@code bandwidth.jsonl}. The thread that owns it reuses it for the next line. */
public final class SampleLine {
    static final long USUAL_LENGTH_MILLIS = 1000;
    private static final double TOO_MUCH = 1e15;
    private static final int TAIL_BYTES = 64 * 1024;

    /** The end of the time that the sample covers, or {@link LogTimes#UNKNOWN}. */
    long millis;
    /** How long that time is, at least 1. */
    long length;
    /** By {@link SampleColumn}; NaN for a value that the line does not have, but 0 calls. */
    final double[] values = new double[SampleColumn.values().length];

    void clear() {
        millis = LogTimes.UNKNOWN;
        length = USUAL_LENGTH_MILLIS;
        Arrays.fill(values, Double.NaN);
        values[SampleColumn.CALLS.ordinal()] = 0; // older servers, which do not tell it, have none
    }

    void addTo(SampleTotals totals) {
        totals.add(millis, length, values);
    }

    public long millis() {
        return millis;
    }

    public double get(SampleColumn column) {
        return values[column.ordinal()];
    }

    /** Keeps a value. A negative one means that the server did not know it, 16 digits that the line is damaged. */
    void set(int column, double value) {
        values[column] = value >= 0 && value < TOO_MUCH ? value : Double.NaN;
    }

    /** Reads the last whole sample of an open file. */
    public static SampleLine readLast(FileChannel file, long size) throws IOException {
        if (file == null || size == 0) {
            return null;
        }
        int length = (int) Math.min(size, TAIL_BYTES);
        byte[] bytes = new byte[length];
        SampleJsonReader json = new SampleJsonReader();
        int end = LogFolder.read(file, size - length, bytes, 0, length);
        while (end > 0) {
            int start = lastNewline(bytes, end - 1) + 1;
            if (start < end && json.read(bytes, start, end) && json.sample().millis() != LogTimes.UNKNOWN) {
                return json.sample();
            }
            end = start - 1;
        }
        return null;
    }

    private static int lastNewline(byte[] bytes, int before) {
        int at = before;
        while (at >= 0 && bytes[at] != '\n') {
            at--;
        }
        return at;
    }
}
