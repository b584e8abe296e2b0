package loomchat.log;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks after sealed files: tells the listener of each, then lets {@link Retention} remove the oldest ones. Works on
 * a platform thread of its own, because scanning a segment would hold a carrier, the writer or the sync up; where the
 * disk is followed it looks there every {@value #CHECK_MILLIS} ms, else the thread exists while there is work. Its
 * queue is as short as sealed files are large.
 */
final class SegmentKeeper {
    private static final System.Logger LOG = System.getLogger(SegmentKeeper.class.getName());
    /** A disk takes far longer to be filled from nine tenths to the end than this, or is filled by somebody else. */
    private static final long CHECK_MILLIS = 2_000;

    private static final long IDLE_SECONDS = 5;

    private final Retention retention;
    private final SegmentListener listener;
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("log-keeper").factory());

    // Keeper thread only
    private String failure = "";

    SegmentKeeper(Retention retention, SegmentListener listener) {
        this.retention = retention;
        this.listener = listener;
        thread.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        thread.allowCoreThreadTimeOut(true);
    }

    /**
     * Looks whether the files are within their limit, at once and where the disk is followed again and again; returns
     * at once.
     */
    void start() {
        if (retention.followsDisk()) {
            thread.scheduleWithFixedDelay(this::retain, 0, CHECK_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            thread.execute(this::retain);
        }
    }

    /** Takes note of a file that was just sealed; returns at once. */
    void sealed(Path segment) {
        try {
            thread.execute(() -> {
                tell(segment);
                retain();
            });
        } catch (RejectedExecutionException e) {
            // Stopped: the next start looks at the folder anyway.
        }
    }

    private void tell(Path segment) {
        try {
            listener.sealed(segment);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.WARNING, "After sealing " + segment.getFileName(), e);
        }
    }

    /** Whatever goes wrong, it is tried again; what goes wrong in the same way again is not said twice. */
    private void retain() {
        try {
            retention.keep();
            failure = "";
        } catch (IOException e) {
            failed(Disk.cause(e));
        } catch (RuntimeException | Error e) {
            failed(e.toString());
        }
    }

    private void failed(String cause) {
        if (!cause.equals(failure)) {
            failure = cause;
            LOG.log(Level.WARNING, "LOG_RETAIN_BYTES cannot be kept: {0}", cause);
        }
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
