package loomchat.log;

import java.nio.file.Path;
import loomchat.log.retention.Retention;

/**
 * Where and how the log is kept.
 *
 * @param dir the folder of the log files; one server owns it at a time
 * @param syncMillis how often written lines are forced to the device, 0 after each batch
 * @param segmentBytes size from which an active file is sealed and a new one begun
 * @param retainBytes most bytes that all log files together may take before the oldest sealed ones are removed, 0 for
 *     no limit, {@link #FOLLOW_DISK} to follow how full the disk is
 * @param queueEvents how many events may wait for the writer, a power of two; a further one blocks its thread
 * @param compress whether sealed files are compressed
 */
public record LogOptions(
        Path dir, int syncMillis, long segmentBytes, long retainBytes, int queueEvents, boolean compress) {
    public static final int DEFAULT_SYNC_MILLIS = 1000;
    public static final long DEFAULT_SEGMENT_BYTES = 256L << 20;
    public static final long LEAST_SEGMENT_BYTES = 64 << 10;
    public static final int DEFAULT_QUEUE_EVENTS = 1 << 16;

    /** The oldest sealed files are removed while less than a tenth of the disk is free. */
    public static final long FOLLOW_DISK = Retention.FOLLOW_DISK;

    /** Without compression. */
    public LogOptions(Path dir, int syncMillis, long segmentBytes, long retainBytes, int queueEvents) {
        this(dir, syncMillis, segmentBytes, retainBytes, queueEvents, false);
    }

    /** The defaults, in {@code dir}. */
    public static LogOptions in(Path dir) {
        return new LogOptions(dir, DEFAULT_SYNC_MILLIS, DEFAULT_SEGMENT_BYTES, FOLLOW_DISK, DEFAULT_QUEUE_EVENTS);
    }
}
