package loomchat.report;

import java.util.List;

/**
 * One answer: what the record says about a range. Made by the thread that scanned, read by any number of others.
 *
 * @param at when the record was read
 * @param from start of the time axis, {@link Times#UNKNOWN} when there is no line with a time
 * @param to end of the time axis
 * @param bucketSeconds width of the buckets of both series
 * @param problems what could not be read, a line each
 */
record Report(
        Query query,
        long at,
        long from,
        long to,
        long bucketSeconds,
        ChatTally chat,
        SampleTally samples,
        Runs runs,
        List<Mark> marks,
        long marksLeftOut,
        Now now,
        ScanFigures scan,
        List<String> problems) {

    /**
     * What was read to answer, and how long it took.
     *
     * @param rollups how many of the segments were not read again
     * @param linesSince since when every line is there, {@link Times#UNKNOWN} where none was removed
     */
    record ScanFigures(
            long bytes,
            long lines,
            long skippedLines,
            long millis,
            int segments,
            int rollups,
            long rolledUpBytes,
            long linesSince) {}

    long starts() {
        return runs.starts(query.from(), query.to());
    }

    long crashes() {
        return runs.crashes(query.from(), query.to());
    }

    double uptimeSeconds() {
        return runs.uptimeMillis(query.from(), query.to()) / 1000.0;
    }

    double amount(SampleColumn column) {
        return samples.amounts[column.ordinal()];
    }

    /** How a run ended: {@code stopped}, {@code crashed}, {@code running}, or {@code vanished} if nothing was started since. */
    String describe(Runs.Run run) {
        return switch (run.how()) {
            case STOPPED -> "stopped";
            case CRASHED -> "crashed";
            case OPEN -> now.live() ? "running" : "vanished";
        };
    }

    boolean isEmpty() {
        return from == Times.UNKNOWN;
    }
}
