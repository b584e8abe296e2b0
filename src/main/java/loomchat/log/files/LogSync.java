package loomchat.log.files;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import loomchat.counters.Durations;

/**
 * Forces written lines to the device, on a thread of its own, so that a slow device never delays the writer: a kill
 * then costs the last milliseconds only. Also finishes the files that the writer has let go of: forces and closes
 * them, and passes sealed ones on.
 *
 * <p>Owns the channels that it has to finish. May block on the disk. The writer calls {@link #reserve}, {@link #seal},
 * {@link #retire} and {@link #takeRecovered}, none of which block.
 */
public final class LogSync implements Runnable {
    private static final System.Logger LOG = System.getLogger(LogSync.class.getName());

    private record Retired(FileChannel channel, Path sealed) {}

    /** Ends a wait for files. */
    private static final Retired NOTHING = new Retired(null, null);

    private static final int MOST_RETIRED = 16;
    /** Sealed files that may not be safe on the device yet: those in the queue and the one in work. */
    public static final int MOST_UNSAFE = MOST_RETIRED + 1;

    private static final long IDLE_NANOS = 1_000_000_000;

    private final Path folder;
    private final int intervalMillis;
    private final Consumer<Path> onSealed;
    private final BlockingQueue<Retired> retired = new ArrayBlockingQueue<>(MOST_RETIRED);
    private final DiskStall stall = new DiskStall("sync");
    private final AtomicReference<DiskStall.Ended> recovered = new AtomicReference<>();
    private final long[] synced = {-1, -1};
    private final FileChannel[] named = new FileChannel[2];
    private volatile List<ActiveFile> files = List.of();
    private final Durations durations = Durations.ofMillis();
    private volatile long lastMillis;
    private volatile boolean stopping;

    /**
     * @param onSealed called on the sync thread with each sealed file once it is safe on the device; must not block
     */
    public LogSync(Path folder, int intervalMillis, Consumer<Path> onSealed) {
        this.folder = folder;
        this.intervalMillis = intervalMillis;
        this.onSealed = onSealed;
    }

    /** The two active files to keep in sync; before the thread starts. */
    void watch(ActiveFile events, ActiveFile samples) {
        files = List.of(events, samples);
    }

    /** How long the last sync took. */
    public long lastMillis() {
        return lastMillis;
    }

    /** A sync on the writer's thread took so long. */
    void lasted(long nanos) {
        lastMillis = TimeUnit.NANOSECONDS.toMillis(nanos);
        durations.add(nanos);
    }

    /** All bytes ever appended to the events, file 0, or to the samples, file 1. Any thread. */
    public long written(int file) {
        return files.get(file).written();
    }

    /** How long each sync took. */
    public Durations durations() {
        return durations;
    }

    /** The stall of the syncs that goes on, or null. */
    public DiskStall.Now stalled() {
        return stall.now();
    }

    /** A stall that has ended and was not returned before, or null. */
    public DiskStall.Ended takeRecovered() {
        return recovered.get() == null ? null : recovered.getAndSet(null);
    }

    /** Fails when too many files wait to be finished. */
    void reserve() throws IOException {
        if (retired.remainingCapacity() == 0) {
            throw new IOException(
                    "the device does not keep up: " + MOST_RETIRED + " sealed files are not safe on it yet");
        }
    }

    void seal(FileChannel channel, Path sealed) {
        retired.add(new Retired(channel, sealed));
    }

    void retire(FileChannel channel) throws IOException {
        reserve();
        retired.add(new Retired(channel, null));
    }

    /** Finishes the files that it has and ends the thread; on a bad disk, as soon as the try under way has failed. */
    public void stop() {
        stopping = true;
        retired.offer(NOTHING);
    }

    @Override
    public void run() {
        long due = System.nanoTime();
        while (!stopping || !retired.isEmpty()) {
            try {
                Retired next = await(stopping ? 0 : Math.max(0, due - System.nanoTime()));
                if (next != null && next != NOTHING && !finish(next)) {
                    return;
                }
                if (System.nanoTime() - due >= 0) {
                    due = System.nanoTime() + syncActive();
                }
            } catch (RuntimeException | Error e) {
                LOG.log(Level.ERROR, "Syncing the record", e);
                due = System.nanoTime() + stall.failed(e.toString());
            }
        }
    }

    private Retired await(long nanos) {
        try {
            return retired.poll(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            return null;
        }
    }

    /** Returns the nanoseconds until the next sync. */
    private long syncActive() {
        if (intervalMillis == 0) {
            return IDLE_NANOS;
        }
        long start = System.nanoTime();
        try {
            for (int i = 0; i < files.size(); i++) {
                ActiveFile file = files.get(i);
                long written = file.written();
                FileChannel channel = file.channel();
                if (channel == null) {
                    continue;
                }
                if (written != synced[i]) {
                    channel.force(false);
                    synced[i] = written;
                }
                if (channel != named[i]) {
                    Disk.syncFolder(folder);
                    named[i] = channel;
                }
            }
            lasted(System.nanoTime() - start);
            succeeded();
            return intervalMillis * 1_000_000L;
        } catch (ClosedChannelException e) {
            // The writer has ended: it forces what it writes last, and closes its files.
            return IDLE_NANOS;
        } catch (IOException e) {
            return stall.failed(Disk.cause(e));
        }
    }

    /** False when the disk was still bad at {@link #stop}. */
    private boolean finish(Retired file) {
        while (true) {
            try {
                file.channel.force(true);
                file.channel.close();
                Disk.syncFolder(folder);
                succeeded();
                if (file.sealed != null) {
                    onSealed.accept(file.sealed);
                }
                return true;
            } catch (IOException e) {
                long delay = stall.failed(Disk.cause(e));
                if (stopping) {
                    return false;
                }
                LockSupport.parkNanos(delay);
            }
        }
    }

    private void succeeded() {
        DiskStall.Ended ended = stall.succeeded();
        if (ended != null) {
            recovered.set(ended);
        }
    }
}
