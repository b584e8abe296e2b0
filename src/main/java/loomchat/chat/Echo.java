package loomchat.chat;

import java.io.IOException;
import loomchat.ws.WebSocket;

/** A client of {@code /echo}: gets every message back as it came. For conformance and latency tests. */
final class Echo extends Connection {
    Echo(Chat chat, WebSocket socket, long id, Runnable onClosed) {
        super(chat, socket, id, "echo", onClosed);
    }

    @Override
    void onOpen() {}

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
    void onGone(End reason, int code) {}

    @Override
    long dropped() {
        return 0;
    }
}
