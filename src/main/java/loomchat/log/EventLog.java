package loomchat.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import loomchat.counters.Durations;
import loomchat.log.files.Disk;
import loomchat.log.files.DiskStall;
import loomchat.log.files.FolderLock;
import loomchat.log.files.LogFileNames;
import loomchat.log.files.LogSync;
import loomchat.log.files.OwnerOnlyFiles;
import loomchat.log.files.TornTailRepair;
import loomchat.log.retention.Retention;
import loomchat.log.retention.SegmentCompressor;
import loomchat.log.retention.SegmentKeeper;
import loomchat.log.retention.SegmentListener;

/**
 * The record: every event goes through here into {@code chat-logs.jsonl}, every sample into {@code bandwidth.jsonl}.
 *
 * <p>Any thread may call {@link #record}, {@link #relayed} and {@link #sample}. They cost tens of nanoseconds, take no
 * lock and make no system call, unless the queue is full: then they block, without holding a carrier, until the writer
 * has made room. Nothing is dropped while the log is open. One thread writes (see {@link LogWriter}), another syncs
 * (see {@link LogSync}). Long, because the state of the record is told here, each part with its own method.
 */
public final class EventLog implements AutoCloseable {
    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(5);
    private static final long SHORTEST_WAIT_NANOS = 100_000;
    private static final long LONGEST_WAIT_NANOS = 2_000_000;
    private static final long LONGEST_STALLED_WAIT_NANOS = 100_000_000;

    private final LogOptions options;
    private final FolderLock lock;
    private final EventRing ring;
    private final QueueFullTime queueFullTime = new QueueFullTime();
    private final SegmentCompressor compressor;
    private final SegmentKeeper keeper;
    private final LogSync sync;
    private final LogWriter writer;
    private final EventCounts counts = new EventCounts();
    private final long tornBytes;
    private final Thread syncThread;
    private volatile BiConsumer<String, Throwable> onFatal = EventLog::logFatal;
    private boolean closed;

    /** As {@link #open(LogOptions, SegmentListener)}, without a listener. */
    public static EventLog open(LogOptions options) throws LogUnavailable {
        return open(options, segment -> {});
    }

    /** Claims the folder, repairs the files that the run before left, and starts the writer. */
    public static EventLog open(LogOptions options, SegmentListener listener) throws LogUnavailable {
        return open(options, listener, Disk.REAL);
    }

    static EventLog open(LogOptions options, SegmentListener listener, Disk disk) throws LogUnavailable {
        makeFolder(options.dir());
        FolderLock lock = claim(options.dir());
        try {
            return new EventLog(options, listener, disk, lock, mend(options.dir()));
        } catch (LogUnavailable e) {
            lock.close();
            throw e;
        }
    }

    private static void makeFolder(Path folder) throws LogUnavailable {
        try {
            if (!Files.isDirectory(folder)) {
                OwnerOnlyFiles.createFolders(folder);
            }
        } catch (IOException e) {
            throw new LogUnavailable("LOG_DIR=" + folder + " cannot be created: " + Disk.cause(e));
        }
    }

    /** Claims {@code folder}, which exists. */
    static FolderLock claim(Path folder) throws LogUnavailable {
        try {
            return FolderLock.take(folder);
        } catch (FolderLock.InUse e) {
            throw new LogUnavailable(e.getMessage());
        } catch (IOException e) {
            throw new LogUnavailable("LOG_DIR=" + folder + " cannot be written: " + Disk.cause(e));
        }
    }

    private static long mend(Path folder) throws LogUnavailable {
        try {
            return mend(folder, LogFileNames.EVENTS) + mend(folder, LogFileNames.SAMPLES);
        } catch (IOException e) {
            throw new LogUnavailable("LOG_DIR=" + folder + " cannot be read: " + Disk.cause(e));
        }
    }

    /** Repairs the newest sealed files too: a power cut may come between their new names and their sync. */
    private static long mend(Path folder, String kind) throws IOException, LogUnavailable {
        long bytes = mendIfAny(folder, LogFileNames.active(folder, kind), TornTailRepair.ZEROS_LOOKED_FOR);
        long lookedFor = TornTailRepair.ZEROS_LOOKED_FOR;
        for (Path sealed : LogFileNames.newestFirst(folder, kind, LogSync.MOST_UNSAFE)) {
            if (LogFileNames.isCompressed(sealed)) {
                continue; // it was safe on the device before it got this name
            }
            long size = Files.size(sealed);
            bytes += mendIfAny(folder, sealed, lookedFor);
            lookedFor = Math.max(0, lookedFor - size);
        }
        return bytes;
    }

    private static long mendIfAny(Path folder, Path file, long zerosLookedFor) throws LogUnavailable {
        try {
            return TornTailRepair.mend(file, zerosLookedFor);
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new LogUnavailable("LOG_DIR=" + folder + ": " + file.getFileName() + " cannot be checked and mended: "
                    + Disk.cause(e));
        }
    }

    private EventLog(LogOptions options, SegmentListener listener, Disk disk, FolderLock lock, long tornBytes)
            throws LogUnavailable {
        this.options = options;
        this.lock = lock;
        this.tornBytes = tornBytes;
        ring = new EventRing(options.queueEvents());
        Retention retention = new Retention(options.dir(), options.retainBytes(), disk, listener);
        compressor = compressor();
        keeper = new SegmentKeeper(retention, listener, compressor == null ? () -> {} : compressor::wake);
        sync = new LogSync(options.dir(), options.syncMillis(), keeper::sealed);
        long segmentBytes = retention.segmentBytes(options.segmentBytes(), LogOptions.LEAST_SEGMENT_BYTES);
        writer = new LogWriter(options, segmentBytes, disk, ring, sync, lock, this::fatal);
        openFiles();
        syncThread = Thread.ofPlatform().daemon().name("log-sync").start(sync);
        writer.start();
        keeper.start();
    }

