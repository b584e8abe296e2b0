package loomchat.report.history;

import loomchat.report.series.LogTimes;

/**
 * What was read, and how long it took.
 *
 * @param rollups how many segments were read from their rollup
 * @param linesSince since when every line is there, {@link LogTimes#UNKNOWN} if no line was removed
 * @param sumsSince until when nothing is left, not even sums, {@link LogTimes#UNKNOWN} if nothing is gone
 */
public record ScanFigures(
        long bytes,
        long lines,
        long skippedLines,
        long millis,
        int segments,
        int rollups,
        long rolledUpBytes,
        long linesSince,
        long sumsSince) {
    ScanFigures plus(ScanFigures other) {
        return new ScanFigures(
                bytes + other.bytes,
                lines + other.lines,
                skippedLines + other.skippedLines,
                millis + other.millis,
                segments + other.segments,
                rollups + other.rollups,
                rolledUpBytes + other.rolledUpBytes,
                Math.max(linesSince, other.linesSince),
                Math.max(sumsSince, other.sumsSince));
    }

    ScanFigures in(long millisTaken) {
        return new ScanFigures(
                bytes, lines, skippedLines, millisTaken, segments, rollups, rolledUpBytes, linesSince, sumsSince);
    }
}
