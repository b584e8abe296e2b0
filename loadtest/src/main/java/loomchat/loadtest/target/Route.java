package loomchat.loadtest.target;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Which server one user goes to: always the same, or in a cluster another one after each connection. The user's thread
 * only.
 */
public final class Route {
    private final List<Dialer> all;
    private final boolean cluster;
    private final RandomGenerator random;
    private int here;

    Route(List<Dialer> all, boolean cluster, int first, RandomGenerator random) {
        this.all = all;
        this.cluster = cluster;
        this.here = first;
        this.random = random;
    }

    public Dialer here() {
        return all.get(here);
    }

    /** Which part of the servers numbers its chats together: a cluster does. */
    public int numbering() {
        return cluster ? 0 : here;
    }

    /** In a cluster, goes to one of the other servers from now on. */
    public void goElsewhere() {
        if (cluster && all.size() > 1) {
            here = (here + 1 + random.nextInt(all.size() - 1)) % all.size();
        }
    }
}
