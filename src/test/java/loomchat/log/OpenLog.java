package loomchat.log;

import loomchat.log.files.Disk;
import loomchat.log.retention.SegmentListener;

/** Opens a log on a disk of the test's choice, for tests of the log's other packages. */
public final class OpenLog {
    private OpenLog() {}

    public static EventLog onDisk(LogOptions options, SegmentListener listener, Disk disk) throws LogUnavailable {
        return EventLog.open(options, listener, disk);
    }
}
