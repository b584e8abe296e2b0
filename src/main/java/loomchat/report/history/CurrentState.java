package loomchat.report.history;

import loomchat.report.scan.SampleLine;
import loomchat.report.series.LogTimes;
import loomchat.report.series.SampleColumn;

/**
 * The server as its last sample shows it. All values are zero when no server is writing: none was started, it has
 * stopped, or its last sample is older than {@link #LIVE_MILLIS}.
 *
 * @param at the time of the last sample on disk, or {@link LogTimes#UNKNOWN}
 */
public record CurrentState(boolean live, long at, SampleLine sample) {
    static final long LIVE_MILLIS = 5_000;

    static final CurrentState NOTHING = of(null, false);

    /** The sample's value as a whole number; 0 without one, or when no server runs. */
    public long wholeNumber(SampleColumn column) {
        return Math.round(value(column));
    }

    public double value(SampleColumn column) {
        double value = live ? sample.get(column) : 0;
        return Double.isNaN(value) ? 0 : value;
    }

    static CurrentState of(SampleLine last, boolean live) {
        return new CurrentState(live && last != null, last == null ? LogTimes.UNKNOWN : last.millis(), last);
    }
}
