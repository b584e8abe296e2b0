package loomchat.report.history;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import loomchat.report.rollup.ChatRollupFormat;
import loomchat.report.rollup.RollupFiles;
import loomchat.report.rollup.RollupHeader;
import loomchat.report.scan.LineReader;
import loomchat.report.scan.LogBytes;
import loomchat.report.scan.LogFolder;
import loomchat.report.scan.LogFolder.Kind;
import loomchat.report.scan.LogFolder.Segment;
import loomchat.report.scan.LogFolder.Snapshot;
import loomchat.report.scan.LogScanner;
import loomchat.report.series.ChatTotals;
import loomchat.report.series.CountSeries;
import loomchat.report.series.GraphMark;
import loomchat.report.series.LogTimes;

/**
 * Finds the range {@code last}: back from the last event of a visitor or of a load test until nothing happened for
 * {@link #GAP_MILLIS}, on any of the nodes; {@link #LONGEST_MILLIS} at most. A load test is one event from its start to
 * its end. Starts and stops of servers are no events of visitors; they count where there is nothing else. Reads the
 * active files, and sealed ones, the newest first, as far back as the range may reach. Used once, by the thread that
 * reads, which blocks on the disk and on the scanning threads.
 */
final class LastActivity {
    static final long GAP_MILLIS = 10 * 60_000;
    static final long LONGEST_MILLIS = 24 * 3_600_000L;
    private static final long LEAST_MARGIN_MILLIS = 5_000;
    private static final int MOST_SEGMENTS = 100;
    /** What a clock that was wrong has written is nothing that happened. */
    private static final long FUTURE_MILLIS = 60_000;

    private record Interval(long from, long to) {}

    private final LogScanner scanner;
    private final List<Interval> events = new ArrayList<>();
    private final Map<String, Long> testEnds = new HashMap<>();
    private final long latest;
    private long lastLine = LogTimes.UNKNOWN;

    private LastActivity(LogScanner scanner, long now) {
        this.scanner = scanner;
        latest = now + FUTURE_MILLIS;
    }

    /** The same query with the range that it means at this moment: everything where no line has a time. */
    static ReportQuery resolve(ReportQuery query, List<NodeFolders.Node> nodes, LogScanner scanner, long now) {
        Interval last = new LastActivity(scanner, now).find(nodes);
        if (last == null) {
            return query;
        }
        long margin = Math.max(LEAST_MARGIN_MILLIS, (last.to - last.from) / 20);
        long end = last.to + margin;
        return query.between(Math.max(0, last.from - margin), end >= now ? Long.MAX_VALUE : end);
    }

    private Interval find(List<NodeFolders.Node> nodes) {
        List<NodeFiles> files = new ArrayList<>();
        for (NodeFolders.Node each : nodes) {
            files.add(new NodeFiles(new LogFolder(each.folder())));
        }
        Interval stretch = stretch();
        for (int read = 0; read < MOST_SEGMENTS; read++) {
            boolean more = false;
            for (NodeFiles each : files) {
                more |= each.readOlder(stretch == null ? Long.MIN_VALUE : stretch.from - GAP_MILLIS);
            }
            if (!more) {
                break;
            }
            stretch = stretch();
        }
        return stretch == null && lastLine != LogTimes.UNKNOWN ? new Interval(lastLine, lastLine) : stretch;
    }

    /** Null where there was no event. */
    private Interval stretch() {
        if (events.isEmpty()) {
            return null;
        }
        events.sort(Comparator.comparingLong(Interval::to).reversed());
        long to = events.getFirst().to;
        long from = events.getFirst().from;
        for (Interval each : events) {
            if (each.to < from - GAP_MILLIS) {
                break;
            }
            from = Math.min(from, each.from);
        }
        return new Interval(Math.max(from, to - LONGEST_MILLIS), to);
    }

    /** The files of one node, of which the older ones are read when they are needed. */
    private final class NodeFiles {
        private final RollupFiles<ChatTotals> rollups = new RollupFiles<>(new ChatRollupFormat(null), scanner);
        private final List<Segment> older = new ArrayList<>();
        private long readFrom = LogTimes.UNKNOWN;

        /** Reads the active file. One that cannot be read has no events; the report says so. */
        NodeFiles(LogFolder folder) {
            try (Snapshot snapshot = folder.snapshot(Kind.CHAT)) {
                older.addAll(snapshot.segments());
                if (snapshot.active() != null) {
                    scan(LogBytes.of(snapshot.active()), snapshot.size());
                }
            } catch (IOException e) {
                // Reported when the file is read for the report.
            }
        }

        /** Reads the newest file that was not read, if it may have lines after {@code from}; false if there is none. */
        boolean readOlder(long from) {
            if (older.isEmpty() || readFrom != LogTimes.UNKNOWN && readFrom < from) {
                return false;
            }
            Segment segment = older.removeLast();
            try {
                RollupHeader head = rollups.usable(segment);
                if (head != null) {
                    readFrom = LogTimes.earlier(readFrom, head.first());
                    if (head.last() >= from) {
                        RollupFiles.Contents<ChatTotals> contents = rollups.load(segment.rollup(), 1);
                        take(contents.totals(), contents.events().marks().all(), head.last());
                    }
                } else if (segment.linesExist()) {
                    try (LogBytes file = LogFolder.openLines(segment.lines())) {
                        scan(file, file.size());
                    }
                }
            } catch (IOException e) {
                // Reported when the file is read for the report.
            }
            return true;
        }

        private void scan(LogBytes file, long size) throws IOException {
            List<LineReader<ChatTotals>> readers =
                    scanner.readers(() -> new ChatRollupFormat(null).reader(LogTimes.UNKNOWN, Long.MAX_VALUE, 1));
            List<GraphMark> marks = new ArrayList<>();
            scanner.scan(file, size, false, readers)
                    .chunks()
                    .forEach(chunk -> marks.addAll(chunk.marks().all()));
            ChatTotals totals = LogScanner.sum(readers);
            readFrom = LogTimes.earlier(readFrom, totals.first());
            take(totals, marks, totals.last());
        }
    }

    private void take(ChatTotals totals, Iterable<GraphMark> marks, long last) {
        lastLine = Math.max(lastLine, Math.min(last, latest));
        CountSeries series = totals.series();
        for (int row = 0; row < series.rows(); row++) {
            if (series.hasAny(row)) {
                long end = Math.min(series.startOf(row) + series.seconds() * 1000, Math.max(last, series.startOf(row)));
                add(series.startOf(row), end);
            }
        }
        for (GraphMark mark : marks) {
            if (mark.kind() == GraphMark.Kind.LOAD_TEST_END) {
                testEnds.put(mark.id(), mark.millis());
            }
        }
        for (GraphMark mark : marks) {
            if (mark.kind() == GraphMark.Kind.LOAD_TEST_START) {
                add(mark.millis(), testEnds.getOrDefault(mark.id(), mark.millis()));
            } else if (mark.kind() == GraphMark.Kind.LOAD_TEST_END) {
                add(mark.millis(), mark.millis());
            }
        }
    }

    private void add(long from, long to) {
        if (from <= latest) {
            events.add(new Interval(from, Math.min(to, latest)));
        }
    }
}
