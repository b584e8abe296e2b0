package loomchat.ws.frame;

/** Opcodes of frames (RFC 6455, 5.2) and the bits around them. */
public final class Opcode {
    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    public static final int FIN = 0x80;
    /** Set on the first frame of a compressed message (RFC 7692, 6). */
    public static final int RSV1 = 0x40;

    public static final int MASKED = 0x80;
    /** A control frame carries at most this many bytes (RFC 6455, 5.5). */
    public static final int MAX_CONTROL_BYTES = 125;

    private Opcode() {}

    public static boolean isControl(int opcode) {
        return opcode >= CLOSE;
    }
}
