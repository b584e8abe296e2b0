package loomchat.loadtest.target;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import loomchat.loadtest.identity.BearerToken;
import loomchat.loadtest.identity.SessionClient;
import loomchat.loadtest.scenario.Scenario;
import loomchat.loadtest.scenario.UsageError;

/** All servers under test. */
public record Targets(List<Target> all) {
    public Targets {
        all = List.copyOf(all);
    }

    /** Probes each, as {@link Target#find} does. */
    public static Targets find(List<URI> urls, boolean insecure, Path ca) throws Target.Unreachable {
        List<Target> found = new ArrayList<>();
        for (URI each : urls) {
            found.add(Target.find(each, insecure, ca));
        }
        return new Targets(found);
    }

    public boolean anySecure() {
        return all.stream().anyMatch(Target::secure);
    }

    /** The bases of their HTTP pages. */
    public List<String> http() {
        return all.stream().map(Target::http).toList();
    }

    /** Which certificates are trusted, or null. */
    public SSLContext tls() {
        return all.stream()
                .map(Target::tls)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /**
     * @param token that all users without an identity of their own show, or null
     * @param shares in how many parts the users are divided, each in a process of its own
     */
    public Dialers dialers(Scenario scenario, BearerToken token, int shares) {
        Duration timeout = Duration.ofNanos(scenario.waits().connect());
        return new Dialers(
                all.stream()
                        .map(each -> new Dialer(each, timeout, scenario.clients(), token))
                        .toList(),
                shares,
                scenario.cluster());
    }

    /** Makes sure that there is one server, and that it gives out identities. */
    public void expectSessions() {
        if (all.size() > 1) {
            throw new UsageError("Visitors with identities belong to one server: this scenario takes one URL");
        }
        Target target = all.getFirst();
        SessionClient.expectSessions(target.url(), target.address(), target.tls());
    }
}
