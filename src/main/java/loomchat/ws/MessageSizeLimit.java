package loomchat.ws;

/**
 * The most bytes that a message may have, over all its frames and after inflating. A longer one ends the connection
 * with close code 1009 (RFC 6455, 7.4.1), as soon as it is announced or arrives.
 */
record MessageSizeLimit(int maxBytes) {
    /** @param more bytes behind the first {@code size} of a message */
    void check(int size, long more) throws ProtocolException {
        if (more > maxBytes - size) {
            throw new ProtocolException(CloseCode.MESSAGE_TOO_BIG, "Message too big");
        }
    }
}
