package loomchat.report.history;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import loomchat.report.rollup.RollupFiles;
import loomchat.report.rollup.RollupFormat;
import loomchat.report.rollup.RollupHeader;
import loomchat.report.scan.LineReader;
import loomchat.report.scan.LogFolder;
import loomchat.report.scan.LogFolder.Segment;
import loomchat.report.scan.LogFolder.Snapshot;
import loomchat.report.scan.LogScanner;
import loomchat.report.series.ChunkEvents;
import loomchat.report.series.LogTimes;
import loomchat.report.series.LogTotals;

/**
 * Reads one of the two logs for one query: sealed segments from their rollups where those are enough, everything else
 * line by line. Used once, by one thread, which blocks on the disk and on the scanning threads.
 */
final class SegmentReader<T extends LogTotals<T>> {
    /** A segment with the header of its rollup, or with null when its lines have to be read. */
    private record Input(Segment segment, RollupHeader head) {}

    private final Snapshot snapshot;
    private final RollupFormat<T> format;
    private final RollupFiles<T> rollups;
    private final LogScanner scanner;
    private final ReportQuery query;
    private final boolean activeIsWritten;
    private final List<String> problems;
    private final List<Input> inputs = new ArrayList<>();

    // What was read.
    private long bytes;
    private long rolledUpBytes;
    private int rolledUp;
    private long otherLines;
    private long otherSkippedLines;
    private boolean linesAreGone;
    private boolean foundLines;
    private long linesSince = LogTimes.UNKNOWN;

    SegmentReader(
            Snapshot snapshot,
            RollupFormat<T> format,
            LogScanner scanner,
            ReportQuery query,
            boolean activeIsWritten,
            List<String> problems) {
        this.snapshot = snapshot;
        this.format = format;
        this.rollups = new RollupFiles<>(format, scanner);
        this.scanner = scanner;
        this.query = query;
        this.activeIsWritten = activeIsWritten;
        this.problems = problems;
        problems.addAll(snapshot.problems());
    }

    /**
     * Finds the rollups, makes those that are missing, and returns the time of the first line, or
     * {@link LogTimes#UNKNOWN}.
     */
    long prepare() {
        long first = LogTimes.UNKNOWN;
        for (Segment segment : snapshot.segments()) {
            RollupHeader head = query.rescan() && segment.linesExist() ? null : usableOrBuilt(segment);
            inputs.add(new Input(segment, head));
            long segmentFirst = head != null ? head.first() : firstTime(segment.lines());
            noteLines(segment, head, segmentFirst);
            first = LogTimes.earlier(first, segmentFirst);
        }
        long activeFirst = snapshot.active() == null ? LogTimes.UNKNOWN : firstTime(snapshot.active());
        noteLinesFrom(activeFirst);
        return LogTimes.earlier(first, activeFirst);
    }

    /** Reads everything. {@code inOrder} gets the events in the order of time. */
    T read(long bucketSeconds, Consumer<ChunkEvents> inOrder) {
        List<LineReader<T>> readers = scanner.readers(() -> format.reader(query.from(), query.to(), bucketSeconds));
        T sum = readers.getFirst().totals;
        for (Input input : inputs) {
            try {
                if (input.head == null) {
                    readLines(input, readers, inOrder);
                } else {
                    readRollup(input, bucketSeconds, sum, readers, inOrder);
                }
            } catch (IOException e) {
                problems.add(input.segment.name() + " cannot be read: " + LogFolder.reason(e));
            }
        }
        readActive(readers, inOrder);
        return LogScanner.sum(readers);
    }

    /** What was read. Called after {@link #read}, with its result. */
    Report.ScanFigures figures(T sum) {
        return new Report.ScanFigures(
                bytes,
                sum.lines() + otherLines,
                sum.skipped() + otherSkippedLines,
                0,
                inputs.size() + (snapshot.active() == null ? 0 : 1),
                rolledUp,
                rolledUpBytes,
                linesSince);
    }

    /** Every line is there since the last gap; a gap ends with its rollup, until the next line is known. */
    private void noteLines(Segment segment, RollupHeader head, long first) {
        if (segment.linesExist()) {
            noteLinesFrom(first);
        } else {
            linesAreGone = true;
            foundLines = false;
            linesSince = head == null ? linesSince : head.last();
        }
    }

