package loomchat.report.history;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import loomchat.report.history.ServerRuns.End;
import loomchat.report.history.ServerRuns.Run;
import loomchat.report.scan.SampleLine;
import loomchat.report.series.AliveIntervals;
import loomchat.report.series.BucketWidths;
import loomchat.report.series.ChatTotals;
import loomchat.report.series.ChunkEvents;
import loomchat.report.series.GraphMark;
import loomchat.report.series.GraphMarks;
import loomchat.report.series.LogTimes;
import loomchat.report.series.SampleTotals;

/**
 * Puts a report together from what was read. Samples come first: they show how long a server lived that did not stop.
 * Used once, by the thread that reads; opens no file.
 */
final class ReportBuilder {
    private final ReportQuery query;
    private final long now;
    private final SampleLine last;
    private final long began = System.nanoTime();
    private final AliveIntervals alive = new AliveIntervals();
    private final ServerRuns runs = new ServerRuns(alive);
    private final GraphMarks marks = new GraphMarks();

    /** {@code lastSample} is the last one on disk, or null. */
    ReportBuilder(ReportQuery query, long now, SampleLine lastSample) {
        this.query = query;
        this.now = now;
        this.last = lastSample;
    }

    /** Whether the last sample is recent: a server is writing. */
    boolean isFresh() {
        return last != null && Math.abs(now - last.millis()) <= CurrentState.LIVE_MILLIS;
    }

    /** The bucket width of the query, or one that suits the range. {@code first} is the time of the first line. */
    long bucketSeconds(long first) {
        long from = query.from() == LogTimes.UNKNOWN ? first : query.from();
        long to = query.to() == Long.MAX_VALUE ? now : query.to();
        if (from == LogTimes.UNKNOWN) {
            return query.bucketSeconds() > 0 ? query.bucketSeconds() : 1;
        }
        if (query.bucketSeconds() > 0) {
            ReportQuery.checkPoints(from, Math.max(from, to), query.bucketSeconds());
            return query.bucketSeconds();
        }
        return BucketWidths.secondsFor(to - from);
    }

    void sampleEvents(ChunkEvents events) {
        alive.append(events.alive());
    }

    void chatEvents(ChunkEvents events) {
        runs.append(events.runEvents());
        marks.append(events.marks());
    }

    Report report(ChatTotals chat, SampleTotals samples, Report.ScanFigures figures, List<String> problems) {
        runs.finish();
        long bucketSeconds = Math.max(chat.series().seconds(), samples.series().seconds());
        chat.series().widenTo(bucketSeconds);
        samples.series().widenTo(bucketSeconds);
        return new Report(
                query,
                axis(chat, samples, bucketSeconds),
                chat,
                samples,
                runs,
                new Report.ShownMarks(marksInRange(), marks.leftOut()),
                CurrentState.of(last, isLive()),
                figures.in(Math.max(1, (System.nanoTime() - began) / 1_000_000)),
                List.copyOf(problems));
    }

    private Report.Axis axis(ChatTotals chat, SampleTotals samples, long bucketSeconds) {
        long first = LogTimes.earlier(chat.first(), samples.first());
        long end = Math.max(chat.last(), samples.last());
        return new Report.Axis(
                now,
                query.from() == LogTimes.UNKNOWN ? first : query.from(),
                query.to() == Long.MAX_VALUE ? (query.from() == LogTimes.UNKNOWN ? end : now) : query.to(),
                bucketSeconds);
    }

    private boolean isLive() {
        Run latest = runs.latest();
        return isFresh() && (latest == null || latest.how() == End.OPEN && last.millis() >= latest.start());
    }

    /** The marks of the range in the order of time, crashes included. */
    private List<GraphMark> marksInRange() {
        List<GraphMark> shown = new ArrayList<>();
        for (GraphMark mark : marks.all()) {
            if (mark.millis() >= query.from() && mark.millis() < query.to()) {
                shown.add(mark);
            }
        }
        List<Run> all = runs.all();
        for (int i = 0; i + 1 < all.size() && shown.size() < 2 * GraphMarks.MOST; i++) {
            Run run = all.get(i);
            if (run.how() == End.CRASHED && run.end() >= query.from() && run.end() < query.to()) {
                shown.add(new GraphMark(
                        run.end(), GraphMark.Kind.CRASH, "", "Last sign of life before a start without a stop"));
            }
        }
        Collections.sort(shown);
        return shown;
    }
}
