package loomchat.log.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.BiConsumer;

/**
 * The two files that are being written, {@code chat-logs.jsonl} and {@code bandwidth.jsonl}, and the claim on their
 * folder. Used by the log writer only; blocks on the disk. Any method that throws can be called again and then goes on
 * where it stopped.
 */
public final class ActiveFiles {
    /** How often the files are checked for having been moved, truncated or deleted. */
    public static final long CHECK_NANOS = 250_000_000;

    private final FolderLock lock;
    private final LogSync sync;
    private final ActiveFile events;
    private final ActiveFile samples;
    private final long segmentBytes;
    private final boolean syncEachAppend;
    private long checkedAt = System.nanoTime();

    /**
     * @param segmentBytes size from which a file is sealed
     * @param syncEachAppend whether lines are forced to the device before {@link #append} returns
     * @param onReplaced gets a file's name and what happened to it
     */
    public ActiveFiles(
            Path folder,
            long segmentBytes,
            boolean syncEachAppend,
            Disk disk,
            LogSync sync,
            FolderLock lock,
            BiConsumer<String, String> onReplaced) {
        this.lock = lock;
        this.sync = sync;
        this.segmentBytes = segmentBytes;
        this.syncEachAppend = syncEachAppend;
        events = new ActiveFile(folder, LogFileNames.EVENTS, disk, sync, onReplaced);
        samples = new ActiveFile(folder, LogFileNames.SAMPLES, disk, sync, onReplaced);
        sync.watch(events, samples);
    }

    /** Opens both files, or none. */
    public void open() throws IOException {
        try {
            events.open();
            samples.open();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    public void close() {
        events.close();
        samples.close();
    }

    /**
     * Appends what remains in both buffers, and seals files that are full.
     *
     * @param lastEventMillis time of the last event line written by this run, 0 for none; likewise
     *     {@code lastSampleMillis}
     * @param now the present {@link System#nanoTime}
     */
    public void append(
            ByteBuffer eventLines, long lastEventMillis, ByteBuffer sampleLines, long lastSampleMillis, long now)
            throws IOException {
        if (now - checkedAt >= CHECK_NANOS) {
            checkPlaces(eventLines, sampleLines);
            checkedAt = now;
        }
        boolean any = eventLines.hasRemaining() || sampleLines.hasRemaining();
        events.append(eventLines);
        samples.append(sampleLines);
        if (any && syncEachAppend) {
            long start = System.nanoTime();
            force();
            sync.lasted(System.nanoTime() - start);
        }
        if (events.size() >= segmentBytes || samples.size() >= segmentBytes) {
            checkPlaces(eventLines, sampleLines);
            seal(events, lastEventMillis);
            seal(samples, lastSampleMillis);
        }
    }

    /** The next {@link #append} checks whether the files are still in place. */
    public void checkSoon() {
        checkedAt = System.nanoTime() - CHECK_NANOS;
    }

    private void checkPlaces(ByteBuffer eventLines, ByteBuffer sampleLines) throws IOException {
        lock.renew();
        events.checkPlace(eventLines);
        samples.checkPlace(sampleLines);
    }

    private void seal(ActiveFile file, long lastLineMillis) throws IOException {
        if (file.size() >= segmentBytes) {
            file.seal(lastLineMillis);
        }
    }

    /** Forces the lines to the device. */
    public void force() throws IOException {
        events.force();
        samples.force();
    }
}
