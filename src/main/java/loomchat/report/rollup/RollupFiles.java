package loomchat.report.rollup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import loomchat.report.scan.ByteWords;
import loomchat.report.scan.Checksums;
import loomchat.report.scan.LogBytes;
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
 * wants, wider where a segment is so long that there would be too many buckets. At the end are {@link RollupBlocks}.
 */
public final class RollupFiles<T extends LogTotals<T>> {
    /** The width of the buckets that every rollup has. */
    public static final long COARSE_SECONDS = 3600;

    /** No rollup is larger than this; a larger file is not read. */
    private static final long MOST_FILE_BYTES = 32L << 20;

    private static final byte[] CLOSE = "}\n".getBytes(StandardCharsets.US_ASCII);
    private static final String DAMAGED = "it is damaged";

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
        try (LogBytes file = LogFolder.openLines(lines)) {
            long size = file.size();
            int inBlock = RollupBlocks.partsInBlock(file.parts(size).length);
            RollupBlocks blocks = new RollupBlocks((file.parts(size).length + inBlock - 1) / inBlock);
            List<T> sums = Stream.generate(() -> everything(format.finestSeconds()))
                    .limit(scanner.workers())
                    .toList();
            LogScanner.Result result = scanner.scanBlocks(
                    file, inBlock, () -> format.reader(everything(format.finestSeconds())), (worker, i, range, of) -> {
                        addBlock(blocks, i, range, of);
                        sums.get(worker).merge(of);
                    });
            T totals = sums.getFirst();
            sums.stream().skip(1).forEach(totals::merge);
            RollupHeader.Source source = new RollupHeader.Source(
                    size, file.modifiedMillis(), Checksums.hex(result.checksum()), Checksums.hex(file.ends()));
            RollupHeader head = new RollupHeader(
                    source, totals.first(), totals.last(), totals.series().seconds());
            return write(LogFolder.rollupOf(lines), head, totals, ChunkEvents.joined(result.chunks()), blocks);
        }
    }

    private void addBlock(RollupBlocks blocks, int number, LogScanner.Range range, T totals) throws IOException {
        RollupWriter sums = new RollupWriter();
        format.writeSums(sums, totals, new ChunkEvents());
        byte[] bytes = sums.bytes();
        blocks.set(
                number,
                new RollupBlocks.Block(range, totals.first(), totals.last(), totals.untimed(), 0, bytes.length),
                bytes);
    }

    private T everything(long bucketSeconds) {
        return format.totals(LogTimes.UNKNOWN, Long.MAX_VALUE, bucketSeconds);
    }

    /** Reads a rollup. The buckets are {@code bucketSeconds} wide, or wider where the rollup has no finer ones. */
    public Contents<T> load(Path rollup, long bucketSeconds) throws IOException {
        try (FileChannel file = LogFolder.open(rollup)) {
            byte[] start = new byte[RollupHeader.MOST_BYTES + ByteWords.SLACK];
            RollupHeader head = header(file, start);
            int line = ByteWords.newline(start, 0, RollupHeader.MOST_BYTES);
            boolean fine = bucketSeconds < COARSE_SECONDS;
            byte[] bytes = bytes(file, 0, fine ? fineEnd(head, file) : head.headBytes());
            int end = bytes.length - ByteWords.SLACK;
            if (head.headBytes() < line || head.headBytes() > end) {
                throw new IOException(DAMAGED);
            }
            check(head, bytes, line + 1, end, fine);
            return restore(new RollupReader(bytes, line + 1, end), fine, Math.max(bucketSeconds, head.fineSeconds()));
        }
    }

    /** What a rollup says of the parts of its segment that lie in a range. */
    public SegmentPart<T> part(Segment segment, long from, long to) throws IOException {
        try (FileChannel file = LogFolder.open(segment.rollup())) {
            RollupHeader head = header(file, new byte[RollupHeader.MOST_BYTES + ByteWords.SLACK]);
            if (!head.hasBlocks()) {
                return new SegmentPart<>(format, new byte[0], List.of(), from, to, head.fineSeconds());
            }
            long end = file.size() - CLOSE.length;
            byte[] bytes = bytes(file, head.fineBytes(), end);
            int length = bytes.length - ByteWords.SLACK;
            if (!head.blocks().equals(Checksums.hex(Checksums.of(bytes, 0, length)))) {
                throw new IOException(DAMAGED);
            }
            return new SegmentPart<>(
                    format, bytes, List.of(RollupBlocks.read(bytes, 0, length)), from, to, head.fineSeconds());
        }
    }

    private static RollupHeader header(FileChannel file, byte[] start) throws IOException {
        if (file.size() > MOST_FILE_BYTES) {
            throw new IOException("it is too large for a rollup");
        }
        int length = LogFolder.read(file, 0, start, 0, RollupHeader.MOST_BYTES);
        return RollupHeader.parse(start, ByteWords.newline(start, 0, length));
    }

    private static long fineEnd(RollupHeader head, FileChannel file) throws IOException {
        return head.hasBlocks() ? head.fineBytes() : file.size() - CLOSE.length;
    }

    private static byte[] bytes(FileChannel file, long from, long to) throws IOException {
        if (from < 0 || to < from || to > file.size()) {
            throw new IOException(DAMAGED);
        }
        byte[] bytes = new byte[(int) (to - from) + ByteWords.SLACK];
        LogFolder.read(file, from, bytes, 0, (int) (to - from));
        return bytes;
    }

    private Contents<T> restore(RollupReader in, boolean fine, long bucketSeconds) throws IOException {
        T totals = format.totals(LogTimes.UNKNOWN, Long.MAX_VALUE, bucketSeconds);
        ChunkEvents events = format.readSums(in, totals);
        format.readSeries(in, fine ? "fine" : "coarse", totals);
        return new Contents<>(totals, events);
    }

    private RollupHeader write(Path target, RollupHeader figures, T totals, ChunkEvents events, RollupBlocks blocks)
            throws IOException {
        RollupWriter head = new RollupWriter();
        format.writeSums(head, totals, events);
        format.writeSeries(head, "coarse", totals, Math.max(COARSE_SECONDS, figures.fineSeconds()));
        RollupWriter fine = new RollupWriter();
        format.writeSeries(fine, "fine", totals, figures.fineSeconds());
        byte[] headPart = followed(head.bytes());
        byte[] finePart = followed(fine.bytes());
        byte[] blockPart = blocks.written();
        RollupHeader line = placed(figures, headPart, finePart, blockPart);
        Path unfinished = Files.createTempFile(target.getParent(), ".rollup-", ".tmp");
        try {
            try (var out = Files.newOutputStream(unfinished)) {
                out.write(line.line().getBytes(StandardCharsets.UTF_8));
                out.write(headPart);
                out.write(finePart);
                out.write(blockPart);
                out.write(CLOSE);
            }
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
        return line;
    }

    private static byte[] followed(byte[] members) {
        byte[] followed = Arrays.copyOf(members, members.length + 2);
        followed[members.length] = ',';
        followed[members.length + 1] = '\n';
        return followed;
    }

    /** Sets the places of the parts, which depend on the length of the line that they are in, and the checksums. */
    private static RollupHeader placed(RollupHeader figures, byte[] head, byte[] fine, byte[] blocks) {
        RollupHeader placed = figures.withPlaces(1, 1);
        for (int i = 0; i < 4; i++) {
            int line = placed.line().length();
            placed = placed.withPlaces(line + head.length, line + head.length + fine.length);
        }
        return placed.withChecksums(
                headChecksum(placed, head, 0, head.length),
                Checksums.hex(Checksums.of(fine, 0, fine.length)),
                Checksums.hex(Checksums.of(blocks, 0, blocks.length)));
    }

    private static void check(RollupHeader head, byte[] bytes, int from, int end, boolean fine) throws IOException {
        int headEnd = (int) head.headBytes();
        boolean headGood = head.head().equals(headChecksum(head, bytes, from, headEnd));
        boolean fineGood = !fine || head.tail().equals(Checksums.hex(Checksums.of(bytes, headEnd, end)));
        if (!headGood || !fineGood) {
            throw new IOException(DAMAGED);
        }
    }

    private static String headChecksum(RollupHeader head, byte[] bytes, int from, int to) {
        CRC32C checksum = new CRC32C();
        checksum.update(head.withoutChecksums().getBytes(StandardCharsets.UTF_8));
        checksum.update(bytes, from, to - from);
        return Checksums.hex((int) checksum.getValue());
    }

    private static boolean isOf(RollupHeader head, Path lines) throws IOException {
        try (LogBytes file = LogFolder.openLines(lines)) {
            return file.size() == head.bytes()
                    && file.modifiedMillis() == head.source().modifiedMillis()
                    && Checksums.hex(file.ends()).equals(head.source().ends());
        } catch (NoSuchFileException e) {
            // Retention removed it after the folder was listed: only the rollup is left.
            return true;
        }
    }
}
