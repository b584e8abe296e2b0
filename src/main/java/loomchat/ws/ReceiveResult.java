package loomchat.ws;

/** The result of waiting for input. */
public enum ReceiveResult {
    /** Input came; all complete messages have been delivered. */
    MESSAGES,
    /** The deadline came first. */
    TIMEOUT,
    /** The peer closed, with or without a close frame; no more input will come. */
    CLOSED
}
