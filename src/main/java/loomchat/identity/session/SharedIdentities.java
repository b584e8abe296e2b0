package loomchat.identity.session;

import java.util.Map;
import loomchat.identity.refresh.SharedFamilies;

/** What several servers know together of identities. */
public interface SharedIdentities extends SharedFamilies {
    /** A server of its own. */
    SharedIdentities NONE = new SharedIdentities() {
        @Override
        public Map<String, String> keys() {
            return Map.of();
        }

        @Override
        public Known find(String family) {
            return null;
        }

        @Override
        public void changed(String family, String line, boolean ended) {}

        @Override
        public Map<String, Long> signOuts() {
            return Map.of();
        }

        @Override
        public void signedOut(String login, long untilMillis) {}
    };

    /** The keys of the others as they were at the start of this server: JWKs by id, empty for a revoked one. */
    Map<String, String> keys();

    /** Operators' logins that had been ended elsewhere at the start of this server: when they would end, by id. */
    Map<String, Long> signOuts();

    /** An operator has signed out here; without that the login would end at {@code untilMillis}. */
    void signedOut(String login, long untilMillis);
}
