package loomchat.log.retention;

import java.nio.file.Path;

/**
 * Gets each sealed log file when it is safe on the device and before retention may remove it. Called on the segment
 * keeper's thread, one segment at a time, and may take as long as it needs. Called once more for a segment without a
 * rollup that retention is about to remove.
 */
@FunctionalInterface
public interface SegmentListener {
    void sealed(Path segment);
}
