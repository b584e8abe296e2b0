package loomchat.report;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * Reads whole log files with several threads at once, each taking one part of the file after the other. {@link Background}
 * threads of its own: a scan never parks, and on a carrier thread it would hold up every virtual thread. One scan at a time; the caller
 * waits for it. Memory: a {@link Part} buffer a thread.
 */
final class Scanner implements AutoCloseable {
    /** What a scan found out about a file's bytes besides what its tallies hold. */
    record Result<P>(List<P> parts, long bytes, int checksum) {}

    private static final int PEEK_BYTES = 16 * 1024;

    private final ExecutorService threads;
    private final Part[] buffers;

    Scanner(int workers) {
        this.threads = Executors.newFixedThreadPool(workers, Background.threads("report-scan-"));
        this.buffers = new Part[workers];
    }

    int workers() {
        return buffers.length;
    }

    /** One tally for each worker. */
    <T> List<T> tallies(IntFunction<T> make) {
        List<T> tallies = new ArrayList<>();
        for (int i = 0; i < buffers.length; i++) {
            tallies.add(make.apply(i));
        }
        return tallies;
    }

    /** Reads the first {@code size} bytes into one tally per worker. */
    <T extends Tally<T, P>, P> Result<P> scan(FileChannel file, long size, boolean tornCounts, List<T> tallies)
            throws IOException {
        int count = Math.toIntExact((size + Part.BYTES - 1) / Part.BYTES);
        Object[] found = new Object[count];
        int[] checksums = new int[count];
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> running = new ArrayList<>();
        for (int worker = 0; worker < Math.min(buffers.length, count); worker++) {
            int me = worker;
            T tally = tallies.get(worker);
            running.add(threads.submit(() -> {
                for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                    long start = (long) i * Part.BYTES;
                    tally.beginPart();
                    long end = Math.min(size, start + Part.BYTES);
                    checksums[i] = buffer(me).read(file, start, end, size, tornCounts, tally);
                    found[i] = tally.endPart();
                }
                return null;
            }));
        }
        await(running);
        return new Result<>(castAll(found), size, Checksums.of(checksums));
    }

    /** Reads the beginning of a file into one tally, on the caller's thread. */
    void peek(FileChannel file, long size, Tally<?, ?> tally) throws IOException {
        tally.beginPart();
        long end = Math.min(size, PEEK_BYTES);
        buffer(0).read(file, 0, end, size, false, tally);
    }

    @Override
    public void close() {
        threads.shutdown();
    }

    /** Made on first use, so that a server that nobody asks for its report does not hold the memory. */
    private Part buffer(int worker) {
        if (buffers[worker] == null) {
            buffers[worker] = new Part();
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

    @SuppressWarnings("unchecked")
    private static <P> List<P> castAll(Object[] found) {
        List<P> parts = new ArrayList<>(found.length);
        for (Object each : found) {
            parts.add((P) each);
        }
        return parts;
    }
}
