package loomchat.report.history;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import loomchat.report.history.ServerRuns.End;
import loomchat.report.history.ServerRuns.Run;
import loomchat.report.rollup.ChatRollupFormat;
import loomchat.report.rollup.SampleRollupFormat;
import loomchat.report.scan.LogFolder;
import loomchat.report.scan.LogFolder.Kind;
import loomchat.report.scan.LogFolder.Snapshot;
import loomchat.report.scan.LogScanner;
import loomchat.report.scan.SampleLine;
import loomchat.report.series.AliveIntervals;
import loomchat.report.series.ChatCount;
import loomchat.report.series.ChatTotals;
import loomchat.report.series.GraphMark;
import loomchat.report.series.GraphMarks;
import loomchat.report.series.LogTimes;
import loomchat.report.series.SampleTotals;

/**
 * What one folder says for one query: its sums, the runs of its server, its marks, and its state now. Used once, by the
 * thread that reads, which blocks on the disk and on the scanning threads.
 */
final class NodeHistory implements AutoCloseable {
    private final String name;
    private final LogFolder folder;
    private final ReportQuery query;
    private final long now;
    private final Snapshot chatLog;
    private final Snapshot sampleLog;
    private final SampleLine last;
    private final SegmentReader<ChatTotals> chatReader;
    private final SegmentReader<SampleTotals> sampleReader;
    private final List<String> problems = new ArrayList<>();

    private final AliveIntervals alive = new AliveIntervals();
    private final ServerRuns runs = new ServerRuns(alive);
    private final GraphMarks marks = new GraphMarks();
    private ChatTotals chat;
    private SampleTotals samples;

    /** Opens the files of this moment. */
    NodeHistory(NodeFolders.Node node, LogScanner scanner, ReportQuery query, long now) {
        this.name = node.name();
        this.query = query;
        this.now = now;
        folder = new LogFolder(node.folder());
        chatLog = folder.snapshot(Kind.CHAT);
        sampleLog = folder.snapshot(Kind.SAMPLES);
        last = lastSample(sampleLog);
        // Where nothing can be written, the rest of a line is still to come.
        boolean written = isFresh() || folder.isClaimed();
        chatReader =
                new SegmentReader<>(chatLog, new ChatRollupFormat(query.event()), scanner, query, written, problems);
        sampleReader = new SegmentReader<>(sampleLog, new SampleRollupFormat(), scanner, query, written, problems);
    }

    private static SampleLine lastSample(Snapshot samples) {
        try {
            return SampleLine.readLast(samples.active(), samples.size());
        } catch (IOException e) {
            // Reported when the file is read.
            return null;
        }
    }

    String name() {
        return name;
    }

    /** The time of the first line, or {@link LogTimes#UNKNOWN}. */
    long prepare() {
        return LogTimes.earlier(chatReader.prepare(), sampleReader.prepare());
    }

    /** Samples come first: they show how long a server lived that did not stop. */
    void read(long bucketSeconds) {
        samples = sampleReader.read(bucketSeconds, events -> alive.append(events.alive()));
        chat = chatReader.read(bucketSeconds, events -> {
            runs.append(events.runEvents());
            marks.append(events.marks());
        });
        runs.finish();
    }

    ChatTotals chat() {
        return chat;
    }

    SampleTotals samples() {
        return samples;
    }

    List<String> problems() {
        return problems;
    }

    ScanFigures figures() {
        return chatReader.figures(chat).plus(sampleReader.figures(samples));
    }

    /** Without the sums of others, which may be added to its own later. */
    Report.Node node() {
        return new Report.Node(
                name,
                runs,
                CurrentState.of(last, isLive()),
                !isLive() && folder.isClaimed(),
                chat.count(ChatCount.CONNECTIONS),
                chat.count(ChatCount.MESSAGES));
    }

    /** Whether the last sample is recent: a server is writing. */
    private boolean isFresh() {
        return isWithin(CurrentState.LIVE_MILLIS);
    }

    private boolean isWithin(long millis) {
        return last != null && Math.abs(now - last.millis()) <= millis;
    }

    private boolean isLive() {
        Run latest = runs.latest();
        return isFresh()
                && (isWithin(CurrentState.LIVE_FORSAKEN_MILLIS) || !folder.isForsaken())
                && (latest == null || latest.how() == End.OPEN && last.millis() >= latest.start());
    }

    /** Of the whole history, the newest first. */
    List<LoadTestRun> loadTests() {
        return LoadTestRun.of(marks.all(), this::endOfServer, now);
    }

    /** When the server that ran at this time ended; {@link LogTimes#UNKNOWN} while it runs. */
    private long endOfServer(long millis) {
        for (Run run : runs.all().reversed()) {
            if (run.start() <= millis) {
                boolean isRunning = run.how() == End.OPEN && (isLive() || folder.isClaimed());
                return isRunning ? LogTimes.UNKNOWN : run.end();
            }
        }
        return LogTimes.UNKNOWN;
    }

    long marksLeftOut() {
        return marks.leftOut();
    }

    /** The marks of the range, crashes included. */
    List<GraphMark> marksInRange() {
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
        return shown;
    }

    @Override
    public void close() {
        for (Snapshot each : List.of(chatLog, sampleLog)) {
            try {
                each.close();
            } catch (IOException e) {
                // It was only read.
            }
        }
    }
}
