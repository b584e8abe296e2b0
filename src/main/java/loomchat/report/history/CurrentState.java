package loomchat.report.history;

import java.util.List;
import java.util.function.ToDoubleFunction;
import loomchat.report.scan.SampleLine;
import loomchat.report.series.LogTimes;
import loomchat.report.series.SampleColumn;

/**
 * The server as its last sample shows it, or all servers together. All values are zero when no server is writing: none
 * was started, it has stopped, or its last sample is older than {@link #LIVE_MILLIS}.
 *
 * @param at the time of the last sample on disk, or {@link LogTimes#UNKNOWN}
 */
public record CurrentState(boolean live, long at, ToDoubleFunction<SampleColumn> values) {
    static final long LIVE_MILLIS = 5_000;
    /** Where its process is not on this machine: it may be in a container, or was killed. */
    static final long LIVE_FORSAKEN_MILLIS = 2_500;

    /** The sample's value as a whole number; 0 without one, or when no server runs. */
    public long wholeNumber(SampleColumn column) {
        return Math.round(value(column));
    }

    public double value(SampleColumn column) {
        double value = live ? values.applyAsDouble(column) : 0;
        return Double.isNaN(value) ? 0 : value;
    }

    static CurrentState of(SampleLine last, boolean live) {
        return last == null
                ? new CurrentState(false, LogTimes.UNKNOWN, column -> Double.NaN)
                : new CurrentState(live, last.millis(), last::get);
    }

    /** The sums over those that are live; means of what cannot be added. */
    static CurrentState of(List<CurrentState> nodes) {
        List<CurrentState> running = nodes.stream().filter(CurrentState::live).toList();
        return new CurrentState(
                !running.isEmpty(),
                nodes.stream().mapToLong(CurrentState::at).reduce(LogTimes.UNKNOWN, Math::max),
                column -> {
                    double sum = running.stream()
                            .mapToDouble(each -> each.value(column))
                            .sum();
                    return column.addsUp ? sum : sum / running.size();
                });
    }
}