    private void noteLinesFrom(long first) {
        if (linesAreGone && !foundLines && first != LogTimes.UNKNOWN) {
            linesSince = first;
            foundLines = true;
        }
    }

    private RollupHeader usableOrBuilt(Segment segment) {
        RollupHeader head = rollups.usable(segment);
        if (head == null
                && segment.linesExist()
                && Files.isWritable(segment.lines().getParent())) {
            try {
                return rollups.build(segment.lines());
            } catch (IOException e) {
                // Its lines are read instead, which also reports what is wrong with them.
                return null;
            }
        }
        return head;
    }

    private void readRollup(
            Input input, long bucketSeconds, T sum, List<LineReader<T>> readers, Consumer<ChunkEvents> inOrder)
            throws IOException {
        RollupHeader head = input.head;
        RollupFiles.Contents<T> rolled;
        try {
            rolled = rollups.load(input.segment.rollup(), bucketSeconds);
        } catch (IOException e) {
            if (!input.segment.linesExist()) {
                throw new IOException("its lines are gone and its rollup cannot be used: " + LogFolder.reason(e), e);
            }
            Files.deleteIfExists(input.segment.rollup());
            readLines(input, readers, inOrder);
            return;
        }
        inOrder.accept(rolled.events());
        bytes += head.bytes();
        boolean overlaps = head.first() == LogTimes.UNKNOWN || head.first() < query.to() && head.last() >= query.from();
        boolean within = query.isAll() || head.first() >= query.from() && head.last() < query.to();
        boolean fineEnough = bucketSeconds >= head.fineSeconds() || !input.segment.linesExist();
        if (overlaps && within && fineEnough) {
            sum.merge(rolled.totals());
            if (head.first() != LogTimes.UNKNOWN) {
                sum.seen(head.first(), head.last());
            }
            rolledUp++;
            rolledUpBytes += head.bytes();
        } else if (overlaps && input.segment.linesExist()) {
            scan(input.segment.lines(), readers, events -> {});
        } else {
            if (overlaps) {
                // Its lines are gone: what lies in the range is known by the finest bucket.
                T finest =
                        rollups.load(input.segment.rollup(), head.fineSeconds()).totals();
                format.addBuckets(sum, finest, query.from(), query.to());
            }
            otherLines += rolled.totals().lines();
            otherSkippedLines += rolled.totals().skipped();
            rolledUp++;
            rolledUpBytes += head.bytes();
        }
    }

    private void readLines(Input input, List<LineReader<T>> readers, Consumer<ChunkEvents> inOrder) throws IOException {
        scan(input.segment.lines(), readers, inOrder);
        bytes += Files.size(input.segment.lines());
    }

    private void scan(Path lines, List<LineReader<T>> readers, Consumer<ChunkEvents> inOrder) throws IOException {
        try (FileChannel file = LogFolder.open(lines)) {
            scanner.scan(file, file.size(), true, readers).chunks().forEach(inOrder);
        }
    }

    private void readActive(List<LineReader<T>> readers, Consumer<ChunkEvents> inOrder) {
        if (snapshot.active() == null) {
            return;
        }
        try {
            scanner.scan(snapshot.active(), snapshot.size(), !activeIsWritten, readers)
                    .chunks()
                    .forEach(inOrder);
            bytes += snapshot.size();
        } catch (IOException e) {
            problems.add(snapshot.kind().activeName() + " cannot be read: " + LogFolder.reason(e));
        }
    }

    private long firstTime(Path lines) {
        try (FileChannel file = LogFolder.open(lines)) {
            return firstTime(file);
        } catch (IOException e) {
            // Reported when the file is read.
            return LogTimes.UNKNOWN;
        }
    }

    private long firstTime(FileChannel file) {
        LineReader<T> reader = format.reader(LogTimes.UNKNOWN, Long.MAX_VALUE, 1);
        try {
            scanner.peek(file, file.size(), reader);
        } catch (IOException e) {
            // Reported when the file is read.
        }
        return reader.totals.first();
    }
}
