package loomchat.ws;

import java.io.IOException;
import java.util.Map;

/** The server did not answer the handshake with a valid upgrade. */
public final class HandshakeRefused extends IOException {
    private final int status;
    private final String retryAfter;
    private final String location;
    private final String reason;
    private final String bodyStart;

    /** The answer is not HTTP, or not a valid upgrade. */
    HandshakeRefused(String reason) {
        this(0, Map.of(), reason, "");
    }

    HandshakeRefused(int status, Map<String, String> headers, String reason, String bodyStart) {
        super("The server refused the WebSocket handshake: " + (status > 0 ? status + " " : "") + reason);
        this.status = status;
        this.retryAfter = headers.get("Retry-After");
        this.location = headers.get("Location");
        this.reason = reason;
        this.bodyStart = bodyStart;
    }

    /** The HTTP status, or 0 when the answer was not HTTP or not a valid upgrade. */
    public int status() {
        return status;
    }

    /** The value of {@code Retry-After}, or null. */
    public String retryAfter() {
        return retryAfter;
    }

    /** The value of {@code Location}, or null. */
    public String location() {
        return location;
    }

    public String reason() {
        return reason;
    }

    /** The first bytes of the answer's body, as far as they came at once; as the server sent them. */
    public String bodyStart() {
        return bodyStart;
    }
}
