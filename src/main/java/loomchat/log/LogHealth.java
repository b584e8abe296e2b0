package loomchat.log;

/**
 * The present state of the log.
 *
 * @param queued events that wait for the writer
 * @param capacity how many may wait
 * @param syncMillis how long the last sync of the files took
 * @param stalledSince wall clock since which the disk has accepted nothing, 0 while it is healthy
 * @param cause the system's error message for the disk, empty while it is healthy
 */
public record LogHealth(int queued, int capacity, long syncMillis, long stalledSince, String cause) {
    public boolean healthy() {
        return stalledSince == 0;
    }
}
