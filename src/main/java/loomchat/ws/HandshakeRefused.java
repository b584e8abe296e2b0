package loomchat.ws;

import java.io.IOException;

/** The server did not answer the handshake with a valid upgrade. */
public final class HandshakeRefused extends IOException {
    private final int status;
    private final String retryAfter;
    private final String reason;

    HandshakeRefused(int status, String retryAfter, String reason) {
        super("The server refused the WebSocket handshake: " + (status > 0 ? status + " " : "") + reason);
        this.status = status;
        this.retryAfter = retryAfter;
        this.reason = reason;
    }

    /** The HTTP status, or 0 when the answer was not HTTP or not a valid upgrade. */
    public int status() {
        return status;
    }

    /** The value of {@code Retry-After}, or null. */
    public String retryAfter() {
        return retryAfter;
    }

    public String reason() {
        return reason;
    }
}
