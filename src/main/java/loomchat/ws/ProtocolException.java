package loomchat.ws;

import java.io.IOException;

/** The peer broke the protocol or a limit. The reason is a fixed text that may be sent to it. */
public final class ProtocolException extends IOException {
    private final int closeCode;

    public ProtocolException(int closeCode, String reason) {
        super(reason);
        this.closeCode = closeCode;
    }

    public int closeCode() {
        return closeCode;
    }

    /** A peer's error is an expected failure: nobody reads its stack trace. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
