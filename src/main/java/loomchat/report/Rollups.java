package loomchat.report;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.CRC32C;
import loomchat.report.LogFolder.Segment;

/**
 * Rollup files of one log: made from sealed segments, read instead of them, and made anew when missing, damaged or of
 * another segment. Used by the one thread that reads history; blocks on the disk.
 *
 * <p>A rollup is a JSON file. Its first line names the segment's size, times and checksums; then come sums, distributions
 * and a series by the hour, then a fine series, which only short ranges need: as fine as its format wants, wider where a
 * segment is so long that there would be too many buckets.
 */
final class Rollups<T extends Tally<T>> {
    static final long COARSE_SECONDS = 3600;
    private static final int EDGE_BYTES = 4096;
    /** A rollup is smaller than this, whatever it was made of; anything larger is none. */
    private static final long MOST_FILE_BYTES = 32L << 20;

    /** A segment's sums in a tally, and what of it has an order. */
    record Rolled<T>(T tally, ChunkEvents events) {}

    private final RollupFormat<T> format;
    private final Scanner scanner;

    Rollups(RollupFormat<T> format, Scanner scanner) {
        this.format = format;
        this.scanner = scanner;
    }

    /** The head of a rollup that can be used for the segment, or null. */
    RollupHead usable(Segment segment) {
        try (FileChannel file = LogFolder.open(segment.rollup())) {
            byte[] start = new byte[RollupHead.MOST_BYTES + Swar.SLACK];
            int length = LogFolder.read(file, 0, start, 0, RollupHead.MOST_BYTES);
            RollupHead head = RollupHead.parse(start, Swar.newline(start, 0, length));
            return !segment.linesExist() || isOf(head, segment.lines()) ? head : null;
        } catch (IOException e) {
            return null;
        }
    }

    /** Reads a segment's lines and writes its rollup. Fails if either cannot be done. */
    RollupHead build(Path lines) throws IOException {
        try (FileChannel file = LogFolder.open(lines)) {
            long size = file.size();
            long modified = Files.getLastModifiedTime(lines).toMillis();
            List<LineReader<T>> readers =
                    scanner.readers(() -> format.reader(Times.UNKNOWN, Long.MAX_VALUE, format.finestSeconds()));
            Scanner.Result result = scanner.scan(file, size, true, readers);
            T tally = Scanner.sum(readers);
            RollupHead.Source source =
                    new RollupHead.Source(size, modified, Checksums.hex(result.checksum()), edgesOf(file, size));
            RollupHead head = new RollupHead(
                    source, tally.first(), tally.last(), tally.series().seconds());
            return write(LogFolder.rollupOf(lines), head, tally, ChunkEvents.joined(result.chunks()));
        }
    }

    /** Reads a rollup into a tally whose series has buckets of {@code bucketSeconds}, or wider ones where it has no finer. */
    Rolled<T> load(Path rollup, long bucketSeconds) throws IOException {
        try (FileChannel file = LogFolder.open(rollup)) {
            if (file.size() > MOST_FILE_BYTES) {
                throw new IOException("it is too large for a rollup");
            }
            byte[] start = new byte[RollupHead.MOST_BYTES + Swar.SLACK];
            int length = LogFolder.read(file, 0, start, 0, RollupHead.MOST_BYTES);
            int line = Swar.newline(start, 0, length);
            RollupHead head = RollupHead.parse(start, line);
            boolean fine = bucketSeconds < COARSE_SECONDS;
            long wanted = fine ? file.size() : head.headBytes();
            if (head.headBytes() < line || head.headBytes() > file.size()) {
                throw new IOException("it is damaged");
            }
            byte[] bytes = new byte[(int) wanted + Swar.SLACK];
            int end = LogFolder.read(file, 0, bytes, 0, (int) wanted);
            check(head, bytes, line + 1, end, fine);
            return restore(
                    new RollupIn(bytes, line + 1, fine ? end - 2 : end),
                    fine,
                    Math.max(bucketSeconds, head.fineSeconds()));
        }
    }

