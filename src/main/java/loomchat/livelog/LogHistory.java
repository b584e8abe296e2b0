package loomchat.livelog;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import loomchat.report.scan.JsonLine;
import loomchat.report.scan.LogBytes;

/**
 * The newest entries that a filter accepts, read backwards from the end of the log: at most {@link #MOST_ENTRIES} of
 * the last {@link #MOST_BYTES}, so that a filter that accepts little does not read a large log. One thread, which
 * blocks on the disk; one for each history.
 */
final class LogHistory {
    static final int MOST_ENTRIES = 100;
    static final long MOST_BYTES = 8 << 20;

    private static final int BLOCK_BYTES = 256 * 1024;

    private final LogFilter filter;
    private final JsonLine json = new JsonLine();
    private final LineMatcher matcher;
    private final RelayLine relay = new RelayLine();
    private final RelaySum sum = new RelaySum();
    /** Where the sum goes: where the last message of its second is. */
    private int sumAt;

    private final byte[] block = new byte[BLOCK_BYTES];
    /** Newest first. */
    private final List<LogEntry> found = new ArrayList<>();

    private long bytesLeft = MOST_BYTES;
    /** The time of the oldest line that was looked at, empty before. */
    private String since = "";

    private boolean stoppedEarly;
    private boolean linesAreGone;

    LogHistory(LogFilter filter) {
        this.filter = filter;
        this.matcher = new LineMatcher(filter, json);
    }

    /** Reads the file's lines before {@code end}. Later files come first. */
    void read(LogBytes file, long end) throws IOException {
        long before = end;
        while (before > 0 && !isEnough()) {
            int length = (int) Math.min(before, BLOCK_BYTES);
            long start = before - length;
            if (file.read(start, block, length) < length) {
                stoppedEarly = true;
                return;
            }
            int first = lines(length, start == 0);
            bytesLeft -= length;
            if (first >= length) {
                // A line that does not fit is not one of the server's.
                stoppedEarly = true;
                return;
            }
            before = start + first;
        }
        stoppedEarly |= before > 0;
    }

    /** Says that there is an older file, which is not read. */
    void stopEarly() {
        stoppedEarly = true;
    }

    /** Says that the lines before were removed. */
    void endWithGoneLines() {
        linesAreGone = true;
    }

    boolean isEnough() {
        return found.size() >= MOST_ENTRIES || bytesLeft <= 0;
    }

    /** What was found. Called once, at the end. */
    LogExcerpt excerpt() {
        // Of the oldest second a part may be missing.
        if (sum.isOpen() && (!isEnough() || found.isEmpty())) {
            found.add(sumAt, sum.entry());
        }
        // A start matters between entries of two runs, not before the first.
        while (!filter.isAll()
                && filter.event() == null
                && !found.isEmpty()
                && found.getLast().isStart()) {
            found.removeLast();
        }
        Collections.reverse(found);
        return new LogExcerpt(found, !stoppedEarly, linesAreGone, found.size() >= MOST_ENTRIES, since);
    }

    /** Takes the block's whole lines, the last one first; returns where the first of them begins. */
    private int lines(int length, boolean isBeginning) {
        int end = length;
        while (end > 0 && block[end - 1] != '\n') {
            end--;
        }
        int first = end > 0 ? end : length;
        int oldest = -1;
        while (end > 0) {
            int start = end - 1;
            while (start > 0 && block[start - 1] != '\n') {
                start--;
            }
            if (start == 0 && !isBeginning) {
                break;
            }
            if (isEnough()) {
                stoppedEarly = true;
            } else {
                line(start, end - 1);
                oldest = start;
            }
            first = start;
            end = start;
        }
        if (oldest >= 0) {
            String time = LineMatcher.time(block, oldest, length);
            since = time.isEmpty() ? since : time;
        }
        return first;
    }

    private void line(int from, int to) {
        if (!filter.eachRelay() && relay.read(block, from, to)) {
            if (filter.accepts(relay)) {
                add(relay);
            }
        } else if (matcher.matches(block, from, to)) {
            LogEntry entry = LogEntry.of(json, block, from, to);
            if (sum.isOpen() && entry.isBefore(sum.second())) {
                close();
            }
            // A start matters between entries of two runs, not behind the last or before the first.
            if (!(filter.showsStarts() && entry.isStart() && found.isEmpty())) {
                found.add(entry);
            }
        }
    }

    private void add(RelayLine line) {
        if (sum.isAfter(line)) {
            close();
            sum.open(line);
            sumAt = found.size();
        }
        sum.add(line);
    }

    private void close() {
        if (sum.isOpen()) {
            found.add(sumAt, sum.entry());
            sum.close();
        }
    }
}
