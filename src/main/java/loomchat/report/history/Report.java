package loomchat.report.history;

import java.util.List;
import loomchat.report.series.ChatTotals;
import loomchat.report.series.GraphMark;
import loomchat.report.series.LogTimes;
import loomchat.report.series.SampleColumn;
import loomchat.report.series.SampleTotals;

/**
 * What the logs say about a range. Made by the thread that scanned, read by any number of others.
 *
 * @param problems what could not be read, a line each
 */
public record Report(
        ReportQuery query,
        Axis axis,
        ChatTotals chat,
        SampleTotals samples,
        ServerRuns runs,
        ShownMarks marks,
        CurrentState now,
        ScanFigures scan,
        List<String> problems) {

    /**
     * The axis of time.
     *
     * @param at when the logs were read
     * @param from its start, {@link LogTimes#UNKNOWN} when there is no line with a time
     * @param to its end
     * @param bucketSeconds width of the buckets of both series
     */
    public record Axis(long at, long from, long to, long bucketSeconds) {
        public long millis() {
            return to - from;
        }
    }

    /** The marks of the range in the order of time, and how many older ones there were. */
    public record ShownMarks(List<GraphMark> all, long leftOut) {}

    /**
     * What was read, and how long it took.
     *
     * @param rollups how many segments were read from their rollup
     * @param linesSince since when every line is there, {@link LogTimes#UNKNOWN} if no line was removed
     */
    public record ScanFigures(
            long bytes,
            long lines,
            long skippedLines,
            long millis,
            int segments,
            int rollups,
            long rolledUpBytes,
            long linesSince) {
        ScanFigures plus(ScanFigures other) {
            return new ScanFigures(
                    bytes + other.bytes,
                    lines + other.lines,
                    skippedLines + other.skippedLines,
                    millis + other.millis,
                    segments + other.segments,
                    rollups + other.rollups,
                    rolledUpBytes + other.rolledUpBytes,
                    Math.max(linesSince, other.linesSince));
        }

        ScanFigures in(long millisTaken) {
            return new ScanFigures(
                    bytes, lines, skippedLines, millisTaken, segments, rollups, rolledUpBytes, linesSince);
        }
    }

    public long starts() {
        return runs.starts(query.from(), query.to());
    }

    public long crashes() {
        return runs.crashes(query.from(), query.to());
    }

    public double uptimeSeconds() {
        return runs.uptimeMillis(query.from(), query.to()) / 1000.0;
    }

    public double amount(SampleColumn column) {
        return samples.amount(column);
    }

    /**
     * How a run ended: {@code stopped}, {@code crashed}, {@code running}, or {@code vanished} if no server was
     * started since.
     */
    public String describe(ServerRuns.Run run) {
        return switch (run.how()) {
            case STOPPED -> "stopped";
            case CRASHED -> "crashed";
            case OPEN -> now.live() ? "running" : "vanished";
        };
    }

    public boolean isEmpty() {
        return axis.from == LogTimes.UNKNOWN;
    }
}
