package loomchat.chat;

/** What a client speaks: its path and its subprotocol decide that. */
public enum Protocol {
    PLAIN("plain"),
    V1("chat.v1"),
    ECHO("echo");

    private final String text;

    Protocol(String text) {
        this.text = text;
    }

    /** As the log names it. */
    @Override
    public String toString() {
        return text;
    }
}
