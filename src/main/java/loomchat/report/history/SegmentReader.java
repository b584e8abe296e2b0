package loomchat.report.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import loomchat.report.rollup.RollupFiles;
import loomchat.report.rollup.RollupFormat;
import loomchat.report.rollup.RollupHeader;
import loomchat.report.rollup.SegmentPart;
import loomchat.report.scan.LineReader;
import loomchat.report.scan.LogBytes;
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
        long activeFirst = snapshot.active() == null ? LogTimes.UNKNOWN : firstTime(LogBytes.of(snapshot.active()));
        noteLinesFrom(activeFirst);
        return LogTimes.earlier(first, activeFirst);
    }

    /** Reads everything. {@code inOrder} gets the events in the order of time. */
    T read(long bucketSeconds, Consumer<ChunkEvents> inOrder) {
        List<LineReader<T>> readers = scanner.readers(() -> format.reader(query.from(), query.to(), bucketSeconds));
        T sum = readers.getFirst().totals;
        for (Input input : inputs) {
            try {
                if (input.head == null && !input.segment.linesExist()) {
                    throw new IOException("its lines are gone and its rollup cannot be used");
                } else if (input.head == null) {
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
    ScanFigures figures(T sum) {
        return new ScanFigures(
                bytes,
                sum.lines() + otherLines,
                sum.skipped() + otherSkippedLines,
                0,
                inputs.size() + (snapshot.active() == null ? 0 : 1),
                rolledUp,
                rolledUpBytes,
                linesSince,
                snapshot.goneUntil());
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
        boolean linesExist = input.segment.linesExist();
        boolean overlaps = head.first() == LogTimes.UNKNOWN || head.first() < query.to() && head.last() >= query.from();
        boolean within = query.isAll() || head.first() >= query.from() && head.last() < query.to();
        boolean fineEnough = bucketSeconds >= head.fineSeconds() || !linesExist;
        boolean isWhole = overlaps && within && fineEnough;
        RollupFiles.Contents<T> rolled;
        try {
            rolled = rollups.load(input.segment.rollup(), isWhole ? bucketSeconds : RollupFiles.COARSE_SECONDS);
        } catch (IOException e) {
            if (!linesExist) {
                throw new IOException("its lines are gone and its rollup cannot be used: " + LogFolder.reason(e), e);
            }
            Files.deleteIfExists(input.segment.rollup());
            readLines(input, readers, inOrder);
            return;
        }
        inOrder.accept(rolled.events());
        bytes += head.bytes();
        T totals = rolled.totals();
        if (isWhole && (query.isAll() || totals.untimed() == 0)) {
            sum.merge(totals);
            if (head.first() != LogTimes.UNKNOWN) {
                sum.seen(head.first(), head.last());
            }
            rolledUp++;
            rolledUpBytes += head.bytes();
            return;
        }
        long linesBefore = sum.lines();
        long skippedBefore = sum.skipped();
        long bytesRead = overlaps ? readPart(input, fineEnough, sum, readers) : 0;
        otherLines += totals.lines() - (sum.lines() - linesBefore);
        otherSkippedLines += totals.skipped() - (sum.skipped() - skippedBefore);
        rolledUp += bytesRead < head.bytes() ? 1 : 0;
        rolledUpBytes += head.bytes() - bytesRead;
    }

    /** Reads what lies in the range of a segment that it cuts through; returns how many bytes of lines it read. */
    private long readPart(Input input, boolean fineEnough, T sum, List<LineReader<T>> readers) throws IOException {
        Segment segment = input.segment;
        T rolled = rollups.load(segment.rollup(), input.head.fineSeconds()).totals();
        SegmentPart<T> part = rollups.part(segment, query.from(), query.to());
        if (!segment.linesExist()) {
            part.addKnownTo(sum, rolled);
            return 0;
        }
        if (!fineEnough) {
            return scan(segment, part.overlapping(), readers);
        }
        List<LineReader<T>> cut =
                scanner.readers(() -> format.reader(query.from(), query.to(), input.head.fineSeconds()));
        long bytesRead = scan(segment, part.cut(), cut);
        part.addTo(sum, rolled, LogScanner.sum(cut));
        return bytesRead;
    }

    private long scan(Segment segment, List<LogScanner.Range> ranges, List<LineReader<T>> readers) throws IOException {
        try (LogBytes file = LogFolder.openLines(segment.lines())) {
            scanner.scan(file, file.size(), ranges, readers);
        }
        return ranges.stream().mapToLong(each -> each.to() - each.from()).sum();
    }

    private void readLines(Input input, List<LineReader<T>> readers, Consumer<ChunkEvents> inOrder) throws IOException {
        try (LogBytes file = LogFolder.openLines(input.segment.lines())) {
            scanner.scan(file, file.size(), true, readers).chunks().forEach(inOrder);
            bytes += file.size();
        }
    }

    private void readActive(List<LineReader<T>> readers, Consumer<ChunkEvents> inOrder) {
        if (snapshot.active() == null) {
            return;
        }
        try {
            scanner.scan(LogBytes.of(snapshot.active()), snapshot.size(), !activeIsWritten, readers)
                    .chunks()
                    .forEach(inOrder);
            bytes += snapshot.size();
        } catch (IOException e) {
            problems.add(snapshot.kind().activeName() + " cannot be read: " + LogFolder.reason(e));
        }
    }

    private long firstTime(Path lines) {
        try (LogBytes file = LogFolder.openLines(lines)) {
            return firstTime(file);
        } catch (IOException e) {
            // Reported when the file is read.
            return LogTimes.UNKNOWN;
        }
    }

    private long firstTime(LogBytes file) {
        LineReader<T> reader = format.reader(LogTimes.UNKNOWN, Long.MAX_VALUE, 1);
        try {
            scanner.peek(file, file.size(), reader);
        } catch (IOException e) {
            // Reported when the file is read.
        }
        return reader.totals.first();
    }
}
