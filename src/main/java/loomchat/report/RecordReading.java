package loomchat.report;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import loomchat.report.LogFolder.Segment;
import loomchat.report.LogFolder.Snapshot;

/**
 * Reads one of the two records for one query: sealed segments from their rollups where those are enough, everything else
 * line by line. Used once, by one thread, which blocks on the disk and on the scanning threads.
 */
final class RecordReading<T extends Tally<T, P>, P> {
    /** A segment and the head of its rollup, or null when its lines have to be read. */
    private record Source(Segment segment, RollupHead head) {}

    private final Snapshot snapshot;
    private final RollupFormat<T, P> format;
    private final Rollups<T, P> rollups;
    private final Scanner scanner;
    private final Query query;
    private final boolean activeIsWritten;
    private final List<String> problems;
    private final List<Source> sources = new ArrayList<>();

    // What was read.
    private long bytes;
    private long rolledUpBytes;
    private int rolledUp;
    private long otherLines;
    private long otherSkippedLines;
    private boolean linesAreGone;
    private boolean foundLines;
    private long linesSince = Times.UNKNOWN;

    RecordReading(
            Snapshot snapshot,
            RollupFormat<T, P> format,
            Scanner scanner,
            Query query,
            boolean activeIsWritten,
            List<String> problems) {
        this.snapshot = snapshot;
        this.format = format;
        this.rollups = new Rollups<>(format, scanner);
        this.scanner = scanner;
        this.query = query;
        this.activeIsWritten = activeIsWritten;
        this.problems = problems;
        problems.addAll(snapshot.problems());
    }

    /** Finds the rollups, makes those that are missing, and returns the time of the first line, or {@link Times#UNKNOWN}. */
    long prepare() {
        long first = Long.MAX_VALUE;
        for (Segment segment : snapshot.segments()) {
            RollupHead head = query.rescan() && segment.linesExist() ? null : usableOrBuilt(segment);
            sources.add(new Source(segment, head));
            long its = head != null ? head.first() : firstTime(segment.lines());
            noteLines(segment, head, its);
            first = its == Times.UNKNOWN ? first : Math.min(first, its);
        }
        long its = snapshot.active() == null ? Times.UNKNOWN : firstTime(snapshot.active());
        noteLinesFrom(its);
        first = its == Times.UNKNOWN ? first : Math.min(first, its);
        return first == Long.MAX_VALUE ? Times.UNKNOWN : first;
    }

    /** After the last gap; until there is a line again, that is where its rollup ends. */
    private void noteLines(Segment segment, RollupHead head, long first) {
        if (segment.linesExist()) {
            noteLinesFrom(first);
        } else {
            linesAreGone = true;
            foundLines = false;
            linesSince = head == null ? linesSince : head.last();
        }
    }

    private void noteLinesFrom(long first) {
        if (linesAreGone && !foundLines && first != Times.UNKNOWN) {
            linesSince = first;
            foundLines = true;
        }
    }

    /**
     * Since when every line is there, where older ones are kept as sums only; {@link Times#UNKNOWN} where no line is
     * missing. After {@link #prepare}.
     */
    long linesSince() {
        return linesSince;
    }

    /** Reads everything; {@code inOrder} gets what has an order, in the order of time. */
    T read(long bucketSeconds, Consumer<P> inOrder) {
        List<T> tallies = scanner.tallies(i -> format.tally(query.from(), query.to(), bucketSeconds, Buckets.MOST));
        T sum = tallies.getFirst();
        for (Source source : sources) {
            try {
                if (source.head == null) {
                    readLines(source, tallies, inOrder);
                } else {
                    readRollup(source, bucketSeconds, sum, tallies, inOrder);
                }
            } catch (IOException e) {
                problems.add(source.segment.name() + " cannot be read: " + LogFolder.reason(e));
            }
        }
        readActive(tallies, inOrder);
        for (T each : tallies.subList(1, tallies.size())) {
            sum.merge(each);
        }
        return sum;
    }

    long bytes() {
        return bytes;
    }

    long rolledUpBytes() {
        return rolledUpBytes;
    }

