package loomchat.loadtest.client;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Finds users who wait at the end of a run although others wait as well, so that the server should have paired them.
 * The run's thread calls it once, before users leave.
 */
public final class StillWaiting {
    /** A match takes less, also between servers. */
    private static final long LONG = TimeUnit.SECONDS.toNanos(10);
    /** Two who have met are not paired again for a minute while somebody else waits. */
    private static final long LONG_AMONG_ACQUAINTANCES = TimeUnit.SECONDS.toNanos(75);
    /** So few may all have met each other. */
    private static final int MOST_ACQUAINTANCES = 5;

    private StillWaiting() {}

    /** How many they are; each has waited too long at {@code now}. */
    public static long count(Collection<SimulatedUser> users, long now) {
        List<Long> waits = users.stream()
                .map(SimulatedUser::waitingSince)
                .filter(since -> since != 0)
                .map(since -> now - since)
                .toList();
        return count(waits);
    }

    static long count(List<Long> waits) {
        long waiting = waits.stream().filter(each -> each > LONG).count();
        long tooLong = waiting == 2 || waiting > MOST_ACQUAINTANCES ? LONG : LONG_AMONG_ACQUAINTANCES;
        long found = waits.stream().filter(each -> each > tooLong).count();
        return found < 2 ? 0 : found;
    }
}
