package loomchat.livelog;

import java.util.List;

/**
 * The newest entries that a filter accepts, and how far the log was searched for them. Immutable.
 *
 * @param entries oldest first
 * @param whole whether all lines were searched that are there
 * @param gone whether older lines were removed
 * @param full whether the search ended because there were enough entries
 * @param since the time of the oldest line that was looked at; empty without one
 */
public record LogExcerpt(List<LogEntry> entries, boolean whole, boolean gone, boolean full, String since) {
    private static final String IN_FILES = "; older events are in the log's files";

    /** What stands above the oldest entry; empty where there can be none before it. */
    String older() {
        if (whole) {
            return gone ? "Searched " + searched() : "";
        }
        return full ? "The newest " + LogHistory.MOST_ENTRIES + IN_FILES : "Searched " + searched();
    }

    /**
     * What stands in place of entries where there are none.
     *
     * @param server the name of the server in its crowd, whose others may have logged it; empty for one of its own
     */
    String nothing(String server) {
        if (server.isEmpty()) {
            return whole && !gone ? "No such event was logged yet." : "Not among " + searched() + ".";
        }
        String here = "Not in the log of " + server;
        return whole && !gone
                ? here + "; the others of its crowd have their own."
                : here + ", among " + searched() + ". The others of its crowd have their own.";
    }

    private String searched() {
        String time = since.isEmpty() ? "" : ", since " + since.substring(0, 19).replace('T', ' ') + " UTC";
        return whole
                ? "all events that are kept" + time + "; older ones were removed"
                : "the newest " + (LogHistory.MOST_BYTES >> 20) + " MB" + time + IN_FILES;
    }
}
