package loomchat.report.history;

import java.io.IOException;
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
import loomchat.report.scan.LogScanner;

/**
 * Reads the log folder of a server, or those of several, and answers one {@link ReportQuery} at a time. The calling
 * thread waits for its turn and for the scan. Memory does not depend on how much there is to read: totals and series
 * are bounded, lines are never kept.
 */
public final class HistoryReader implements AutoCloseable {
    private final NodeFolders folders;
    private final LogScanner scanner;
    private final LongSupplier clock;

    /** Held by the caller for whom the scanning threads work. */
    private final ReentrantLock turn = new ReentrantLock();

    public HistoryReader(NodeFolders folders, int workers, LongSupplier clock) {
        this.folders = folders;
        this.scanner = new LogScanner(workers);
        this.clock = clock;
    }

    /** @throws InvalidQuery there is no such node, or too many buckets */
    public Report read(ReportQuery query) {
        check(query);
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
    public void rollUp(Path file) {
        Path lines = LogFolder.linesOf(file);
        boolean chat = lines.getFileName().toString().startsWith(Kind.CHAT.stem);
        turn.lock();
        try {
            if (chat) {
                rollUp(new RollupFiles<>(new ChatRollupFormat(null), scanner), lines);
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

    /** @throws InvalidQuery there is no such node */
    public void check(ReportQuery query) {
        folders.check(query.nodes());
    }

    private Report readInTurn(ReportQuery query) {
        // The clock is read before the files are opened, so that no line is later than the end of the range.
        long now = clock.getAsLong();
        ReportQuery asked = ReportQuery.LAST.equals(query.range())
                ? LastActivity.resolve(query.at(now), folders.chosen(query.nodes()), scanner, now)
                : query.at(now);
        List<NodeHistory> nodes = new ArrayList<>();
        try {
            for (NodeFolders.Node each : folders.chosen(query.nodes())) {
                nodes.add(new NodeHistory(each, scanner, asked, now));
            }
            return new ReportBuilder(asked, now, folders.names(), nodes).read();
        } finally {
            nodes.forEach(NodeHistory::close);
        }
    }

    @Override
    public void close() {
        scanner.close();
    }
}
