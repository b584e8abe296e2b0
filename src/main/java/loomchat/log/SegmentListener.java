package loomchat.log;

import java.nio.file.Path;

/**
 * Told of each log file that was sealed, after it is safe on the device and before retention may remove it. Called on the
 * segment keeper's thread, one segment at a time, and may take as long as it needs; also called once more for a segment that has
 * no rollup beside it when retention is about to remove it.
 */
@FunctionalInterface
public interface SegmentListener {
    void sealed(Path segment);
}
