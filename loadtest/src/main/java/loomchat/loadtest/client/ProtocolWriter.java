package loomchat.loadtest.client;

import java.io.IOException;
import loomchat.loadtest.verify.ChatSide;

/** How a sender says things: the sending side of a protocol. The sender's thread calls it. */
interface ProtocolWriter {
    long NEVER = Long.MAX_VALUE;

    /**
     * Does what has to be sent beside messages; {@code due} is the next message's time and {@code typing} how long it is typed
     * before. When to be called again, or {@link #NEVER}.
     */
    long attend(ChatSide chat, long due, long typing) throws IOException;

    /** Whether nothing can be said right now; somebody unparks the sender or {@link #attend} names the time when it can. */
    boolean mustWait(ChatSide chat);

    /** Whether the user is away on purpose: what was due meanwhile is due when it is back. */
    boolean isAway();

    /** The longest message that the server takes. */
    int mostBytes();

    /** Says {@code message[0, size)}, the last of {@code chat.sent}. */
    void say(ChatSide chat, byte[] message, int size) throws IOException;

    /** The plain protocol: a message is what it says. */
    record Plain(UserConnection connection) implements ProtocolWriter {
        @Override
        public long attend(ChatSide chat, long due, long typing) {
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
        public void say(ChatSide chat, byte[] message, int size) throws IOException {
            connection.socket().sendText(message, 0, size);
        }
    }
}
