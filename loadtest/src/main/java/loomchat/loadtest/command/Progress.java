package loomchat.loadtest.command;

import java.io.PrintStream;
import java.util.function.BooleanSupplier;
import loomchat.loadtest.measure.TimelineColumn;
import loomchat.loadtest.measure.TimelineRow;
import loomchat.loadtest.scenario.Quantity;

/**
 * Shows how the run goes: each second on a terminal, in one line that it overwrites, and each {@link #PLAIN_EVERY}
 * seconds elsewhere. Main thread only.
 */
final class Progress {
    private static final int PLAIN_EVERY = 5;
    private static final int BAR = 12;
    private static final int COLUMNS = 80;

    private final PrintStream out;
    private final boolean terminal;
    private final double wholeSeconds;
    private int rows;
    /** Whether the times were not valid when it was last asked. */
    private boolean notValid;

    Progress(PrintStream out, boolean terminal, double wholeSeconds) {
        this.out = out;
        this.terminal = terminal;
        this.wholeSeconds = wholeSeconds;
    }

    /**
     * @param away users who are to come back to their chat: not on, and chatting all the same
     * @param invalid whether the times so far are not valid; asked each {@link #PLAIN_EVERY} rows
     */
    void row(TimelineRow row, long away, long faults, long failed, BooleanSupplier invalid) {
        if (rows % PLAIN_EVERY == 0) {
            notValid = invalid.getAsBoolean();
        }
        String line = terminal ? brief(row, faults, failed) : full(row, away, faults, failed);
        if (terminal) {
            out.print("\r\u001b[K" + line);
        } else if (rows % PLAIN_EVERY == 0) {
            out.println(line);
        }
        out.flush();
        rows++;
    }

    private String full(TimelineRow row, long away, long faults, long failed) {
        return "%s | %,d on%s, %,d chatting | last second: sent %s/s, delivered %s/s, p50 %s, p99 %s | in all: %,d failed, %,d faults%s"
                        .formatted(
                                clock(row.get(TimelineColumn.SECONDS)),
                                (long) row.get(TimelineColumn.CONNECTIONS),
                                away == 0 ? "" : ", %,d away".formatted(away),
                                (long) row.get(TimelineColumn.CHATTING),
                                Quantity.number(TimelineColumn.SENT.shown(row)),
                                Quantity.number(TimelineColumn.DELIVERED.shown(row)),
                                time(row.get(TimelineColumn.P50)),
                                time(row.get(TimelineColumn.P99)),
                                failed,
                                faults,
                                isLate(row)
                                        ? " | this generator is " + Quantity.time(row.get(TimelineColumn.LAG_MAX))
                                                + " late"
                                        : "")
                + (notValid ? " | times NOT VALID so far" : "");
    }

    /** Cut to {@link #COLUMNS}: a line that wraps could not be overwritten. */
    private String brief(TimelineRow row, long faults, long failed) {
        String line = "%s %s %,d on %s/s p50 %s p99 %s"
                .formatted(
                        bar(row.get(TimelineColumn.SECONDS)),
                        clock(row.get(TimelineColumn.SECONDS)),
                        (long) row.get(TimelineColumn.CONNECTIONS),
                        Quantity.number(TimelineColumn.DELIVERED.shown(row)),
                        time(row.get(TimelineColumn.P50)),
                        time(row.get(TimelineColumn.P99)));
        String bad = faults + failed == 0 ? "" : " %,d failed %,d faults".formatted(failed, faults);
        String late = isLate(row) ? " LATE " + Quantity.time(row.get(TimelineColumn.LAG_MAX)) : "";
        String whole = line + (notValid ? " NOT VALID" : "") + bad + late;
        return whole.length() < COLUMNS ? whole : whole.substring(0, COLUMNS - 1);
    }

    private static boolean isLate(TimelineRow row) {
        return row.get(TimelineColumn.LAG_MAX) > 100_000_000;
    }

    private static String time(double nanos) {
        return nanos == 0 ? "-" : Quantity.time(nanos);
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

    static String clock(double seconds) {
        long whole = Math.round(seconds);
        return whole < 3600
                ? "%d:%02d".formatted(whole / 60, whole % 60)
                : "%d:%02d:%02d".formatted(whole / 3600, whole / 60 % 60, whole % 60);
    }
}