    /** Null where sealed files stay as they are. */
    private SegmentCompressor compressor() throws LogUnavailable {
        try {
            SegmentCompressor.removeLeftovers(options.dir());
            return options.compress() ? new SegmentCompressor(options.dir()) : null;
        } catch (IOException e) {
            throw new LogUnavailable(
                    "LOG_DIR=" + options.dir() + ": sealed files cannot be compressed: " + Disk.cause(e));
        }
    }

    private void openFiles() throws LogUnavailable {
        try {
            writer.open();
        } catch (IOException e) {
            throw new LogUnavailable("LOG_DIR=" + options.dir() + " cannot be written: " + Disk.cause(e));
        }
    }

    /** Records {@code event}. After {@link #close} it is ignored. */
    public void record(Event event) {
        if (event instanceof Event.MessageRelay m) {
            relayed(m.millis(), m.session(), m.pair(), m.bytes());
        } else {
            counts.count(event);
            put(event);
        }
    }

    /** Records a {@link Event.MessageRelay} without an object. */
    public void relayed(long millis, long session, long pair, int bytes) {
        if (!ring.offerRelay(millis, session, pair, bytes)) {
            waitUntil(() -> ring.offerRelay(millis, session, pair, bytes));
        }
        writer.wake();
    }

    /** Records {@code sample}. After {@link #close} it is ignored. */
    public void sample(Sample sample) {
        put(sample);
    }

    private void put(Object object) {
        if (!ring.offer(object)) {
            waitUntil(() -> ring.offer(object));
        }
        writer.wake();
    }

    /**
     * Parks for 0.1 ms at first and longer each time: up to 2 ms, or 0.1 s while the disk is bad and many may wait.
     */
    private void waitUntil(BooleanSupplier offered) {
        boolean interrupted = false;
        queueFullTime.begins();
        try {
            for (long wait = SHORTEST_WAIT_NANOS; !ring.isShut() && !offered.getAsBoolean(); ) {
                LockSupport.parkNanos(wait);
                interrupted |= Thread.interrupted();
                wait = Math.min(wait * 2, writer.stalled() == null ? LONGEST_WAIT_NANOS : LONGEST_STALLED_WAIT_NANOS);
            }
        } finally {
            queueFullTime.ends();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The total time in which at least one thread had to wait here because the queue was full. A connection's thread
     * that waits here reads nothing, so that silence during this time says nothing about its client. Any thread, takes
     * no lock.
     */
    public long queueFullNanos() {
        return queueFullTime.nanos();
    }

    /**
     * Sets what happens at an error of the machine that lasts, such as exhausted memory: {@code action} gets the name
     * of the thread and the error, on that thread, once for each thread. By default the error is logged. The thread
     * goes on trying in any case.
     */
    public void onFatal(BiConsumer<String, Throwable> action) {
        onFatal = action;
    }

    void fatal(String thread, Throwable error) {
        onFatal.accept(thread, error);
    }

    private static void logFatal(String thread, Throwable error) {
        System.getLogger(EventLog.class.getName())
                .log(System.Logger.Level.ERROR, thread + " has met the same error for a long time", error);
    }

    public LogHealth health() {
        DiskStall.Now stalled = writer.stalled() != null ? writer.stalled() : sync.stalled();
        return new LogHealth(
                ring.queued(),
                ring.capacity(),
                sync.lastMillis(),
                stalled == null ? 0 : stalled.since(),
                stalled == null ? "" : stalled.cause());
    }

    /** What has been recorded, in numbers. */
    public EventCounts counts() {
        return counts;
    }

    /** How long each sync of the files took. */
    public Durations syncs() {
        return sync.durations();
    }

    /** Bytes of lines that were written to the file of events, and to that of samples. */
    public long writtenBytes(boolean events) {
        return sync.written(events ? 0 : 1);
    }

    /** How many events and samples were recorded since the start, without the last event of {@link #close}. */
    public long recorded() {
        return ring.claimed();
    }

    /** Bytes of damaged lines that {@link #open} moved to side files. */
    public long tornBytes() {
        return tornBytes;
    }

    @Override
    public void close() {
        close(null);
    }

    /**
     * Writes and syncs all recorded events, then {@code last}, which may be null, and releases the folder. Events that
     * other threads record meanwhile are ignored. Takes little more than 5 s at most, also on a bad disk; returns how
     * many lines are then missing from the files.
     */
    public long close(Event last) {
        return close(last, CLOSE_DEADLINE);
    }

    synchronized long close(Event last, Duration deadline) {
        if (closed) {
            return 0;
        }
        closed = true;
        writer.close(last, System.nanoTime() + deadline.toNanos());
        boolean ended = false;
        try {
            ended = writer.join(deadline.plusMillis(500));
            sync.stop();
            syncThread.join(Duration.ofMillis(500));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        keeper.stop(1000);
        if (compressor != null) {
            compressor.stop(1000);
        }
        if (ended) {
            lock.close();
        }
        return ended ? writer.unwritten() : Math.max(1, ring.queued());
    }
}
