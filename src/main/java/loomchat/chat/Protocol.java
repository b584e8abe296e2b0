package loomchat.chat;

/** The protocols of the chat server. A client chooses by path and subprotocol. */
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
