package loomchat.chat;

import loomchat.ws.CloseCode;

/** Every way in which a connection ends, as the record names it. */
public enum DisconnectReason {
    /** The client sent a close frame. */
    CLOSE("close"),
    /** The client's side of the TCP connection ended without a close frame. */
    EOF("eof"),
    /** The TCP connection was reset. */
    RESET("reset"),
    /** No sign of life, or a message that did not come to its end. */
    TIMEOUT("timeout"),
    PROTOCOL_ERROR("protocol-error"),
    /** A kind of message that this endpoint does not take. */
    UNSUPPORTED("unsupported"),
    TOO_BIG("too-big"),
    /** The client did not read what was sent to it. */
    SLOW("slow"),
    /** The client sent more than it may for too long. */
    FLOOD("flood"),
    /** A newer connection of the same visitor took the chat over. */
    REPLACED("replaced"),
    SHUTDOWN("shutdown"),
    /** A fault of ours. */
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
