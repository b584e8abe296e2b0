package loomchat.ws;

/** What came of waiting for input. */
public enum Received {
    /** Input came; what was complete has been delivered. */
    MESSAGES,
    /** The deadline came first. */
    TIMEOUT,
    /** The peer closed, with or without a close frame; nothing more will come. */
    CLOSED
}
