package loomchat.report.history;

import java.util.ArrayList;
import java.util.List;
import loomchat.report.series.AliveIntervals;
import loomchat.report.series.LogTimes;
import loomchat.report.series.RunEvents;

/**
 * The runs of the server, from {@link RunEvents} in file order. One thread at a time. A start without a stop before
 * it means that the run before crashed; that run ended with its last line or sample. Lines without a start before
 * them are a run, too, but do not count as a start. Bounded: beyond {@link #MOST} runs, the oldest are added up and
 * dropped. It also has the stalls of the log, the newest of them.
 */
public final class ServerRuns {
    static final int MOST = 20_000;

    enum End {
        STOPPED,
        CRASHED,
        /** It runs, or it disappeared and no server was started since. */
        OPEN
    }

    private record Stall(long from, long to) {
        boolean overlaps(long rangeFrom, long rangeTo) {
            return from < rangeTo && to >= rangeFrom;
        }
    }

    /** One run; {@code startSeen} is false when the line of its start is not in the log. */
    public record Run(long start, long end, End how, boolean startSeen) {}

    private final AliveIntervals alive;
    private final List<Run> runs = new ArrayList<>();
    private final List<Stall> stalls = new ArrayList<>();
    private long leftOut;
    private long leftOutStarts;
    private long leftOutCrashes;
    private long leftOutMillis;

    // The run that has not ended yet.
    private boolean open;
    private boolean startSeen;
    private long start;
    private long lastLine;

    ServerRuns(AliveIntervals alive) {
        this.alive = alive;
    }

    void append(RunEvents runEvents) {
        for (RunEvents.RunEvent each : runEvents.all()) {
            switch (each.kind()) {
                case START -> started(each.from());
                case STOP -> stopped(each.from());
                case LINES -> lines(each.from(), each.to());
                case STALL -> stalled(each.from(), each.to());
            }
        }
        leftOut += runEvents.startsLeftOut();
        leftOutStarts += runEvents.startsLeftOut();
        leftOutCrashes += Math.max(0, runEvents.startsLeftOut() - runEvents.stopsLeftOut());
    }

    /** Called once, after everything was appended. */
    void finish() {
        if (open) {
            keep(new Run(start, alive.lastAlive(lastLine, Long.MAX_VALUE), End.OPEN, startSeen));
            open = false;
        }
    }

    List<Run> all() {
        return runs;
    }

    /** The runs that overlap a range. */
    public List<Run> within(long from, long to) {
        return runs.stream().filter(run -> run.end >= from && run.start < to).toList();
    }

    /** The run at the end of the log, or null. */
    Run latest() {
        return runs.isEmpty() ? null : runs.getLast();
    }

    /** Runs that were dropped, because there were too many; the sums over everything have them. */
    public long leftOut() {
        return leftOut;
    }

    long starts(long from, long to) {
        long starts = from == LogTimes.UNKNOWN ? leftOutStarts : 0;
        for (Run run : runs) {
            starts += run.startSeen && run.start >= from && run.start < to ? 1 : 0;
        }
        return starts;
    }

    /** A crash counts at the last sign of life, also where the next start, which shows it, came later. */
    long crashes(long from, long to) {
        long crashes = from == LogTimes.UNKNOWN ? leftOutCrashes : 0;
        for (int i = 0; i + 1 < runs.size(); i++) {
            long at = runs.get(i).end;
            crashes += runs.get(i).how == End.CRASHED && at >= from && at < to ? 1 : 0;
        }
        return crashes;
    }

    /** How often the log could not be written at a time in the range, if it could again since. */
    long stalls(long from, long to) {
        return stalls.stream().filter(each -> each.overlaps(from, to)).count();
    }

    /** Those that began at {@code from} or later. */
    long stallsSince(long from) {
        return stalls.stream().filter(each -> each.from >= from).count();
    }

    /** How long those of the range lasted. */
    long stalledMillis(long from, long to) {
        return stalls.stream()
                .filter(each -> each.overlaps(from, to))
                .mapToLong(each -> each.to - each.from)
                .sum();
    }

    long uptimeMillis(long from, long to) {
        long millis = from == LogTimes.UNKNOWN ? leftOutMillis : 0;
        for (Run run : runs) {
            millis += Math.max(0, Math.min(run.end, to) - Math.max(run.start, from));
        }
        return millis;
    }

    private void lines(long from, long to) {
        if (!open) {
            open(from, false);
        }
        lastLine = Math.max(lastLine, to);
    }

    private void started(long millis) {
        if (open) {
            long end = alive.lastAlive(lastLine, millis);
            keep(new Run(start, Math.max(start, end), End.CRASHED, startSeen));
        }
        open(millis, true);
    }

    private void stopped(long millis) {
        if (!open) {
            open(millis, false);
        }
        keep(new Run(start, Math.max(millis, start), End.STOPPED, startSeen));
        open = false;
    }

    private void stalled(long from, long to) {
        if (stalls.size() == MOST) {
            stalls.subList(0, MOST / 2).clear();
        }
        stalls.add(new Stall(from, to));
    }

    private void open(long millis, boolean seen) {
        open = true;
        startSeen = seen;
        start = millis;
        lastLine = millis;
    }

    private void keep(Run run) {
        if (runs.size() == MOST) {
            List<Run> oldest = runs.subList(0, MOST / 2);
            for (Run each : oldest) {
                leftOut++;
                leftOutStarts += each.startSeen ? 1 : 0;
                leftOutCrashes += each.how == End.CRASHED ? 1 : 0;
                leftOutMillis += each.end - each.start;
            }
            oldest.clear();
        }
        runs.add(run);
    }
}
