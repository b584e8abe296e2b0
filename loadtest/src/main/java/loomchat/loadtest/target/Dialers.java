package loomchat.loadtest.target;

import java.util.List;
import loomchat.loadtest.identity.SessionClient;

/** The ways to all servers under test. Users are spread over them evenly, each always to the same one. Any thread. */
public record Dialers(List<Dialer> all, int shares) implements AutoCloseable {
    /** @param shares in how many parts the users are divided, each in a process of its own */
    public Dialers {
        all = List.copyOf(all);
    }

    public Dialer of(int user) {
        return all.get(user / shares % all.size());
    }

    /** Whether all users without an identity of their own show one token. */
    public boolean hasToken() {
        return all.getFirst().hasToken();
    }

    /** Of the first server: identities are played against one alone. */
    public SessionClient sessions() {
        return all.getFirst().sessions();
    }

    @Override
    public void close() {
        all.forEach(each -> each.sessions().close());
    }
}
