package loomchat.loadtest.client;

import java.io.IOException;
import loomchat.loadtest.verify.ChatSide;

/** The plain protocol: the text is the whole message. */
record PlainWriter(UserConnection connection) implements ProtocolWriter {
    @Override
    public long sendDue(ChatSide chat, long due, long typing) {
        return NEVER;
    }

    @Override
    public boolean mustWait(ChatSide chat) {
        return false;
    }

    @Override
    public boolean isAway() {
        return false;
    }

    @Override
    public int mostBytes() {
        return Integer.MAX_VALUE;
    }

    @Override
    public void send(ChatSide chat, byte[] message, int size) throws IOException {
        connection.socket().sendText(message, 0, size);
    }
}
