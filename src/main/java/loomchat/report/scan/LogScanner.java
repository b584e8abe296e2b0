package loomchat.report.scan;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import loomchat.report.series.ChunkEvents;
import loomchat.report.series.LogTotals;
import loomchat.threads.BackgroundThreads;

/**
 * Reads whole log files with several threads at once; each thread takes one part of the file after the other. They
 * are {@link BackgroundThreads}: a scan never parks, so on a carrier thread it would hold up every virtual thread.
 * One scan at a time; the caller waits for it. Memory: a {@link FileChunk} buffer per thread.
 */
public final class LogScanner implements AutoCloseable {
    /** The result of a scan apart from the totals of its readers. */
    public record Result(List<ChunkEvents> chunks, int checksum) {}

    /** Some bytes of a file. */
    public record Range(long from, long to) {}

    /** Gets the totals of a block on the thread that read it. */
    public interface BlockConsumer<T> {
        void accept(int worker, int block, Range range, T totals) throws IOException;
    }

    /** A part of a file, and what may be read around it: a line begins at {@code least}. */
    private record Part(long start, long end, long least, long most) {}

    private interface Task {
        void run(int worker, int number) throws IOException;
    }

    private static final int PEEK_BYTES = 16 * 1024;

    private final ExecutorService threads;
    private final FileChunk[] buffers;

    public LogScanner(int workers) {
        this.threads = Executors.newFixedThreadPool(workers, BackgroundThreads.threads("report-scan-"));
        this.buffers = new FileChunk[workers];
    }

    /** One reader for each worker. */
    public <T extends LogTotals<T>> List<LineReader<T>> readers(Supplier<LineReader<T>> make) {
        return Stream.generate(make).limit(buffers.length).toList();
    }

    /** Adds the totals of all readers to those of the first one. */
    public static <T extends LogTotals<T>> T sum(List<LineReader<T>> readers) {
        T sum = readers.getFirst().totals;
        readers.stream().skip(1).forEach(each -> sum.merge(each.totals));
        return sum;
    }

    /** Reads the first {@code size} bytes with one reader per worker. */
    public Result scan(LogBytes file, long size, boolean tornCounts, List<? extends LineReader<?>> readers)
            throws IOException {
        List<Part> parts = parts(file, size);
        ChunkEvents[] found = new ChunkEvents[parts.size()];
        int[] checksums = new int[parts.size()];
        work(parts.size(), (worker, i) -> {
            LineReader<?> reader = readers.get(worker);
            reader.totals.beginChunk();
            checksums[i] = read(buffer(worker), file.reader(), List.of(parts.get(i)), tornCounts, reader);
            found[i] = reader.totals.endChunk();
        });
        return new Result(List.of(found), joined(parts, checksums));
    }

    /** Reads the lines that begin in some ranges of the file with one reader per worker. */
    public void scan(LogBytes file, long size, List<Range> ranges, List<? extends LineReader<?>> readers)
            throws IOException {
        List<Part> pieces = new ArrayList<>();
        for (Part part : parts(file, size)) {
            for (Range range : ranges) {
                if (range.from < part.end && range.to > part.start) {
                    pieces.add(new Part(
                            Math.max(range.from, part.start), Math.min(range.to, part.end), part.least, part.most));
                }
            }
        }
        work(pieces.size(), (worker, i) -> {
            LineReader<?> reader = readers.get(worker);
            reader.totals.beginChunk();
            read(buffer(worker), file.reader(), List.of(pieces.get(i)), true, reader);
        });
    }

    /**
     * Reads a whole file block by block: {@code parts} that follow each other. Each block has a reader of its own,
     * which {@code each} gets with the block's range, on the thread that read it.
     */
    public <T extends LogTotals<T>> Result scanBlocks(
            LogBytes file, int partsInBlock, Supplier<LineReader<T>> make, BlockConsumer<T> each) throws IOException {
        List<Part> parts = parts(file, file.size());
        int count = (parts.size() + partsInBlock - 1) / partsInBlock;
        ChunkEvents[] found = new ChunkEvents[count];
        int[] checksums = new int[count];
        List<Part> blocks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Part last = parts.get(Math.min(parts.size(), (i + 1) * partsInBlock) - 1);
            blocks.add(new Part(parts.get(i * partsInBlock).start, last.end, 0, 0));
        }
        work(count, (worker, i) -> {
            LineReader<T> reader = make.get();
            reader.totals.beginChunk();
            List<Part> ofBlock = parts.subList(i * partsInBlock, Math.min(parts.size(), (i + 1) * partsInBlock));
            checksums[i] = read(buffer(worker), file.reader(), ofBlock, true, reader);
            found[i] = reader.totals.endChunk();
            each.accept(worker, i, new Range(blocks.get(i).start, blocks.get(i).end), reader.totals);
        });
        return new Result(List.of(found), joined(blocks, checksums));
    }

    /** How many threads read. */
    public int workers() {
        return buffers.length;
    }

    /** Reads the beginning of a file with one reader, on the caller's thread. */
    public void peek(LogBytes file, long size, LineReader<?> reader) throws IOException {
        reader.totals.beginChunk();
        long end = Math.min(size, PEEK_BYTES);
        buffer(0).read(file.reader(), new FileChunk.Place(0, end, 0, size), false, reader);
    }

    private static int read(
            FileChunk buffer, LogBytes.Reader file, List<Part> parts, boolean tornCounts, LineReader<?> reader)
            throws IOException {
        buffer.resetChecksum();
        for (Part part : parts) {
            for (long start = part.start; start < part.end; start += FileChunk.BYTES) {
                long end = Math.min(part.end, start + FileChunk.BYTES);
                buffer.read(file, new FileChunk.Place(start, end, part.least, part.most), tornCounts, reader);
            }
        }
        return buffer.checksum();
    }

    private static List<Part> parts(LogBytes file, long size) {
        long[] starts = file.parts(size);
        List<Part> parts = new ArrayList<>(starts.length);
        for (int i = 0; i < starts.length; i++) {
            long end = i + 1 < starts.length ? starts[i + 1] : size;
            parts.add(
                    file.partsAreLines()
                            ? new Part(starts[i], end, starts[i], end)
                            : new Part(starts[i], end, 0, size));
        }
        return parts;
    }

    private static int joined(List<Part> parts, int[] checksums) {
        int whole = 0;
        for (int i = 0; i < checksums.length; i++) {
            whole = Checksums.joined(whole, checksums[i], parts.get(i).end - parts.get(i).start);
        }
        return whole;
    }

    /** Has the workers do tasks 0 to {@code count} - 1, each the next one that is left, and waits for them. */
    private void work(int count, Task task) throws IOException {
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> running = new ArrayList<>();
        for (int worker = 0; worker < Math.min(buffers.length, count); worker++) {
            int me = worker;
            running.add(threads.submit(() -> {
                for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                    task.run(me, i);
                }
                return null;
            }));
        }
        await(running);
    }

    @Override
    public void close() {
        threads.shutdown();
    }

    /** Made on first use, so that a server without readers of its report does not hold the memory. */
    private FileChunk buffer(int worker) {
        if (buffers[worker] == null) {
            buffers[worker] = new FileChunk();
        }
        return buffers[worker];
    }

    private static void await(List<Future<?>> running) throws IOException {
        IOException failed = null;
        for (Future<?> each : running) {
            try {
                each.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while reading", e);
            } catch (ExecutionException e) {
                failed = e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
            }
        }
        if (failed != null) {
            throw failed;
        }
    }
}
