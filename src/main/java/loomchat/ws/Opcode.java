package loomchat.ws;

/** Opcodes of frames (RFC 6455, 5.2) and the bits around them. */
final class Opcode {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    static final int FIN = 0x80;
    /** Set on the first frame of a compressed message (RFC 7692, 6). */
    static final int RSV1 = 0x40;

    static final int MASKED = 0x80;
    /** A control frame carries at most this many bytes (RFC 6455, 5.5). */
    static final int MAX_CONTROL_BYTES = 125;

    private Opcode() {}

    static boolean isControl(int opcode) {
        return opcode >= CLOSE;
    }
}
