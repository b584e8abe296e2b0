package loomchat.report.history;

/**
 * The server whose report it is, as one of several that each keep their own history.
 *
 * @param name its name, null for readers who may not know it
 * @param servers how many there are now, as far as this one knows, itself among them
 */
public record Crowd(String name, int servers) {
    /** What a report of this server alone leaves out. */
    public String sentence() {
        if (servers == 1) {
            return (name == null ? "This server is" : "This is " + name + ",")
                    + " now alone in its crowd; other servers keep their own history.";
        }
        return "This is " + (name == null ? "" : name + ", ") + "one of " + servers
                + " servers; the others keep their own history.";
    }

    Crowd unnamed() {
        return new Crowd(null, servers);
    }
}
