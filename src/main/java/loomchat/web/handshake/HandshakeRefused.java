package loomchat.web.handshake;

import loomchat.web.response.RawResponse;

/**
 * A WebSocket handshake is answered with an error.
 */
final class HandshakeRefused extends Exception {
    private final String reason;
    private final String status;
    private final String headers;

    /**
     * @param reason in a word, for the metrics
     * @param status such as {@code 404 Not Found}
     * @param headers lines with their ends, may be empty
     * @param text for people, never with what the client sent as a proof
     */
    HandshakeRefused(String reason, String status, String headers, String text) {
        super(text, null, false, false);
        this.reason = reason;
        this.status = status;
        this.headers = headers;
    }

    String reason() {
        return reason;
    }

    byte[] response() {
        return RawResponse.of(status, headers, getMessage());
    }
}
