package loomchat.log.retention;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import loomchat.log.files.Disk;
import loomchat.log.files.LogFileNames;

/**
 * Removes the oldest log files when all of them take more than {@code LOG_RETAIN_BYTES}, or when the disk, whoever
 * fills it, is fuller than nine tenths. Sealed files go first, each after its rollup was made where that is possible;
 * then the oldest side files with damaged lines. Active files stay. Rollups stay too, because they are the history, up
 * to a bound of their own: strangers must not be able to make them grow for ever. Used by the segment keeper's thread;
 * blocks on the disk and on the listener.
 */
public final class Retention {
    private static final System.Logger LOG = System.getLogger(Retention.class.getName());

    /** Limit that follows the disk instead of a number of bytes: see {@code LogOptions}. */
    public static final long FOLLOW_DISK = -1;

    /** Of the disk: less than this is free when it is too full. */
    private static final int FREE_SHARE = 10;
    /** Of the disk: an active file at most. Both together stay below half of what is to be free. */
    private static final int SEGMENT_SHARE = 40;
    /** Of the disk, or of the bytes that may be retained: all rollups together at most. */
    private static final int ROLLUP_SHARE = 20;

    private final Path folder;
    private final long retainBytes;
    private final Disk disk;
    private final SegmentListener listener;

    /**
     * @param retainBytes limit for all files together, 0 for none, or {@link #FOLLOW_DISK}
     * @param listener gets each segment that has no rollup before it is removed
     */
    public Retention(Path folder, long retainBytes, Disk disk, SegmentListener listener) {
        this.folder = folder;
        this.retainBytes = retainBytes;
        this.disk = disk;
        this.listener = listener;
    }

    /**
     * The size from which a file is sealed: {@code wanted}, or less on a small disk, where an active file, which is
     * never removed, must stay small, but not below {@code least}.
     */
    public long segmentBytes(long wanted, long least) {
        if (!followsDisk()) {
            return wanted;
        }
        try {
            long share = disk.space(folder).total() / SEGMENT_SHARE;
            return share <= 0 ? wanted : Math.min(wanted, Math.max(least, share));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "The size of the disk of LOG_DIR is not known: {0}", Disk.cause(e));
            return wanted;
        }
    }

    boolean followsDisk() {
        return retainBytes == FOLLOW_DISK;
    }

    /** How many bytes have to go, and how many rollups may take. */
    private record Excess(long bytes, long rollupBytes) {}

    /** Removes the oldest files while there is too much. A limit that follows the disk costs one question to it. */
    public void removeOldest() throws IOException {
        if (retainBytes == 0) {
            return;
        }
        Excess excess = excess();
        if (excess.bytes <= 0) {
            return;
        }
        long left = excess.bytes - trimRollups(excess.rollupBytes);
        left -= removeSealed(left);
        for (Path oldest : LogFileNames.oldestTornFirst(folder)) {
            if (left <= 0) {
                return;
            }
            left -= remove(oldest);
        }
    }

    private Excess excess() throws IOException {
        if (followsDisk()) {
            Disk.Space space = disk.space(folder);
            return new Excess(space.total() / FREE_SHARE - space.usable(), space.total() / ROLLUP_SHARE);
        }
        long bytes = sizeOf(LogFileNames.active(folder, LogFileNames.EVENTS))
                + sizeOf(LogFileNames.active(folder, LogFileNames.SAMPLES))
                + sizeOf(LogFileNames.oldestFirst(folder))
                + sizeOf(LogFileNames.oldestRollupsFirst(folder))
                + sizeOf(LogFileNames.oldestTornFirst(folder));
        return new Excess(bytes - retainBytes, retainBytes / ROLLUP_SHARE);
    }

    /** Removes rollups without segments, the oldest first, until the others fit; returns the bytes that it freed. */
    private long trimRollups(long most) throws IOException {
        List<Path> rollups = LogFileNames.oldestRollupsFirst(folder);
        long bytes = sizeOf(rollups);
        long freed = 0;
        for (Path oldest : rollups) {
            if (bytes - freed <= most) {
                break;
            }
            if (!LogFileNames.hasSegment(oldest)) {
                freed += removeAll(oldest);
            }
        }
        return freed;
    }

    /**
     * On a disk without room for a rollup, a segment that has one goes first and makes room for the others' rollups.
     */
    private long removeSealed(long excess) throws IOException {
        long freed = 0;
        List<Path> sealed = new ArrayList<>(LogFileNames.oldestFirst(folder));
        while (freed < excess && !sealed.isEmpty()) {
            Path next = sealed.stream().filter(this::hasRollup).findFirst().orElse(null);
            if (next == null) {
                next = sealed.getFirst();
                LOG.log(Level.WARNING, "{0} is removed without a rollup, which could not be made", next.getFileName());
                freed += removeAll(next);
            } else {
                freed += remove(next);
            }
            sealed.remove(next);
        }
        return freed;
    }

    private boolean hasRollup(Path segment) {
        Path rollup = LogFileNames.rollup(segment);
        if (!Files.exists(rollup)) {
            try {
                listener.sealed(segment);
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "Before removing " + segment.getFileName(), e);
            }
        }
        return Files.exists(rollup);
    }

    /** Removes the last that was left of a part of the history, and leaves a mark that the report reads. */
    private static long removeAll(Path file) throws IOException {
        try {
            LogFileNames.markGone(file);
        } catch (IOException e) {
            // Room has to be made all the same.
            LOG.log(Level.WARNING, "Nothing tells the report that {0} is gone: {1}", file.getFileName(), Disk.cause(e));
        }
        return remove(file);
    }

    private static long remove(Path file) throws IOException {
        long bytes = sizeOf(file);
        Files.deleteIfExists(file);
        return bytes;
    }

    private static long sizeOf(List<Path> files) throws IOException {
        long bytes = 0;
        for (Path each : files) {
            bytes += sizeOf(each);
        }
        return bytes;
    }

    private static long sizeOf(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }
}
