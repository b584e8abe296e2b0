package loomchat;

import java.util.Map;
import java.util.Set;
import loomchat.chat.visitor.Blocks;
import loomchat.chat.visitor.Visitors;
import loomchat.cluster.Cluster;

/** What other servers of the crowd have done about visitors and operators, done here too. Threads of the cluster. */
record ClusterNews(StateWatch state, IdentityParts identities, Visitors visitors) implements Cluster.News {
    @Override
    public void familyEnded(String family) {
        if (identities.sessions() != null) {
            identities.sessions().endedElsewhere(family);
        }
    }

    @Override
    public void banned(String target, long millis, String reason, String by) {
        state.bannedElsewhere(target, millis, reason, by);
    }

    @Override
    public void unbanned(String target, String by) {
        state.unbannedElsewhere(target, by);
    }

    @Override
    public void blocked(long identity, long other) {
        // In this order: a visitor who comes in between reads it where it is kept.
        identities.blocks().add(identity, other);
        visitors.blockedElsewhere(identity, other);
    }

    @Override
    public void keys(Map<String, String> jwks) {
        identities.keys().merge(jwks);
    }

    @Override
    public void signedOut(String login, long untilMillis) {
        identities.signedOut().heard(login, untilMillis);
    }

    @Override
    public Map<String, Long> signOuts() {
        return identities.signedOut().all();
    }

    /** Blocks that are made here are told to the others, and those of who comes here are looked up. */
    static Blocks shared(Blocks own, Cluster cluster) {
        return new Blocks() {
            @Override
            public Set<Long> blockedBy(long identity) {
                return own.blockedBy(identity);
            }

            @Override
            public void lookUp(long identity) {
                cluster.lookUpBlocks(identity, own.blockedBy(identity));
            }

            @Override
            public void add(long identity, long blocked) {
                own.add(identity, blocked);
                cluster.blocked(identity, blocked);
            }
        };
    }
}
