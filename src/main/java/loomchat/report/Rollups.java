package loomchat.report;

import java.io.IOException;
import java.nio.ByteBuffer;
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
 * Rollup files of one record: made from sealed segments, read instead of them, and made anew when missing, damaged or of
 * another segment. Used by the one thread that reads history; blocks on the disk.
 *
 * <p>A rollup is a JSON file. Its first line names the segment's size, times and checksums; then come sums, distributions
 * and a series by the hour, then a fine series, which only short ranges need: as fine as its format wants, wider where a
 * segment is so long that there would be too many buckets.
 */
final class Rollups<T extends Tally<T, P>, P> {
    static final long COARSE_SECONDS = 3600;
    private static final int EDGE_BYTES = 4096;
    /** A rollup is smaller than this, whatever it was made of; anything larger is none. */
    private static final long MOST_FILE_BYTES = 32L << 20;

    /** A segment's sums in a tally, and what of it has an order. */
    record Rolled<T, P>(T tally, P parts) {}

    private final RollupFormat<T, P> format;
    private final Scanner scanner;

    Rollups(RollupFormat<T, P> format, Scanner scanner) {
        this.format = format;
        this.scanner = scanner;
    }

    /** The head of a rollup that can be used for the segment, or null. */
    RollupHead usable(Segment segment) {
        try (FileChannel file = LogFolder.open(segment.rollup())) {
            byte[] start = new byte[RollupHead.MOST_BYTES + Swar.SLACK];
            int length = readFully(file, start, 0, (int) Math.min(file.size(), RollupHead.MOST_BYTES));
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
            List<T> tallies = scanner.tallies(
                    i -> format.tally(Times.UNKNOWN, Long.MAX_VALUE, format.finestSeconds(), Buckets.MOST));
            Scanner.Result<P> result = scanner.scan(file, size, true, tallies);
            T tally = tallies.getFirst();
            for (T each : tallies.subList(1, tallies.size())) {
                tally.merge(each);
            }
            RollupHead head = new RollupHead(
                    size,
                    modified,
                    Checksums.hex(result.checksum()),
                    edgesOf(file, size),
                    tally.first() == Long.MAX_VALUE ? Times.UNKNOWN : tally.first(),
                    tally.last() == Long.MIN_VALUE ? Times.UNKNOWN : tally.last(),
                    format.seriesSeconds(tally),
                    0,
                    "",
                    "");
            return write(LogFolder.rollupOf(lines), head, tally, format.join(result.parts()));
        }
    }

    /** Reads a rollup into a tally whose series has buckets of {@code bucketSeconds}, or wider ones where it has no finer. */
    Rolled<T, P> load(Path rollup, long bucketSeconds) throws IOException {
        try (FileChannel file = LogFolder.open(rollup)) {
            if (file.size() > MOST_FILE_BYTES) {
                throw new IOException("it is too large for a rollup");
            }
            byte[] start = new byte[RollupHead.MOST_BYTES + Swar.SLACK];
            int length = readFully(file, start, 0, (int) Math.min(file.size(), RollupHead.MOST_BYTES));
            int line = Swar.newline(start, 0, length);
            RollupHead head = RollupHead.parse(start, line);
            boolean fine = bucketSeconds < COARSE_SECONDS;
            long wanted = fine ? file.size() : head.headBytes();
            if (head.headBytes() < line || head.headBytes() > file.size()) {
                throw new IOException("it is damaged");
            }
            byte[] bytes = new byte[(int) wanted + Swar.SLACK];
            int end = readFully(file, bytes, 0, (int) wanted);
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
        checksum.update(edge, 0, readFully(file, edge, 0, EDGE_BYTES));
        checksum.update(edge, 0, readFully(file, edge, Math.max(0, size - EDGE_BYTES), EDGE_BYTES));
        return Checksums.hex((int) checksum.getValue());
    }

    private Rolled<T, P> restore(RollupIn in, boolean fine, long bucketSeconds) throws IOException {
        T tally = format.tally(Times.UNKNOWN, Long.MAX_VALUE, bucketSeconds, Buckets.MOST);
        P parts = format.readSums(in, tally);
        format.readSeries(in, fine ? "fine" : "coarse", tally);
        return new Rolled<>(tally, parts);
    }

    private RollupHead write(Path target, RollupHead figures, T tally, P parts) throws IOException {
        RollupOut head = new RollupOut();
        format.writeSums(head, tally, parts);
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
        RollupHead placed = figures.withChecksums("00000000", Checksums.hex(Checksums.of(tail, 0, tail.length)));
        for (int i = 0; i < 3; i++) {
            placed = new RollupHead(
                    placed.bytes(),
                    placed.modifiedMillis(),
                    placed.checksum(),
                    placed.edges(),
                    placed.first(),
                    placed.last(),
                    placed.fineSeconds(),
                    placed.line().length() + head.length,
                    placed.head(),
                    placed.tail());
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
                    && Files.getLastModifiedTime(lines).toMillis() == head.modifiedMillis()
                    && edgesOf(file, head.bytes()).equals(head.edges());
        } catch (NoSuchFileException e) {
            // Removed by retention since the folder was listed: the rollup is what is left.
            return true;
        }
    }

    private static int readFully(FileChannel file, byte[] into, long at, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(into, 0, Math.min(length, into.length));
        while (buffer.hasRemaining() && file.read(buffer, at + buffer.position()) >= 0) {}
        return buffer.position();
    }
}
