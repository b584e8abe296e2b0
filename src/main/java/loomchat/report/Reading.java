package loomchat.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import loomchat.report.LogFolder.Snapshot;
import loomchat.report.Runs.End;
import loomchat.report.Runs.Run;

/** One answer in the making. Used once, by one thread, which blocks on the disk and on the scanning threads. */
final class Reading {
    private final Scanner scanner;
    private final Query query;
    private final long now;
    private final long began = System.nanoTime();
    private final List<String> problems = new ArrayList<>();

    Reading(Scanner scanner, Query query, long now) {
        this.scanner = scanner;
        this.query = query;
        this.now = now;
    }

    Report report(Snapshot chat, Snapshot samples) {
        Sample last = lastSample(samples);
        boolean fresh = last != null && Math.abs(now - last.millis) <= Now.LIVE_MILLIS;
        var chatReading = new RecordReading<>(chat, new ChatRollup(), scanner, query, fresh, problems);
        var sampleReading = new RecordReading<>(samples, new SampleRollup(), scanner, query, fresh, problems);
        long bucket = bucket(earlier(chatReading.prepare(), sampleReading.prepare()));

        Spans spans = new Spans();
        SampleTally sampleSum = sampleReading.read(bucket, spans::append);
        Runs runs = new Runs(spans);
        Marks marks = new Marks();
        ChatTally chatSum = chatReading.read(bucket, part -> {
            runs.append(part.edges());
            marks.append(part.marks());
        });
        runs.finish();
        long width = Math.max(chatSum.series.seconds(), sampleSum.series.seconds());
        chatSum.series.widenTo(width);
        sampleSum.series.widenTo(width);
        var figures = new Report.ScanFigures(
                chatReading.bytes() + sampleReading.bytes(),
                chatReading.lines(chatSum) + sampleReading.lines(sampleSum),
                chatReading.skippedLines(chatSum) + sampleReading.skippedLines(sampleSum),
                Math.max(1, (System.nanoTime() - began) / 1_000_000),
                chatReading.segments() + sampleReading.segments(),
                chatReading.rolledUp() + sampleReading.rolledUp(),
                chatReading.rolledUpBytes() + sampleReading.rolledUpBytes(),
                Math.max(chatReading.linesSince(), sampleReading.linesSince()));
        Run latest = runs.latest();
        boolean live = fresh && (latest == null || latest.how() == End.OPEN && last.millis >= latest.start());
        long first = earlier(known(chatSum.first), known(sampleSum.first));
        long end = Math.max(chatSum.last, sampleSum.last);
        return new Report(
                query,
                now,
                query.from() == Times.UNKNOWN ? first : query.from(),
                query.to() == Long.MAX_VALUE ? (query.from() == Times.UNKNOWN ? end : now) : query.to(),
                width,
                chatSum,
                sampleSum,
                runs,
                marks(runs, marks),
                marks.leftOut(),
                Now.of(last, live),
                figures,
                List.copyOf(problems));
    }

    private static Sample lastSample(Snapshot samples) {
        try {
            return Now.lastSample(samples.active(), samples.size());
        } catch (IOException e) {
            // Said when it is read.
            return null;
        }
    }

    private long bucket(long first) {
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

    /** Marks of the range in the order of time; a start after a run without a stop is a crash. */
    private List<Mark> marks(Runs runs, Marks found) {
        List<Mark> marks = new ArrayList<>();
        for (Mark mark : found.all()) {
            if (mark.millis() >= query.from() && mark.millis() < query.to()) {
                marks.add(mark);
            }
        }
        List<Run> all = runs.all();
        for (int i = 0; i + 1 < all.size() && marks.size() < 2 * Marks.MOST; i++) {
            Run run = all.get(i);
            if (run.how() == End.CRASHED && run.end() >= query.from() && run.end() < query.to()) {
                marks.add(new Mark(run.end(), Mark.Kind.CRASH, "", "Last sign of life before a start without a stop"));
            }
        }
        Collections.sort(marks);
        return marks;
    }

    private static long earlier(long one, long other) {
        if (one == Times.UNKNOWN || other == Times.UNKNOWN) {
            return Math.max(one, other);
        }
        return Math.min(one, other);
    }

    private static long known(long first) {
        return first == Long.MAX_VALUE ? Times.UNKNOWN : first;
    }
}
