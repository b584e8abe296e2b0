package loomchat.log.retention;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import loomchat.log.files.Disk;

/**
 * The thread for sealed files: passes each to the listener, then lets {@link Retention} remove the oldest ones. It is
 * a platform thread of its own, because scanning a segment would delay a carrier, the writer or the sync. With a limit
 * that follows the disk it checks the disk every {@value #CHECK_MILLIS} ms; else the thread exists while there is
 * work. Its queue stays short because sealed files are large.
 */
public final class SegmentKeeper {
    private static final System.Logger LOG = System.getLogger(SegmentKeeper.class.getName());
    /** Filling the last tenth of a disk takes us far longer than this. */
    private static final long CHECK_MILLIS = 2_000;

    private static final long IDLE_SECONDS = 5;

    private final Retention retention;
    private final SegmentListener listener;
    private final Runnable compressor;
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("log-keeper").factory());

    // Keeper thread only
    private String failure = "";

    /** @param compressor runs after the listener got a file, and at the start; must not block */
    public SegmentKeeper(Retention retention, SegmentListener listener, Runnable compressor) {
        this.retention = retention;
        this.listener = listener;
        this.compressor = compressor;
        thread.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        thread.allowCoreThreadTimeOut(true);
    }

    /** Begins to enforce the limit: now, and with a limit that follows the disk again and again. Returns at once. */
    public void start() {
        if (retention.followsDisk()) {
            thread.scheduleWithFixedDelay(this::retain, 0, CHECK_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            thread.execute(this::retain);
        }
        thread.execute(compressor);
    }

    /** Takes note of a file that was just sealed. Returns at once. */
    public void sealed(Path segment) {
        try {
            thread.execute(() -> {
                tell(segment);
                retain();
                compressor.run();
            });
        } catch (RejectedExecutionException e) {
            // Stopped: the next start checks the folder anyway.
        }
    }

    private void tell(Path segment) {
        try {
            listener.sealed(segment);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.WARNING, "After sealing " + segment.getFileName(), e);
        }
    }

    /** Any failure is retried later; the same failure is logged once. */
    private void retain() {
        try {
            retention.removeOldest();
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

    /** Finishes queued work for at most {@code millis}; rollups left undone are made when they are next needed. */
    public void stop(long millis) {
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
