package loomchat.log;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks after sealed files: tells the listener of each, then removes the oldest ones when all files together are larger than they may
 * be. Works on a platform thread of its own that exists while there is work, because scanning a segment would hold a carrier, the
 * writer or the sync up. Its queue is as short as sealed files are large.
 */
final class SegmentKeeper {
    private static final System.Logger LOG = System.getLogger(SegmentKeeper.class.getName());

    private final Path folder;
    private final long retainBytes;
    private final SegmentListener listener;
    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(
            1,
            1,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("log-keeper").factory());

    SegmentKeeper(Path folder, long retainBytes, SegmentListener listener) {
        this.folder = folder;
        this.retainBytes = retainBytes;
        this.listener = listener;
        thread.allowCoreThreadTimeOut(true);
    }

    /** Takes note of a file that was just sealed; returns at once. */
    void sealed(Path segment) {
        run(() -> {
            tell(segment);
            retain();
        });
    }

    /** Looks whether the files are within their limit; returns at once. */
    void check() {
        if (retainBytes > 0) {
            run(this::retain);
        }
    }

    private void run(Runnable work) {
        try {
            thread.execute(work);
        } catch (RejectedExecutionException e) {
            // Stopped: the next start looks at the folder anyway.
        }
    }

    private void tell(Path segment) {
        try {
            listener.sealed(segment);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "After sealing " + segment.getFileName(), e);
        }
    }

    private void retain() {
        if (retainBytes == 0) {
            return;
        }
        try {
            List<Path> sealed = Segments.oldestFirst(folder);
            long bytes = sizeOf(Segments.active(folder, Segments.EVENTS))
                    + sizeOf(Segments.active(folder, Segments.SAMPLES));
            for (Path each : sealed) {
                bytes += sizeOf(each);
            }
            for (Path oldest : sealed) {
                if (bytes <= retainBytes) {
                    return;
                }
                bytes -= sizeOf(oldest);
                remove(oldest);
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "LOG_RETAIN_BYTES cannot be kept: {0}", Disk.cause(e));
        }
    }

    private void remove(Path segment) throws IOException {
        if (!Files.exists(Segments.rollup(segment))) {
            tell(segment);
        }
        Files.deleteIfExists(segment);
    }

    private static long sizeOf(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    /** Finishes what is queued, for at most {@code millis}; what is left is made up for when it is next needed. */
    void stop(long millis) {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(millis, TimeUnit.MILLISECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
