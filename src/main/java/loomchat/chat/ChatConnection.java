package loomchat.chat;

import java.io.IOException;
import loomchat.counters.Counters;
import loomchat.ws.CloseCode;
import loomchat.ws.ProtocolException;

/**
 * A connection of somebody who chats. Gathers the messages of one batch of input, so that the partner gets them with
 * one write. Connection thread only.
 */
public abstract class ChatConnection extends Connection {
    private static final int TIMED_SHIFT = 10;
    private static final int TIMED_MASK = 15;

    private Relay relay;
    private long dropped;

    protected ChatConnection(ChatContext context, Opened opened, Protocol protocol) {
        super(context, opened, protocol);
    }

    /** The participant that uses this connection now. */
    protected abstract Participant participant();

    /** The partner took the first {@code taken} messages of a batch; the last {@code lost} reached nobody. */
    protected abstract void onDelivered(Pair pair, int taken, int lost);

    /** The client has gone, as in {@link #onGone}. */
    protected abstract void onLeft(DisconnectReason reason, int code);

    /** How many messages for {@code pair} are gathered. Sends those of another pair, and a full batch, first. */
    protected final int gathered(Pair pair) {
        if (relay != null && (relay.pair() != pair || relay.isFull())) {
            sendGathered();
        }
        return relay == null ? 0 : relay.count();
    }

    /**
     * Gathers one more message.
     *
     * @param unescaped the size of the text without escapes, for the log
     * @throws ProtocolException the budget has no memory for it
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
            int all = batch.count();
            boolean elsewhere = batch.to().isElsewhere();
            int taken = batch.to().deliver(batch);
            if (batch.moved()) {
                batch = readdress(batch);
                taken = batch.to().deliver(batch);
            }
            countDeflating(batch.deflatingNanos());
            timeRelay(elsewhere);
            onDelivered(batch.pair(), taken, all - taken);
        } finally {
            batch.giveBack();
        }
    }

    /** Of one batch in sixteen, chosen by a digit of the clock that nothing here depends on: how long it took. */
    private void timeRelay(boolean elsewhere) {
        long read = socket.lastReadNanos();
        if ((read >>> TIMED_SHIFT & TIMED_MASK) == 0) {
            Counters counters = context.counters();
            (elsewhere ? counters.relayElsewhere : counters.relayHere).add(System.nanoTime() - read);
        }
    }

    /** The partner has gone on at another server: the same messages for who stands for it here. */
    private Relay readdress(Relay moved) {
        Relay again = Relay.take(moved.from(), moved.pair(), socket.share());
        try {
            for (int i = 0; i < moved.count(); i++) {
                byte[] text = moved.to().textOf(moved.payload(i));
                again.add(text, 0, text.length, true, moved.textBytes(i));
            }
        } catch (ProtocolException e) {
            // As if the partner had no room for the rest.
        }
        moved.giveBack();
        return again;
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
