package loomchat.chat;

import java.io.IOException;
import loomchat.ws.CloseCode;
import loomchat.ws.ProtocolException;

/**
 * A connection of one who chats: gathers what the client says in one batch of input, so that its partner gets it with one write. Connection
 * thread only.
 */
public abstract class ChatConnection extends Connection {
    private Relay relay;
    private long dropped;

    protected ChatConnection(ChatContext context, Opened opened, Protocol protocol) {
        super(context, opened, protocol);
    }

    /** Whose connection this is. */
    protected abstract Participant participant();

    /** A batch was handed over, of which the partner did not take the last {@code lost} messages. */
    protected abstract void onDelivered(Pair pair, int taken, int lost);

    /** As {@link #onGone}. */
    protected abstract void onLeft(DisconnectReason reason, int code);

    /** How many messages for {@code pair} wait for the end of the batch; sends what has to go before the next one. */
    protected final int gathered(Pair pair) {
        if (relay != null && (relay.pair() != pair || relay.isFull())) {
            sendGathered();
        }
        return relay == null ? 0 : relay.count();
    }

    /**
     * Gathers one more message. {@code unescaped} is the size of the text without escapes, for the record.
     *
     * @throws ProtocolException there is no memory for it
     */
    protected final void gather(Pair pair, byte[] text, int offset, int length, boolean escaped, int unescaped)
            throws ProtocolException {
        gathered(pair);
        if (relay == null) {
            relay = Relay.take(participant(), pair, socket.share());
        }
        relay.add(text, offset, length, escaped, unescaped);
    }

    protected final void sendGathered() {
        if (relay == null) {
            return;
        }
        Relay batch = relay;
        relay = null;
        try {
            int taken = batch.to().deliver(batch);
            countDeflating(batch.deflatingNanos());
            onDelivered(batch.pair(), taken, batch.count() - taken);
        } finally {
            batch.giveBack();
        }
    }

    /** Counts messages that reach nobody. */
    protected final void drop(int messages) {
        dropped += messages;
        context.counters().messagesDropped.add(messages);
    }

    @Override
    protected final long dropped() {
        return dropped;
    }

    @Override
    public void onBinary(byte[] buffer, int offset, int length) throws IOException {
        throw new ProtocolException(CloseCode.UNSUPPORTED_DATA, "Only text is taken here");
    }

    @Override
    public void onBatchEnd() throws IOException {
        super.onBatchEnd();
        sendGathered();
    }

    @Override
    protected final void onGone(DisconnectReason reason, int code) {
        if (relay != null) {
            // What broke the connection came before the end of the batch.
            relay.giveBack();
            relay = null;
        }
        onLeft(reason, code);
    }
}
