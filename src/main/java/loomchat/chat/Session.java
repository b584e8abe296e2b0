package loomchat.chat;

import java.io.IOException;
import java.util.List;
import loomchat.ws.CloseCode;
import loomchat.ws.FrameBuffer;
import loomchat.ws.ProtocolException;
import loomchat.ws.WebSocket;

/**
 * A visitor who speaks the plain protocol. Its connection thread relays what the visitor says to the partner: frames that
 * arrived together go out with one write.
 */
final class Session extends Connection implements Seat {
    // Reading thread only
    private Relay relay;
    private long dropped;

    // Written under the matchmaker's lock
    private volatile Pair pair;
    private volatile Pair lastPair;
    private volatile long waitingSince;
    private boolean removed;

    Session(Chat chat, WebSocket socket, long id, Runnable onClosed) {
        super(chat, socket, id, "plain", onClosed);
    }

    @Override
    public Pair pair() {
        return pair;
    }

    @Override
    public void pair(Pair now) {
        pair = now;
        if (now != null) {
            lastPair = now;
        }
    }

    @Override
    public long waitingSince() {
        return waitingSince;
    }

    @Override
    public void waitingSince(long millis) {
        waitingSince = millis;
    }

    @Override
    public boolean removed() {
        return removed;
    }

    @Override
    public void remove() {
        removed = true;
    }

    /** This visitor has one partner: another one takes another connection. */
    @Override
    public Acquaintances acquaintances() {
        return null;
    }

    @Override
    public List<String> interests() {
        return List.of();
    }

    // From the client

    @Override
    void onOpen() throws IOException {
        Meeting.seek(this);
    }

    @Override
    public void onText(byte[] buffer, int offset, int length) throws IOException {
        countMessage();
        Pair with = pair;
        if (with == null || !with.open()) {
            drop(1);
            return;
        }
        if (relay != null && (relay.pair() != with || relay.isFull())) {
            sendRelay();
        }
        if (relay == null) {
            relay = Relay.take(this, with, socket.share());
        }
        relay.add(buffer, offset, length, false, length);
    }

    @Override
    public void onBinary(byte[] buffer, int offset, int length) throws IOException {
        throw new ProtocolException(CloseCode.UNSUPPORTED_DATA, "Only text is taken here");
    }

    @Override
    public void onBatchEnd() throws IOException {
        super.onBatchEnd();
        if (relay != null) {
            sendRelay();
        }
    }

    private void sendRelay() {
        Relay batch = relay;
        relay = null;
        try {
            int lost = batch.count() - batch.send();
            countDeflating(batch.deflatingNanos());
            if (lost > 0 && batch.pair().active()) {
                drop(lost);
            }
        } finally {
            batch.giveBack();
        }
    }

    private void drop(int messages) {
        dropped += messages;
        chat.counters().messagesDropped.add(messages);
    }

    @Override
    void onGone(End reason, int code) {
        if (relay != null) {
            // What broke the connection came before the end of the batch.
            relay.giveBack();
            relay = null;
        }
        Pair ended = chat.matchmaker().remove(this);
        if (ended != null) {
            Meeting.end(ended, this, reason.toString(), Left.LEFT);
        } else if (lastPair != null) {
            // The partner left first, maybe just now: its thread records the end of the pair.
            lastPair.awaitEndRecorded();
        }
    }

    @Override
    long dropped() {
        return dropped;
    }

    // To the client

    @Override
    public void inSendOrder(WebSocket.SendAction action) throws IOException {
        socket.inSendOrder(action);
    }

    @Override
    public void settle() {
        socket.settle();
    }

    @Override
    public void sendMatched(Pair with) throws IOException {
        socket.sendText(Plain.MATCHED, 0, Plain.MATCHED.length);
    }

    @Override
    public void sendLeft(Pair ended, Left why) throws IOException {
        socket.sendText(Plain.LEFT, 0, Plain.LEFT.length);
    }

    @Override
    public int appendSaid(FrameBuffer out, Pair with, int nth, byte[] text, int offset, int length, boolean escaped) {
        return Plain.appendChatFrame(out, text, offset, length, escaped);
    }

    @Override
    public Taken take(Relay messages) throws IOException {
        messages.sendTo(socket);
        return new Taken(messages.count(), messages.count());
    }
}
