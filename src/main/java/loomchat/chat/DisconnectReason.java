package loomchat.chat;

import loomchat.ws.CloseCode;

/** Every way in which a connection ends, as the log names it. */
public enum DisconnectReason {
    /** The client sent a close frame. */
    CLOSE("close"),
    /** The client's side of the TCP connection ended without a close frame. */
    EOF("eof"),
    /** The TCP connection was reset. */
    RESET("reset"),
    /** No answer to a ping, or a message that took too long. */
    TIMEOUT("timeout"),
    PROTOCOL_ERROR("protocol-error"),
    /** A binary message where only text is allowed. */
    UNSUPPORTED("unsupported"),
    TOO_BIG("too-big"),
    /** The client did not read what was sent to it. */
    SLOW("slow"),
    /** The client exceeded its rate limit for too long. */
    FLOOD("flood"),
    /** Its token has expired, or another visitor's was shown. */
    TOKEN("token"),
    /** Its identity was ended. */
    REVOKED("revoked"),
    BANNED("banned"),
    /** A newer connection of the same client took the chat over. */
    REPLACED("replaced"),
    SHUTDOWN("shutdown"),
    /** Its chat is at another server that cannot be reached now; it can try again. */
    UNREACHABLE("unreachable"),
    /** A fault of the server. */
    ERROR("error");

    private final String text;

    DisconnectReason(String text) {
        this.text = text;
    }

    static DisconnectReason ofProtocolError(int closeCode) {
        return switch (closeCode) {
            case CloseCode.MESSAGE_TOO_BIG -> TOO_BIG;
            case CloseCode.UNSUPPORTED_DATA -> UNSUPPORTED;
            case CloseCode.POLICY_VIOLATION -> FLOOD;
            default -> PROTOCOL_ERROR;
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
