package loomchat.chat.match;

/** Two seekers brought together. Created and ended under the matchmaker's lock; any thread may read it. */
public class Match<S> {
    private final long id;
    private final S newcomer;
    private final S partner;
    private final long sinceMillis;
    private volatile boolean active = true;

    /** @param partner was waiting when {@code newcomer} came, at {@code sinceMillis} on the monotonic clock */
    public Match(long id, S newcomer, S partner, long sinceMillis) {
        this.id = id;
        this.newcomer = newcomer;
        this.partner = partner;
        this.sinceMillis = sinceMillis;
    }

    public final long id() {
        return id;
    }

    public final long sinceMillis() {
        return sinceMillis;
    }

    /** The one of the two that came last. */
    public final S newcomer() {
        return newcomer;
    }

    public final S other(S one) {
        return one == newcomer ? partner : newcomer;
    }

    /** True until one of the two leaves. */
    public final boolean active() {
        return active;
    }

    /** Under the matchmaker's lock. */
    final void end() {
        active = false;
    }
}