    static String edgesOf(FileChannel file, long size) throws IOException {
        byte[] edge = new byte[EDGE_BYTES];
        CRC32C checksum = new CRC32C();
        checksum.update(edge, 0, LogFolder.read(file, 0, edge, 0, EDGE_BYTES));
        checksum.update(edge, 0, LogFolder.read(file, Math.max(0, size - EDGE_BYTES), edge, 0, EDGE_BYTES));
        return Checksums.hex((int) checksum.getValue());
    }

    private Rolled<T> restore(RollupIn in, boolean fine, long bucketSeconds) throws IOException {
        T tally = format.tally(Times.UNKNOWN, Long.MAX_VALUE, bucketSeconds);
        ChunkEvents events = format.readSums(in, tally);
        format.readSeries(in, fine ? "fine" : "coarse", tally);
        return new Rolled<>(tally, events);
    }

    private RollupHead write(Path target, RollupHead figures, T tally, ChunkEvents events) throws IOException {
        RollupOut head = new RollupOut();
        format.writeSums(head, tally, events);
        format.writeSeries(head, "coarse", tally, Math.max(COARSE_SECONDS, figures.fineSeconds()));
        RollupOut fine = new RollupOut();
        format.writeSeries(fine, "fine", tally, figures.fineSeconds());
        byte[] headBytes = (new String(head.bytes(), StandardCharsets.UTF_8) + ",\n").getBytes(StandardCharsets.UTF_8);
        byte[] tailBytes = fine.bytes();
        RollupHead line = placed(figures, headBytes, tailBytes);
        Path unfinished = Files.createTempFile(target.getParent(), ".rollup-", ".tmp");
        try {
            try (var out = Files.newOutputStream(unfinished)) {
                out.write(line.line().getBytes(StandardCharsets.UTF_8));
                out.write(headBytes);
                out.write(tailBytes);
                out.write("}\n".getBytes(StandardCharsets.UTF_8));
            }
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
        return line;
    }

    /** Finds `headBytes`, which is in the line whose length it depends on. */
    private static RollupHead placed(RollupHead figures, byte[] head, byte[] tail) {
        RollupHead placed = figures.withChecksums(figures.head(), Checksums.hex(Checksums.of(tail, 0, tail.length)));
        for (int i = 0; i < 3; i++) {
            placed = placed.withHeadBytes(placed.line().length() + head.length);
        }
        return placed.withChecksums(headChecksum(placed, head, 0, head.length), placed.tail());
    }

    private static void check(RollupHead head, byte[] bytes, int from, int end, boolean fine) throws IOException {
        int headEnd = (int) head.headBytes();
        boolean headGood = end >= headEnd && head.head().equals(headChecksum(head, bytes, from, headEnd));
        // The file ends with a bracket and a newline.
        boolean tailGood =
                !fine || end - 2 > headEnd && head.tail().equals(Checksums.hex(Checksums.of(bytes, headEnd, end - 2)));
        if (!headGood || !tailGood) {
            throw new IOException("it is damaged");
        }
    }

    private static String headChecksum(RollupHead head, byte[] bytes, int from, int to) {
        CRC32C checksum = new CRC32C();
        checksum.update(head.withoutChecksums().getBytes(StandardCharsets.UTF_8));
        checksum.update(bytes, from, to - from);
        return Checksums.hex((int) checksum.getValue());
    }

    private static boolean isOf(RollupHead head, Path lines) throws IOException {
        try (FileChannel file = LogFolder.open(lines)) {
            return file.size() == head.bytes()
                    && Files.getLastModifiedTime(lines).toMillis()
                            == head.source().modifiedMillis()
                    && edgesOf(file, head.bytes()).equals(head.source().edges());
        } catch (NoSuchFileException e) {
            // Removed by retention since the folder was listed: the rollup is what is left.
            return true;
        }
    }
}
