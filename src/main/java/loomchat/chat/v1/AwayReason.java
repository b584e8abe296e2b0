package loomchat.chat.v1;

import loomchat.chat.LeaveReason;

/** How a visitor of {@code chat.v1} came to be without a connection, as the partner is told. */
enum AwayReason {
    BROKE("broke", LeaveReason.GONE),
    /** The page was closed or reloaded; nobody can tell which before it is back. */
    CLOSED("closed", LeaveReason.LEFT);

    private final String word;
    /** What it was after all, when the visitor does not come back. */
    final LeaveReason forGood;

    AwayReason(String word, LeaveReason forGood) {
        this.word = word;
        this.forGood = forGood;
    }

    @Override
    public String toString() {
        return word;
    }
}
