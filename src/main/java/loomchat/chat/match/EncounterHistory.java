package loomchat.chat.match;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Whom one visitor has met, blocked and been reported by: it is not paired with the same stranger again at once, and
 * never with a blocked one. A visitor's number is that of its first connection. Guarded by the matchmaker's lock.
 */
public final class EncounterHistory {
    private static final int MOST_RECENT = 8;
    private static final long RECENT_MILLIS = 60_000;
    private static final int MOST_BLOCKED = 1000;
    private static final int MOST_REPORTERS = 16;
    /** A single report has no effect: it may be a whim. */
    private static final int REPORTERS_WITHOUT_DELAY = 1;

    private static final long FIRST_DELAY_MILLIS = 5_000;
    private static final long LONGEST_DELAY_MILLIS = 60_000;

    private final long visitor;
    private final long[] recent = new long[MOST_RECENT];
    private final long[] recentUntil = new long[MOST_RECENT];
    private int nextRecent;
    private Set<Long> blocked = Set.of();
    private Set<Long> reporters = Set.of();

    public EncounterHistory(long visitor) {
        this.visitor = visitor;
    }

    void met(EncounterHistory other, long nowMillis) {
        recent[nextRecent] = other.visitor;
        recentUntil[nextRecent] = nowMillis + RECENT_MILLIS;
        nextRecent = (nextRecent + 1) % MOST_RECENT;
    }

    boolean metRecently(EncounterHistory other, long nowMillis) {
        for (int i = 0; i < MOST_RECENT; i++) {
            if (recent[i] == other.visitor && recentUntil[i] > nowMillis) {
                return true;
            }
        }
        return false;
    }

    void block(EncounterHistory other) {
        blocked = added(blocked, other.visitor, MOST_BLOCKED);
    }

    boolean avoids(EncounterHistory other) {
        return blocked.contains(other.visitor) || other.blocked.contains(visitor);
    }

    void reportedBy(EncounterHistory other) {
        reporters = added(reporters, other.visitor, MOST_REPORTERS);
    }

    /** How long this visitor has to wait before it can be paired. */
    long delayMillis() {
        int counting = reporters.size() - REPORTERS_WITHOUT_DELAY;
        return counting <= 0 ? 0 : Math.min(LONGEST_DELAY_MILLIS, FIRST_DELAY_MILLIS << Math.min(counting - 1, 10));
    }

    private static Set<Long> added(Set<Long> set, long one, int most) {
        Set<Long> changed = set.isEmpty() ? new LinkedHashSet<>() : set;
        changed.add(one);
        if (changed.size() > most) {
            changed.remove(changed.iterator().next());
        }
        return changed;
    }
}
