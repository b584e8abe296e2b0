package loomchat.chat.v1;

import loomchat.chat.LeaveReason;

/** How a {@code chat.v1} client lost its connection, as its partner is told. */
enum AwayReason {
    BROKE("broke", LeaveReason.GONE),
    /** The page was closed or reloaded. Which of the two shows only when it comes back. */
    CLOSED("closed", LeaveReason.LEFT);

    private final String word;
    /** The reason the partner is told when the client does not come back. */
    final LeaveReason leaveReason;

    AwayReason(String word, LeaveReason leaveReason) {
        this.word = word;
        this.leaveReason = leaveReason;
    }

    @Override
    public String toString() {
        return word;
    }
}
