package loomchat.report.compare;

/** What a load client counts as a fault, in the order in which it is shown. */
enum Fault {
    LOST("lost", "Messages lost"),
    DUPLICATED("duplicated", "Messages doubled"),
    REORDERED("reordered", "Messages out of order"),
    CORRUPTED("corrupted", "Messages changed"),
    MISDELIVERED("misdelivered", "Messages to the wrong chat"),
    VIOLATIONS("violations", "Violations of the protocol"),
    FAILED("failed", "Connections failed");

    /** The client's name of the count. */
    final String key;

    final String title;

    Fault(String key, String title) {
        this.key = key;
        this.title = title;
    }
}
