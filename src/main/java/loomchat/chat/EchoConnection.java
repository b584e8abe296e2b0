package loomchat.chat;

import java.io.IOException;

/** A client of {@code /echo}: gets every message back as it came. For conformance and latency tests. */
public final class EchoConnection extends Connection {
    public EchoConnection(ChatContext context, Opened opened) {
        super(context, opened, Protocol.ECHO);
    }

    @Override
    protected void onOpen() {}

    @Override
    public void onText(byte[] buffer, int offset, int length) throws IOException {
        countMessage();
        socket.sendText(buffer, offset, length);
    }

    @Override
    public void onBinary(byte[] buffer, int offset, int length) throws IOException {
        countMessage();
        socket.sendBinary(buffer, offset, length);
    }

    @Override
    protected void onGone(DisconnectReason reason, int code) {}

    @Override
    protected long dropped() {
        return 0;
    }
}
