package loomchat.log.retention;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import loomchat.log.files.Disk;
import loomchat.log.files.LogFileNames;
import loomchat.log.files.OwnerOnlyFiles;
import loomchat.threads.BackgroundThreads;
import loomchat.zstd.Original;
import loomchat.zstd.SeekableFile;
import loomchat.zstd.SeekableWriter;
import loomchat.zstd.ZstdLibrary;

/**
 * Compresses sealed files, one at a time, the oldest first, on a thread of low priority that exists while there is
 * work. At any moment, the lines are in the original or in a compressed file that was read back, forced to the device
 * and compared with it; where both are, they count once (see {@code LogFolder}). A kill between any two steps leaves
 * at most an unfinished copy, which the next start removes. A failure keeps the original and is tried again later.
 */
public final class SegmentCompressor {
    private static final System.Logger LOG = System.getLogger(SegmentCompressor.class.getName());

    /** Higher levels take several times as long for a few percent: docs/performance.md. */
    static final int LEVEL = 1;

    private static final long RETRY_SECONDS = 60;
    private static final long IDLE_SECONDS = 5;

    /** What has been done when {@link Steps} are told. */
    enum Step {
        BEGUN,
        WRITTEN,
        FORCED,
        VERIFIED,
        RENAMED,
        REMOVED
    }

    /** Told of each step, on the compressor's thread; tests stop there, or fail. */
    interface Steps {
        void reached(Step step, Path segment) throws IOException;
    }

    private final Path folder;
    private final Steps steps;
    private final ScheduledThreadPoolExecutor thread =
            new ScheduledThreadPoolExecutor(1, BackgroundThreads.threads("log-compress-"));

    private volatile boolean stopping;

    // Compressor's thread only
    private String failure = "";

    /** Fails where the library cannot be loaded. */
    public SegmentCompressor(Path folder) throws IOException {
        this(folder, (step, segment) -> {});
    }

    SegmentCompressor(Path folder, Steps steps) throws IOException {
        ZstdLibrary.load();
        this.folder = folder;
        this.steps = steps;
        thread.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        thread.allowCoreThreadTimeOut(true);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /**
     * Removes what a kill left in a folder that this process has claimed: unfinished copies, and copies whose original
     * is still there.
     */
    public static void removeLeftovers(Path folder) throws IOException {
        for (Path each : LogFileNames.unfinishedCopies(folder)) {
            Files.deleteIfExists(each);
        }
        for (Path each : LogFileNames.oldestFirst(folder)) {
            if (!LogFileNames.isCompressed(each)) {
                Files.deleteIfExists(LogFileNames.compressed(each));
            }
        }
    }

    /** Begins to compress all sealed files, unless it does so already. Returns at once. */
    public void wake() {
        try {
            thread.execute(this::compressAll);
        } catch (RejectedExecutionException e) {
            // Stopped: the next start compresses them.
        }
    }

    /** Gives up the file in work, and waits for that for at most {@code millis}. */
    public void stop(long millis) {
        stopping = true;
        thread.shutdown();
        try {
            thread.awaitTermination(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void compressAll() {
        try {
            List<Path> sealed = LogFileNames.oldestFirst(folder);
            for (Path each : sealed) {
                if (!stopping && !LogFileNames.isCompressed(each)) {
                    compress(each);
                }
            }
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
            LOG.log(
                    Level.WARNING,
                    "A sealed log file cannot be compressed and stays as it is, the next try is in {0} s: {1}",
                    RETRY_SECONDS,
                    cause);
        }
        try {
            thread.schedule(this::compressAll, RETRY_SECONDS, TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            // Stopped.
        }
    }

    private void compress(Path segment) throws IOException {
        Path unfinished = LogFileNames.unfinishedCopy(segment);
        try {
            BasicFileAttributes before = attributes(segment);
            if (copied(segment, before, unfinished)) {
                replace(segment, before, unfinished);
            }
        } catch (NoSuchFileException e) {
            // Removed to make room.
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    /** Writes the copy, forces it to the device and reads it back; false when the compressor stops. */
    private boolean copied(Path segment, BasicFileAttributes before, Path unfinished) throws IOException {
        steps.reached(Step.BEGUN, segment);
        Files.deleteIfExists(unfinished);
        try (FileChannel from = OwnerOnlyFiles.open(segment, StandardOpenOption.READ);
                FileChannel to =
                        OwnerOnlyFiles.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                SeekableWriter writer = new SeekableWriter(LEVEL)) {
            String key = String.valueOf(before.fileKey());
            Original original = writer.write(from, to, before.lastModifiedTime().toMillis(), key, () -> stopping);
            if (original == null) {
                return false;
            }
            steps.reached(Step.WRITTEN, segment);
            OwnerOnlyFiles.copyMode(segment, unfinished);
            to.force(true);
            steps.reached(Step.FORCED, segment);
        }
        try (SeekableFile copy = SeekableFile.of(OwnerOnlyFiles.open(unfinished, StandardOpenOption.READ))) {
            copy.verify();
            if (copy.original().bytes() != before.size()) {
                throw new IOException("it changed while it was compressed");
            }
        }
        steps.reached(Step.VERIFIED, segment);
        return true;
    }

    private void replace(Path segment, BasicFileAttributes before, Path copy) throws IOException {
        Files.setLastModifiedTime(copy, before.lastModifiedTime());
        BasicFileAttributes now = attributes(segment);
        if (now.size() != before.size() || !now.lastModifiedTime().equals(before.lastModifiedTime())) {
            throw new IOException("it changed while it was compressed");
        }
        Files.move(copy, LogFileNames.compressed(segment), StandardCopyOption.ATOMIC_MOVE);
        Disk.syncFolder(folder);
        steps.reached(Step.RENAMED, segment);
        Files.delete(segment);
        Disk.syncFolder(folder);
        steps.reached(Step.REMOVED, segment);
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
}
