package loomchat.report;

import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * The server as its last sample shows it. Everything is zero when no server is writing: none was started, it has stopped, or
 * its last sample is older than {@link #LIVE_MILLIS}.
 *
 * @param at the time of the last sample on disk, or {@link LogTimes#UNKNOWN}
 */
record CurrentState(boolean live, long at, SampleLine sample) {
    static final long LIVE_MILLIS = 5_000;
    private static final int TAIL_BYTES = 64 * 1024;

    static final CurrentState NOTHING = of(null, false);

    /** The whole number that the sample has, 0 when it has none or nothing runs. */
    long wholeNumber(SampleColumn column) {
        return Math.round(value(column));
    }

    double value(SampleColumn column) {
        double value = live ? sample.get(column) : 0;
        return Double.isNaN(value) ? 0 : value;
    }

    /** Reads the last whole sample of an open file. */
    static SampleLine lastSample(FileChannel file, long size) throws IOException {
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

    static CurrentState of(SampleLine last, boolean live) {
        return new CurrentState(live && last != null, last == null ? LogTimes.UNKNOWN : last.millis(), last);
    }

    private static int lastNewline(byte[] bytes, int before) {
        int at = before;
        while (at >= 0 && bytes[at] != '\n') {
            at--;
        }
        return at;
    }
}
