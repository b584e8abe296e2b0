package loomchat.chat.match;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;

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

    /** Whether it is connected to another server, and this is what is known of it here. */
    public boolean isElsewhere() {
        return false;
    }

    /** How long it had waited at {@code now}, in milliseconds on the monotonic clock. */
    public long waitedMillis(long now) {
        return now - waitingSince;
    }

    /** Topics it would like to talk about; must not change while it waits. */
    public List<String> interests() {
        return List.of();
    }

    /** Whom it has met; null for a seeker that is paired only once. */
    protected EncounterHistory encounters() {
        return null;
    }

    /** Whom its identity has met, over all of its connections; null for a guest. */
    protected EncounterHistory lastingEncounters() {
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

    /** Adds the numbers of those whom it must not meet: blocked ones, and ones met a moment ago. */
    final void addAvoided(Avoided to, long nowMillis) {
        addAvoided(to, 'g', encounters(), nowMillis);
        addAvoided(to, 'i', lastingEncounters(), nowMillis);
    }

    private static void addAvoided(Avoided to, char kind, EncounterHistory history, long nowMillis) {
        if (history != null) {
            history.addAvoided(to, kind, nowMillis);
        }
    }

    final boolean gone() {
        return gone;
    }

    final void markGone() {
        gone = true;
    }

    /** Whether one of the two has blocked the other. */
    final boolean avoids(Seeker<?> other) {
        return ofBoth(other, EncounterHistory::avoids);
    }

    final boolean metRecently(Seeker<?> other, long nowMillis) {
        return ofBoth(other, (mine, theirs) -> mine.metRecently(theirs, nowMillis));
    }

    final void met(Seeker<?> other, long nowMillis) {
        toBoth(other, (mine, theirs) -> mine.met(theirs, nowMillis));
    }

    final void block(Seeker<?> other) {
        toBoth(other, EncounterHistory::block);
    }

    final void reportedBy(Seeker<?> other, long nowMillis) {
        toBoth(other, (mine, theirs) -> mine.reportedBy(theirs, nowMillis));
    }

    /** How long it has to wait before it can be paired, because others have reported it. */
    final long delayMillis(long nowMillis) {
        return Math.max(delay(encounters(), nowMillis), delay(lastingEncounters(), nowMillis));
    }

    private static long delay(EncounterHistory history, long nowMillis) {
        return history == null ? 0 : history.delayMillis(nowMillis);
    }

    private boolean ofBoth(Seeker<?> other, BiPredicate<EncounterHistory, EncounterHistory> question) {
        EncounterHistory mine = encounters();
        EncounterHistory theirs = other.encounters();
        return mine != null && theirs != null && question.test(mine, theirs)
                || areLasting(other) && question.test(lastingEncounters(), other.lastingEncounters());
    }

    private void toBoth(Seeker<?> other, BiConsumer<EncounterHistory, EncounterHistory> change) {
        if (encounters() != null && other.encounters() != null) {
            change.accept(encounters(), other.encounters());
        }
        if (areLasting(other)) {
            change.accept(lastingEncounters(), other.lastingEncounters());
        }
    }

    /** Two tabs of one browser are one identity, and may chat with each other. */
    private boolean areLasting(Seeker<?> other) {
        EncounterHistory theirs = other.lastingEncounters();
        return theirs != null && lastingEncounters() != null && theirs != lastingEncounters();
    }
}
