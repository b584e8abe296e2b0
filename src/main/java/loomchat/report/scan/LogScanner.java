package loomchat.report.scan;

import java.io.IOException;
import java.nio.channels.FileChannel;
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

/**
 * Reads whole log files with several threads at once; each thread takes one chunk of the file after the other. They
 * are {@link BackgroundThreads}: a scan never parks, so on a carrier thread it would hold up every virtual thread.
 * One scan at a time; the caller waits for it. Memory: a {@link FileChunk} buffer per thread.
 */
public final class LogScanner implements AutoCloseable {
    /** The result of a scan apart from the totals of its readers. */
    public record Result(List<ChunkEvents> chunks, int checksum) {}

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
    public Result scan(FileChannel file, long size, boolean tornCounts, List<? extends LineReader<?>> readers)
            throws IOException {
        int count = Math.toIntExact((size + FileChunk.BYTES - 1) / FileChunk.BYTES);
        ChunkEvents[] found = new ChunkEvents[count];
        int[] checksums = new int[count];
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> running = new ArrayList<>();
        for (int worker = 0; worker < Math.min(buffers.length, count); worker++) {
            int me = worker;
            LineReader<?> reader = readers.get(worker);
            running.add(threads.submit(() -> {
                for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                    long start = (long) i * FileChunk.BYTES;
                    reader.totals.beginChunk();
                    long end = Math.min(size, start + FileChunk.BYTES);
                    checksums[i] = buffer(me).read(file, start, end, size, tornCounts, reader);
                    found[i] = reader.totals.endChunk();
                }
                return null;
            }));
        }
        await(running);
        return new Result(List.of(found), Checksums.of(checksums));
    }

    /** Reads the beginning of a file with one reader, on the caller's thread. */
    public void peek(FileChannel file, long size, LineReader<?> reader) throws IOException {
        reader.totals.beginChunk();
        long end = Math.min(size, PEEK_BYTES);
        buffer(0).read(file, 0, end, size, false, reader);
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
