package loomchat.identity.refresh;

/**
 * What several servers know together of refresh families. {@link #find} waits for a moment; the rest for nothing. Any
 * thread.
 */
public interface SharedFamilies {
    /** A server of its own. */
    SharedFamilies NONE = new SharedFamilies() {
        @Override
        public Known find(String family) {
            return null;
        }

        @Override
        public void changed(String family, String line, boolean ended) {}
    };

    /**
     * The last line about a family, of whichever server.
     *
     * @param ageMillis how long ago it was written
     */
    record Known(String line, long ageMillis) {}

    /** Null if nothing is known of it, or nobody can say now. Waits for 300 ms at the most. */
    Known find(String family);

    /** Something about a family has changed here. */
    void changed(String family, String line, boolean ended);
}
