package loomchat.report.rollup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.CRC32C;
import loomchat.report.scan.ByteWords;
import loomchat.report.scan.Checksums;
import loomchat.report.scan.LineReader;
import loomchat.report.scan.LogFolder;
import loomchat.report.scan.LogFolder.Segment;
import loomchat.report.scan.LogScanner;
import loomchat.report.series.ChunkEvents;
import loomchat.report.series.LogTimes;
import loomchat.report.series.LogTotals;

/**
 * The rollup files of one log: made from sealed segments, read instead of them, and made again when missing, damaged
 * or of another segment. Used by the one thread that reads history; blocks on the disk.
 *
 * <p>A rollup is a JSON file. Its first line names the segment's size, times and checksums; then come sums,
 * distributions and a series by the hour, then a fine series, which only short ranges need: as fine as its format
 * wants, wider where a segment is so long that there would be too many buckets.
 */
public final class RollupFiles<T extends LogTotals<T>> {
    static final long COARSE_SECONDS = 3600;
    private static final int EDGE_BYTES = 4096;
    /** No rollup is larger than this; a larger file is not read. */
    private static final long MOST_FILE_BYTES = 32L << 20;

    /** What a rollup holds of its segment. */
    public record Contents<T>(T totals, ChunkEvents events) {}

    private final RollupFormat<T> format;
    private final LogScanner scanner;

    public RollupFiles(RollupFormat<T> format, LogScanner scanner) {
        this.format = format;
        this.scanner = scanner;
    }

    /** The header of the segment's rollup, or null if there is none that can be used. */
    public RollupHeader usable(Segment segment) {
        try (FileChannel file = LogFolder.open(segment.rollup())) {
            byte[] start = new byte[RollupHeader.MOST_BYTES + ByteWords.SLACK];
            int length = LogFolder.read(file, 0, start, 0, RollupHeader.MOST_BYTES);
            RollupHeader head = RollupHeader.parse(start, ByteWords.newline(start, 0, length));
            return !segment.linesExist() || !head.isOld() && isOf(head, segment.lines()) ? head : null;
        } catch (IOException e) {
            return null;
        }
    }

    /** Reads a segment's lines and writes its rollup. Fails if either cannot be done. */
    public RollupHeader build(Path lines) throws IOException {
        try (FileChannel file = LogFolder.open(lines)) {
            long size = file.size();
            long modified = Files.getLastModifiedTime(lines).toMillis();
            List<LineReader<T>> readers =
                    scanner.readers(() -> format.reader(LogTimes.UNKNOWN, Long.MAX_VALUE, format.finestSeconds()));
            LogScanner.Result result = scanner.scan(file, size, true, readers);
            T totals = LogScanner.sum(readers);
            RollupHeader.Source source =
                    new RollupHeader.Source(size, modified, Checksums.hex(result.checksum()), endsOf(file, size));
            RollupHeader head = new RollupHeader(
                    source, totals.first(), totals.last(), totals.series().seconds());
            return write(LogFolder.rollupOf(lines), head, totals, ChunkEvents.joined(result.chunks()));
        }
    }

    /** Reads a rollup. The buckets are {@code bucketSeconds} wide, or wider where the rollup has no finer ones. */
    public Contents<T> load(Path rollup, long bucketSeconds) throws IOException {
        try (FileChannel file = LogFolder.open(rollup)) {
            if (file.size() > MOST_FILE_BYTES) {
                throw new IOException("it is too large for a rollup");
            }
            byte[] start = new byte[RollupHeader.MOST_BYTES + ByteWords.SLACK];
            int length = LogFolder.read(file, 0, start, 0, RollupHeader.MOST_BYTES);
            int line = ByteWords.newline(start, 0, length);
            RollupHeader head = RollupHeader.parse(start, line);
            boolean fine = bucketSeconds < COARSE_SECONDS;
            long wanted = fine ? file.size() : head.headBytes();
            if (head.headBytes() < line || head.headBytes() > file.size()) {
                throw new IOException("it is damaged");
            }
            byte[] bytes = new byte[(int) wanted + ByteWords.SLACK];
            int end = LogFolder.read(file, 0, bytes, 0, (int) wanted);
            check(head, bytes, line + 1, end, fine);
            return restore(
                    new RollupReader(bytes, line + 1, fine ? end - 2 : end),
                    fine,
                    Math.max(bucketSeconds, head.fineSeconds()));
        }
    }

