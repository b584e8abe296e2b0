package loomchat.chat.match;

/**
 * Two seekers brought together. Created, changed and ended under the matchmaker's lock; any thread may read it. Its
 * seats stay; who sits there changes when a visitor goes on at another server.
 */
public class Match<S> {
    private final long id;
    private volatile S newcomer;
    private volatile S partner;
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

    // Under the matchmaker's lock

    final void end() {
        active = false;
    }

    /** {@code next} has the seat of {@code before} from now on. */
    final void replace(S before, S next) {
        if (before == newcomer) {
            newcomer = next;
        } else {
            partner = next;
        }
    }
}
