package loomchat.loadtest.target;

import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import loomchat.loadtest.identity.SessionClient;

/** The ways to all servers under test. Users are spread over them evenly. Any thread. */
public record Dialers(List<Dialer> all, int shares, boolean cluster) implements AutoCloseable {
    /**
     * @param shares in how many parts the users are divided, each in a process of its own
     * @param cluster whether the servers know of each other, so that users may go from one to another
     */
    public Dialers {
        all = List.copyOf(all);
    }

    /** The way of one user, who alone uses it. */
    public Route route(int user, RandomGenerator random) {
        return new Route(all, cluster, user / shares % all.size(), random);
    }

    /** Whether all users without an identity of their own show one token. */
    public boolean hasToken() {
        return all.getFirst().hasToken();
    }

    /** Of the first server: identities are played against one alone. */
    public SessionClient sessions() {
        return all.getFirst().sessions();
    }

    /** Each server with the reason for which it did not let in the user that came last, in one line. */
    public String refusals() {
        return all.stream().map(Dialer::refusal).filter(Objects::nonNull).collect(Collectors.joining("; "));
    }

    @Override
    public void close() {
        all.forEach(each -> each.sessions().close());
    }
}
