package loomchat.log;

/**
 * How the record is doing right now.
 *
 * @param queued events that wait for the writer
 * @param capacity how many may wait
 * @param syncMillis how long the last sync of the files took
 * @param stalledSince wall clock from which the disk takes nothing, 0 when it is well
 * @param cause what the system says is wrong with the disk, empty when it is well
 */
public record LogHealth(int queued, int capacity, long syncMillis, long stalledSince, String cause) {
    public boolean healthy() {
        return stalledSince == 0;
    }
}
