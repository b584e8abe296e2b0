package loomchat.identity.session;

import java.util.List;
import loomchat.identity.refresh.SharedFamilies;

/** What several servers know together of identities. */
public interface SharedIdentities extends SharedFamilies {
    /** A server of its own. */
    SharedIdentities NONE = new SharedIdentities() {
        @Override
        public List<String> keys() {
            return List.of();
        }

        @Override
        public Known find(String family) {
            return null;
        }

        @Override
        public void changed(String family, String line, boolean ended) {}
    };

    /** The keys of the others as they were at the start of this server, each as a JWK. */
    List<String> keys();
}
