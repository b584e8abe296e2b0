package loomchat.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import loomchat.report.Runs.End;
import loomchat.report.Runs.Run;

/**
 * Puts a report together from what was read, samples first: they tell how long a server lived that did not stop. Used
 * once, by the thread that reads; touches no file.
 */
final class Reading {
    private final Query query;
    private final long now;
    private final Sample last;
    private final long began = System.nanoTime();
    private final Spans spans = new Spans();
    private final Runs runs = new Runs(spans);
    private final Marks marks = new Marks();

    /** {@code lastSample} is the last one on disk, or null. */
    Reading(Query query, long now, Sample lastSample) {
        this.query = query;
        this.now = now;
        this.last = lastSample;
    }

    /** Whether the last sample is so young that a server must be writing. */
    boolean isFresh() {
        return last != null && Math.abs(now - last.millis()) <= Now.LIVE_MILLIS;
    }

    /** The width of buckets that was asked for, or one that suits the range; {@code first} is the time of the first line. */
    long bucketSeconds(long first) {
        long from = query.from() == Times.UNKNOWN ? first : query.from();
        long to = query.to() == Long.MAX_VALUE ? now : query.to();
        if (from == Times.UNKNOWN) {
            return query.bucketSeconds() > 0 ? query.bucketSeconds() : 1;
        }
        if (query.bucketSeconds() > 0) {
            Query.checkPoints(from, Math.max(from, to), query.bucketSeconds());
            return query.bucketSeconds();
        }
        return Buckets.secondsFor(to - from);
    }

    void sampleEvents(ChunkEvents events) {
        spans.append(events.spans());
    }

    void chatEvents(ChunkEvents events) {
        runs.append(events.edges());
        marks.append(events.marks());
    }

    Report report(ChatTally chat, SampleTally samples, Report.ScanFigures figures, List<String> problems) {
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
                Now.of(last, isLive()),
                figures.in(Math.max(1, (System.nanoTime() - began) / 1_000_000)),
                List.copyOf(problems));
    }

    private Report.Axis axis(ChatTally chat, SampleTally samples, long bucketSeconds) {
        long first = Times.earlier(chat.first(), samples.first());
        long end = Math.max(chat.last(), samples.last());
        return new Report.Axis(
                now,
                query.from() == Times.UNKNOWN ? first : query.from(),
                query.to() == Long.MAX_VALUE ? (query.from() == Times.UNKNOWN ? end : now) : query.to(),
                bucketSeconds);
    }

    private boolean isLive() {
        Run latest = runs.latest();
        return isFresh() && (latest == null || latest.how() == End.OPEN && last.millis() >= latest.start());
    }

    /** Marks of the range in the order of time; a start after a run without a stop is a crash. */
    private List<Mark> marksInRange() {
        List<Mark> shown = new ArrayList<>();
        for (Mark mark : marks.all()) {
            if (mark.millis() >= query.from() && mark.millis() < query.to()) {
                shown.add(mark);
            }
        }
        List<Run> all = runs.all();
        for (int i = 0; i + 1 < all.size() && shown.size() < 2 * Marks.MOST; i++) {
            Run run = all.get(i);
            if (run.how() == End.CRASHED && run.end() >= query.from() && run.end() < query.to()) {
                shown.add(new Mark(run.end(), Mark.Kind.CRASH, "", "Last sign of life before a start without a stop"));
            }
        }
        Collections.sort(shown);
        return shown;
    }
}
