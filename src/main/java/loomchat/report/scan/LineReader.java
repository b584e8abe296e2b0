package loomchat.report.scan;

import loomchat.report.series.LogTotals;

/**
 * Reads the lines of one log and adds them up in totals. One scanning thread owns it and calls it with its own
 * buffer; positions are indexes into that buffer.
 */
public abstract class LineReader<T extends LogTotals<T>> {
    public final T totals;

    LineReader(T totals) {
        this.totals = totals;
    }

    /**
     * Reads the line at {@code at} if it is canonical and ends before {@code limit}.
     *
     * @return where the next line begins, or -1 when the line has to be read as JSON
     */
    abstract int readCanonical(byte[] bytes, int at, int limit);

    /**
     * Reads the line from {@code from} to {@code to}, without its newline, as JSON; false if it is not a line of this
     * log.
     */
    abstract boolean readJson(byte[] bytes, int from, int to);
}
