package loomchat.report.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import loomchat.report.rollup.ChatRollupFormat;
import loomchat.report.rollup.RollupFiles;
import loomchat.report.rollup.SampleRollupFormat;
import loomchat.report.scan.LogFolder;
import loomchat.report.scan.LogFolder.Kind;
import loomchat.report.scan.LogFolder.Snapshot;
import loomchat.report.scan.LogScanner;
import loomchat.report.scan.SampleLine;
import loomchat.report.series.ChatTotals;
import loomchat.report.series.LogTimes;
import loomchat.report.series.SampleTotals;

/**
 * Reads a log folder and answers one {@link ReportQuery} at a time. The calling thread waits for its turn and for the
 * scan. Memory does not depend on how much there is to read: totals and series are bounded, lines are never kept.
 */
public final class HistoryReader implements AutoCloseable {
    private final LogFolder folder;
    private final LogScanner scanner;
    private final LongSupplier clock;

    /** Held by the caller for whom the scanning threads work. */
    private final ReentrantLock turn = new ReentrantLock();

    public HistoryReader(Path folder, int workers, LongSupplier clock) {
        this.folder = new LogFolder(folder);
        this.scanner = new LogScanner(workers);
        this.clock = clock;
    }

    public Report read(ReportQuery query) {
        turn.lock();
        try {
            return readInTurn(query);
        } finally {
            turn.unlock();
        }
    }

    /**
     * Makes the rollup of a sealed segment unless it has one. After a failure, the next query that needs it makes it.
     */
    public void rollUp(Path lines) {
        boolean chat = lines.getFileName().toString().startsWith(Kind.CHAT.stem);
        turn.lock();
        try {
            if (chat) {
                rollUp(new RollupFiles<>(new ChatRollupFormat(), scanner), lines);
            } else {
                rollUp(new RollupFiles<>(new SampleRollupFormat(), scanner), lines);
            }
        } catch (IOException | RejectedExecutionException e) {
            // A full disk, for instance, or the segment was moved, or the server stops.
        } finally {
            turn.unlock();
        }
    }

    private static void rollUp(RollupFiles<?> rollups, Path lines) throws IOException {
        if (rollups.usable(new LogFolder.Segment(lines, true)) == null) {
            rollups.build(lines);
        }
    }

    private Report readInTurn(ReportQuery query) {
        // The clock is read before the files are opened, so that no line is later than the end of the range.
        long now = clock.getAsLong();
        try (Snapshot chat = folder.snapshot(Kind.CHAT);
                Snapshot samples = folder.snapshot(Kind.SAMPLES)) {
            return read(query.at(now), now, chat, samples);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Report read(ReportQuery query, long now, Snapshot chatLog, Snapshot sampleLog) {
        ReportBuilder report = new ReportBuilder(query, now, lastSample(sampleLog));
        List<String> problems = new ArrayList<>();
        boolean written = report.isFresh();
        var chatReader = new SegmentReader<>(chatLog, new ChatRollupFormat(), scanner, query, written, problems);
        var sampleReader = new SegmentReader<>(sampleLog, new SampleRollupFormat(), scanner, query, written, problems);
        long bucketSeconds = report.bucketSeconds(LogTimes.earlier(chatReader.prepare(), sampleReader.prepare()));
        SampleTotals samples = sampleReader.read(bucketSeconds, report::sampleEvents);
        ChatTotals chat = chatReader.read(bucketSeconds, report::chatEvents);
        return report.report(chat, samples, chatReader.figures(chat).plus(sampleReader.figures(samples)), problems);
    }

    private static SampleLine lastSample(Snapshot samples) {
        try {
            return SampleLine.readLast(samples.active(), samples.size());
        } catch (IOException e) {
            // Reported when the file is read.
            return null;
        }
    }

    @Override
    public void close() {
        scanner.close();
    }
}
