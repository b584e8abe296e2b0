package loomchat.chat;

/** Why a chat is over, as {@code chat.v1} tells its clients. */
public enum LeaveReason {
    /** This client ended it. */
    YOU("you"),
    LEFT("left"),
    NEXT("next"),
    GONE("gone"),
    /** Its server stops, and the chat cannot go on at another one. Last: servers of a crowd say it by its place. */
    STOPPED("gone");

    private final String word;

    LeaveReason(String word) {
        this.word = word;
    }

    @Override
    public String toString() {
        return word;
    }
}
