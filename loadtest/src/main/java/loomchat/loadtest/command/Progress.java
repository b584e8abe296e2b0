package loomchat.loadtest.command;

import java.io.PrintStream;
import loomchat.loadtest.measure.Timeline;
import loomchat.loadtest.scenario.Quantity;

/**
 * Tells how the run goes, once a second on a terminal (one line that is written over) and each {@link #PLAIN_EVERY} seconds elsewhere.
 * Main thread only.
 */
final class Progress {
    private static final int PLAIN_EVERY = 5;
    private static final int BAR = 12;
    private static final int COLUMNS = 80;

    private final PrintStream out;
    private final boolean terminal;
    private final double wholeSeconds;
    private int rows;

    Progress(PrintStream out, boolean terminal, double wholeSeconds) {
        this.out = out;
        this.terminal = terminal;
        this.wholeSeconds = wholeSeconds;
    }

    void row(Timeline.Row row, long faults, long failed) {
        String line = terminal ? brief(row, faults, failed) : full(row, faults, failed);
        if (terminal) {
            out.print("\r" + line + "\u001b[K");
        } else if (rows % PLAIN_EVERY == 0) {
            out.println(line);
        }
        out.flush();
        rows++;
    }

    private static String full(Timeline.Row row, long faults, long failed) {
        return "%s | %,d on, %,d chatting | sent %s/s, delivered %s/s | p50 %s, p99 %s | %,d failed, %,d faults%s"
                .formatted(
                        clock(row.seconds()),
                        row.connections(),
                        row.chatting(),
                        Quantity.number(row.sent() / row.length()),
                        Quantity.number(row.delivered() / row.length()),
                        time(row.p50()),
                        time(row.p99()),
                        failed,
                        faults,
                        isLate(row) ? " | this generator is " + Quantity.time(row.lagMax()) + " late" : "");
    }

    /** What fits into {@link #COLUMNS}: a line that wraps could not be written over. */
    private String brief(Timeline.Row row, long faults, long failed) {
        String line = "%s %s %,d on %s/s p50 %s p99 %s"
                .formatted(
                        bar(row.seconds()),
                        clock(row.seconds()),
                        row.connections(),
                        Quantity.number(row.delivered() / row.length()),
                        time(row.p50()),
                        time(row.p99()));
        String bad = faults + failed == 0 ? "" : " %,d failed %,d faults".formatted(failed, faults);
        String late = isLate(row) ? " LATE " + Quantity.time(row.lagMax()) : "";
        String whole = line + bad + late;
        return whole.length() < COLUMNS ? whole : whole.substring(0, COLUMNS - 1);
    }

    private static boolean isLate(Timeline.Row row) {
        return row.lagMax() > 100_000_000;
    }

    private static String time(long nanos) {
        return nanos == 0 ? "-" : Quantity.time(nanos);
    }

    /** A line of its own. */
    void say(String line) {
        out.println(terminal && rows > 0 ? "\r\u001b[K" + line : line);
        out.flush();
    }

    void end() {
        if (terminal && rows > 0) {
            out.println();
        }
    }

    private String bar(double seconds) {
        int full = (int) Math.min(BAR, BAR * seconds / wholeSeconds);
        return "[" + "█".repeat(full) + "░".repeat(BAR - full) + "]";
    }

    private static String clock(double seconds) {
        long whole = Math.round(seconds);
        return whole < 3600
                ? "%d:%02d".formatted(whole / 60, whole % 60)
                : "%d:%02d:%02d".formatted(whole / 3600, whole / 60 % 60, whole % 60);
    }
}
