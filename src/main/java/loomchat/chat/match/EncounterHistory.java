package loomchat.chat.match;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * Whom one visitor has met, blocked and been reported by: it is not paired with the same stranger again at once, and
 * never with a blocked one. A guest's number is that of its first connection; an identity has one of its own, and a
 * history that lasts. Guarded by the matchmaker's lock.
 */
public final class EncounterHistory {
    private static final int MOST_RECENT = 8;
    private static final long RECENT_MILLIS = 60_000;
    private static final int MOST_BLOCKED = 1000;
    private static final int MOST_REPORTERS = 16;
    private static final long REPORT_COUNTS_MILLIS = TimeUnit.HOURS.toMillis(1);
    /** A single report has no effect: it may be a whim. */
    private static final int REPORTERS_WITHOUT_DELAY = 1;

    private static final long FIRST_DELAY_MILLIS = 5_000;
    private static final long LONGEST_DELAY_MILLIS = 60_000;

    private final long visitor;
    private final long[] recent = new long[MOST_RECENT];
    private final long[] recentUntil = new long[MOST_RECENT];
    private int nextRecent;
    /** Blocks of which the cluster's threads heard; null for most. */
    private volatile Queue<Long> blockedElsewhere;

    private Set<Long> blocked = Set.of();
    /** Each with the time of its last report. */
    private Map<Long, Long> reporters = Map.of();

    public EncounterHistory(long visitor) {
        this(visitor, Set.of());
    }

    /** @param blocked whom this visitor has blocked before */
    public EncounterHistory(long visitor, Set<Long> blocked) {
        this.visitor = visitor;
        blocked.forEach(this::block);
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

    /** The number by which others know this visitor. */
    public long visitor() {
        return visitor;
    }

    void addAvoided(Avoided to, char kind, long nowMillis) {
        takeBlocked();
        blocked.forEach(each -> to.blocked().add(kind + Long.toUnsignedString(each)));
        for (int i = 0; i < MOST_RECENT; i++) {
            if (recentUntil[i] > nowMillis) {
                to.recent().add(kind + Long.toUnsignedString(recent[i]));
            }
        }
    }

    void block(EncounterHistory other) {
        block(other.visitor);
    }

    /** Any thread: holds from the next search on. */
    public synchronized void blockLater(long other) {
        if (blockedElsewhere == null) {
            blockedElsewhere = new ConcurrentLinkedQueue<>();
        }
        blockedElsewhere.add(other);
    }

    private void takeBlocked() {
        Queue<Long> heard = blockedElsewhere;
        if (heard != null) {
            for (Long other = heard.poll(); other != null; other = heard.poll()) {
                block(other);
            }
        }
    }

    private void block(long other) {
        if (blocked.isEmpty()) {
            blocked = new LinkedHashSet<>();
        }
        blocked.add(other);
        if (blocked.size() > MOST_BLOCKED) {
            blocked.remove(blocked.iterator().next());
        }
    }

    boolean avoids(EncounterHistory other) {
        takeBlocked();
        other.takeBlocked();
        return blocked.contains(other.visitor) || other.blocked.contains(visitor);
    }

    void reportedBy(EncounterHistory other, long nowMillis) {
        if (reporters.isEmpty()) {
            reporters = new LinkedHashMap<>();
        }
        reporters.put(other.visitor, nowMillis);
        if (reporters.size() > MOST_REPORTERS) {
            reporters.remove(reporters.keySet().iterator().next());
        }
    }

    /** How long this visitor has to wait before it can be paired, for the reports of the last hour. */
    long delayMillis(long nowMillis) {
        if (reporters.isEmpty()) {
            return 0;
        }
        reporters.values().removeIf(since -> nowMillis - since > REPORT_COUNTS_MILLIS);
        int counting = reporters.size() - REPORTERS_WITHOUT_DELAY;
        return counting <= 0 ? 0 : Math.min(LONGEST_DELAY_MILLIS, FIRST_DELAY_MILLIS << Math.min(counting - 1, 10));
    }
}