    static String endsOf(FileChannel file, long size) throws IOException {
        byte[] edge = new byte[EDGE_BYTES];
        CRC32C checksum = new CRC32C();
        checksum.update(edge, 0, LogFolder.read(file, 0, edge, 0, EDGE_BYTES));
        checksum.update(edge, 0, LogFolder.read(file, Math.max(0, size - EDGE_BYTES), edge, 0, EDGE_BYTES));
        return Checksums.hex((int) checksum.getValue());
    }

    private Contents<T> restore(RollupReader in, boolean fine, long bucketSeconds) throws IOException {
        T totals = format.totals(LogTimes.UNKNOWN, Long.MAX_VALUE, bucketSeconds);
        ChunkEvents events = format.readSums(in, totals);
        format.readSeries(in, fine ? "fine" : "coarse", totals);
        return new Contents<>(totals, events);
    }

    private RollupHeader write(Path target, RollupHeader figures, T totals, ChunkEvents events) throws IOException {
        RollupWriter head = new RollupWriter();
        format.writeSums(head, totals, events);
        format.writeSeries(head, "coarse", totals, Math.max(COARSE_SECONDS, figures.fineSeconds()));
        RollupWriter fine = new RollupWriter();
        format.writeSeries(fine, "fine", totals, figures.fineSeconds());
        byte[] headBytes = (new String(head.bytes(), StandardCharsets.UTF_8) + ",\n").getBytes(StandardCharsets.UTF_8);
        byte[] tailBytes = fine.bytes();
        RollupHeader line = placed(figures, headBytes, tailBytes);
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

    /** Sets `headBytes`, which depends on the length of the line that it is in. */
    private static RollupHeader placed(RollupHeader figures, byte[] head, byte[] tail) {
        RollupHeader placed = figures.withChecksums(figures.head(), Checksums.hex(Checksums.of(tail, 0, tail.length)));
        for (int i = 0; i < 3; i++) {
            placed = placed.withHeadBytes(placed.line().length() + head.length);
        }
        return placed.withChecksums(headChecksum(placed, head, 0, head.length), placed.tail());
    }

    private static void check(RollupHeader head, byte[] bytes, int from, int end, boolean fine) throws IOException {
        int headEnd = (int) head.headBytes();
        boolean headGood = end >= headEnd && head.head().equals(headChecksum(head, bytes, from, headEnd));
        // The file ends with a bracket and a newline.
        boolean tailGood =
                !fine || end - 2 > headEnd && head.tail().equals(Checksums.hex(Checksums.of(bytes, headEnd, end - 2)));
        if (!headGood || !tailGood) {
            throw new IOException("it is damaged");
        }
    }

    private static String headChecksum(RollupHeader head, byte[] bytes, int from, int to) {
        CRC32C checksum = new CRC32C();
        checksum.update(head.withoutChecksums().getBytes(StandardCharsets.UTF_8));
        checksum.update(bytes, from, to - from);
        return Checksums.hex((int) checksum.getValue());
    }

    private static boolean isOf(RollupHeader head, Path lines) throws IOException {
        try (FileChannel file = LogFolder.open(lines)) {
            return file.size() == head.bytes()
                    && Files.getLastModifiedTime(lines).toMillis()
                            == head.source().modifiedMillis()
                    && endsOf(file, head.bytes()).equals(head.source().ends());
        } catch (NoSuchFileException e) {
            // Retention removed it after the folder was listed: only the rollup is left.
            return true;
        }
    }
}
