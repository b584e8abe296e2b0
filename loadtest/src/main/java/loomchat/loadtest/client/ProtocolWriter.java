package loomchat.loadtest.client;

import java.io.IOException;
import loomchat.loadtest.verify.ChatSide;

/** How a {@link Sender} puts its messages on the wire in its protocol. The sender's thread calls it. */
interface ProtocolWriter {
    long NEVER = Long.MAX_VALUE;

    /**
     * Sends whatever is due beside chat messages.
     *
     * @param due when the next chat message is due
     * @param typing how long the user types before it
     * @return when to call this again, or {@link #NEVER}
     */
    long sendDue(ChatSide chat, long due, long typing) throws IOException;

    /** Whether the sender has to wait: until it is unparked, or until the time that {@link #sendDue} has returned. */
    boolean mustWait(ChatSide chat);

    /** Whether the user is away on purpose: messages due meanwhile are due when it is back. */
    boolean isAway();

    /** The longest message that the server accepts. */
    int mostBytes();

    /** Sends {@code message[0, size)}, which {@code chat.sent()} counts already. */
    void send(ChatSide chat, byte[] message, int size) throws IOException;
}
