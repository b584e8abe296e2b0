package loomchat.log;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps log files within what they may take: all of them within {@code LOG_RETAIN_BYTES}, or the disk, whoever fills
 * it, below nine tenths. Removes the oldest sealed files, each after its rollup was made where that is possible; when
 * that does not do, the oldest side files with damaged lines. Active files stay. Rollups stay too, because they are
 * the history, up to a bound of their own: what strangers can write must not grow for ever. Used by the segment
 * keeper's thread; blocks on the disk and on the listener.
 */
final class Retention {
    private static final System.Logger LOG = System.getLogger(Retention.class.getName());

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

    /** @param listener told of a segment that has no rollup before it is removed */
    Retention(LogOptions options, Disk disk, SegmentListener listener) {
        folder = options.dir();
        retainBytes = options.retainBytes();
        this.disk = disk;
        this.listener = listener;
    }

    /**
     * From which size on a file is sealed: on a small disk an active file, which is never removed, must stay small.
     */
    static long segmentBytes(LogOptions options, Disk disk) {
        if (options.retainBytes() != LogOptions.FOLLOW_DISK) {
            return options.segmentBytes();
        }
        try {
            long share = disk.space(options.dir()).total() / SEGMENT_SHARE;
            return share <= 0
                    ? options.segmentBytes()
                    : Math.min(options.segmentBytes(), Math.max(LogOptions.LEAST_SEGMENT_BYTES, share));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "The size of the disk of LOG_DIR is not known: {0}", Disk.cause(e));
            return options.segmentBytes();
        }
    }

    boolean followsDisk() {
        return retainBytes == LogOptions.FOLLOW_DISK;
    }

    /** How much has to go, as told once, and how much may be taken by rollups. */
    private record Excess(long bytes, long rollupBytes) {}

    /** Removes what is too much. Where the disk is followed and nothing is, it only asks how full the disk is. */
    void keep() throws IOException {
        if (retainBytes == 0) {
            return;
        }
        Excess excess = excess();
        if (excess.bytes <= 0) {
            return;
        }
        long left = excess.bytes - trimRollups(excess.rollupBytes);
        left -= removeSealed(left);
        for (Path oldest : Segments.oldestTornFirst(folder)) {
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
        long bytes = sizeOf(Segments.active(folder, Segments.EVENTS))
                + sizeOf(Segments.active(folder, Segments.SAMPLES))
                + sizeOf(Segments.oldestFirst(folder))
                + sizeOf(Segments.oldestRollupsFirst(folder))
                + sizeOf(Segments.oldestTornFirst(folder));
        return new Excess(bytes - retainBytes, retainBytes / ROLLUP_SHARE);
    }

    /**
     * Removes rollups whose segments are gone, the oldest first, until the others fit; returns the bytes that were
     * freed.
     */
    private long trimRollups(long most) throws IOException {
        List<Path> rollups = Segments.oldestRollupsFirst(folder);
        long bytes = sizeOf(rollups);
        long freed = 0;
        for (Path oldest : rollups) {
            if (bytes - freed <= most) {
                break;
            }
            if (!Files.exists(Segments.ofRollup(oldest))) {
                freed += remove(oldest);
            }
        }
        return freed;
    }

    /**
     * On a disk without room for a rollup, a segment that has one goes first: what it frees makes room for the
     * others'.
     */
    private long removeSealed(long excess) throws IOException {
        long freed = 0;
        List<Path> sealed = new ArrayList<>(Segments.oldestFirst(folder));
        while (freed < excess && !sealed.isEmpty()) {
            Path next = sealed.stream().filter(this::hasRollup).findFirst().orElse(null);
            if (next == null) {
                next = sealed.getFirst();
                LOG.log(Level.WARNING, "{0} is removed, and no rollup of it could be made", next.getFileName());
            }
            freed += remove(next);
            sealed.remove(next);
        }
        return freed;
    }

    private boolean hasRollup(Path segment) {
        Path rollup = Segments.rollup(segment);
        if (!Files.exists(rollup)) {
            try {
                listener.sealed(segment);
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "Before removing " + segment.getFileName(), e);
            }
        }
        return Files.exists(rollup);
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
