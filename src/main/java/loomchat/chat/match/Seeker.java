package loomchat.chat.match;

import java.util.List;

/**
 * Somebody whom the {@link Matchmaker} pairs, and its state. Only the matchmaker changes the state, under its lock;
 * any thread may read it.
 *
 * <pre>
 *   idle    -&gt; waiting  join, and nobody suits
 *   idle    -&gt; paired   join
 *   waiting -&gt; paired   somebody else joins, or time has passed
 *   waiting -&gt; idle     stop
 *   paired  -&gt; idle     one of the two leaves
 *   any     -&gt; gone     remove, for good
 * </pre>
 */
public abstract class Seeker<M extends Match<?>> {
    // Written under the matchmaker's lock
    private volatile M pair;
    private volatile M lastPair;
    private volatile long waitingSince;
    private boolean gone;

    /** The pair this seeker is in, or null. */
    public final M pair() {
        return pair;
    }

    /** The pair this seeker is in or was in last, or null. */
    public final M lastPair() {
        return lastPair;
    }

    /** When it last began to wait, in milliseconds on the monotonic clock. */
    public final long waitingSince() {
        return waitingSince;
    }

    /** Topics it would like to talk about; must not change while it waits. */
    public List<String> interests() {
        return List.of();
    }

    /** Whom it has met; null for a seeker that is paired only once. */
    protected EncounterHistory encounters() {
        return null;
    }

    // Under the matchmaker's lock

    final void waitFrom(long millis) {
        waitingSince = millis;
    }

    final void pairUp(M made) {
        pair = made;
        lastPair = made;
    }

    final void part() {
        pair = null;
    }

    final boolean gone() {
        return gone;
    }

    final void markGone() {
        gone = true;
    }

    /** Whether one of the two has blocked the other. */
    final boolean avoids(Seeker<?> other) {
        EncounterHistory mine = encounters();
        EncounterHistory theirs = other.encounters();
        return mine != null && theirs != null && mine.avoids(theirs);
    }

    final boolean metRecently(Seeker<?> other, long nowMillis) {
        EncounterHistory mine = encounters();
        EncounterHistory theirs = other.encounters();
        return mine != null && theirs != null && mine.metRecently(theirs, nowMillis);
    }
}