    int rolledUp() {
        return rolledUp;
    }

    int segments() {
        return sources.size() + (snapshot.active() == null ? 0 : 1);
    }

    long lines(T sum) {
        return sum.lines() + otherLines;
    }

    long skippedLines(T sum) {
        return sum.skippedLines() + otherSkippedLines;
    }

    private RollupHead usableOrBuilt(Segment segment) {
        RollupHead head = rollups.usable(segment);
        if (head == null
                && segment.linesExist()
                && Files.isWritable(segment.lines().getParent())) {
            try {
                return rollups.build(segment.lines());
            } catch (IOException e) {
                // Reading its lines says what is wrong with them; without room for a rollup that works all the same.
                return null;
            }
        }
        return head;
    }

    private void readRollup(Source source, long bucketSeconds, T sum, List<T> tallies, Consumer<P> inOrder)
            throws IOException {
        RollupHead head = source.head;
        Rollups.Rolled<T, P> rolled;
        try {
            rolled = rollups.load(source.segment.rollup(), bucketSeconds);
        } catch (IOException e) {
            if (!source.segment.linesExist()) {
                throw new IOException("its lines are gone and its rollup cannot be used: " + LogFolder.reason(e), e);
            }
            Files.deleteIfExists(source.segment.rollup());
            readLines(source, tallies, inOrder);
            return;
        }
        inOrder.accept(rolled.parts());
        bytes += head.bytes();
        boolean overlaps = head.first() == Times.UNKNOWN || head.first() < query.to() && head.last() >= query.from();
        boolean within = query.isAll() || head.first() >= query.from() && head.last() < query.to();
        boolean fineEnough = bucketSeconds >= head.fineSeconds() || !source.segment.linesExist();
        if (overlaps && within && fineEnough) {
            sum.merge(rolled.tally());
            sum.spans(head.first(), head.last());
            rolledUp++;
            rolledUpBytes += head.bytes();
        } else if (overlaps && source.segment.linesExist()) {
            scan(source.segment.lines(), tallies, part -> {});
        } else {
            if (overlaps) {
                // Its lines are gone: the finest buckets tell what lies in the range, to their width.
                T finest = rollups.load(source.segment.rollup(), head.fineSeconds())
                        .tally();
                format.addBuckets(sum, finest, query.from(), query.to());
            }
            otherLines += rolled.tally().lines();
            otherSkippedLines += rolled.tally().skippedLines();
            rolledUp++;
            rolledUpBytes += head.bytes();
        }
    }

    private void readLines(Source source, List<T> tallies, Consumer<P> inOrder) throws IOException {
        scan(source.segment.lines(), tallies, inOrder);
        bytes += Files.size(source.segment.lines());
    }

    private void scan(Path lines, List<T> tallies, Consumer<P> inOrder) throws IOException {
        try (FileChannel file = LogFolder.open(lines)) {
            scanner.scan(file, file.size(), true, tallies).parts().forEach(inOrder);
        }
    }

    private void readActive(List<T> tallies, Consumer<P> inOrder) {
        if (snapshot.active() == null) {
            return;
        }
        try {
            scanner.scan(snapshot.active(), snapshot.size(), !activeIsWritten, tallies)
                    .parts()
                    .forEach(inOrder);
            bytes += snapshot.size();
        } catch (IOException e) {
            problems.add(snapshot.kind().activeName() + " cannot be read: " + LogFolder.reason(e));
        }
    }

    private long firstTime(Path lines) {
        try (FileChannel file = LogFolder.open(lines)) {
            return firstTime(file);
        } catch (NoSuchFileException e) {
            return Times.UNKNOWN;
        } catch (IOException e) {
            // Said when it is read.
            return Times.UNKNOWN;
        }
    }

    private long firstTime(FileChannel file) {
        T tally = format.tally(Times.UNKNOWN, Long.MAX_VALUE, 1, Buckets.MOST);
        try {
            scanner.peek(file, file.size(), tally);
        } catch (IOException e) {
            // Said when it is read.
        }
        return tally.first() == Long.MAX_VALUE ? Times.UNKNOWN : tally.first();
    }
}
