package loomchat.chat;

import java.io.IOException;
import loomchat.log.Event;
import loomchat.ws.CloseCode;
import loomchat.ws.ProtocolException;
import loomchat.ws.WebSocket;

/**
 * A visitor who speaks the plain protocol. Its connection thread relays what the visitor says to the partner's socket:
 * frames that arrived together go out with one write.
 */
final class Session extends Connection {
    // Reading thread only
    private Relay relay;
    private long dropped;

    // Written under the matchmaker's lock
    private volatile Pair pair;
    private volatile long waitingSince;
    private boolean removed;

    Session(Chat chat, WebSocket socket, long id, Runnable onClosed) {
        super(chat, socket, id, "plain", onClosed);
    }

    Pair pair() {
        return pair;
    }

    void pair(Pair now) {
        pair = now;
    }

    void waitingSince(long millis) {
        waitingSince = millis;
    }

    boolean removed() {
        return removed;
    }

    void remove() {
        removed = true;
    }

    @Override
    void onOpen() throws IOException {
        join();
    }

    /** Joins until the session waits or has been told of a partner who was still there to be told of. */
    private void join() throws IOException {
        Matchmaker matchmaker = chat.matchmaker();
        for (Pair made = matchmaker.join(this); made != null; made = matchmaker.join(this)) {
            Pair pair = made;
            Session partner = pair.other(this);
            tell(pair);
            if (!pair.told(this)) {
                continue;
            }
            pair.opened();
            try {
                partner.tell(pair);
            } catch (IOException e) {
                // The partner's own thread finds out, and tells this one.
            }
            return;
        }
    }

    /** Tells this session's client that it has a partner, unless the pair is over already. */
    private void tell(Pair pair) throws IOException {
        socket.inSendOrder(() -> {
            if (pair.active()) {
                socket.sendText(Plain.MATCHED, 0, Plain.MATCHED.length);
                if (!pair.told(pair.other(this))) {
                    recordMatch(pair);
                }
                pair.tell(this);
            }
        });
    }

    private void recordMatch(Pair pair) {
        Session partner = pair.other(this);
        long waited = Math.max(0, pair.sinceMillis() - partner.waitingSince);
        chat.record(new Event.Matched(chat.millis(), id(), pair.id(), partner.id(), waited));
    }

    @Override
    public void onText(byte[] buffer, int offset, int length) throws IOException {
        countMessage();
        Pair with = pair;
        if (with == null || !with.open()) {
            dropped++;
            chat.counters().messagesDropped.increment();
            return;
        }
        if (relay != null && (relay.pair() != with || relay.isFull())) {
            sendRelay();
        }
        if (relay == null) {
            relay = Relay.take(this, with);
        }
        relay.add(buffer, offset, length);
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
            batch.send();
        } finally {
            batch.giveBack();
        }
    }

    @Override
    void onGone(End reason) {
        Pair ended = chat.matchmaker().remove(this);
        if (ended == null) {
            return;
        }
        // What the partner is just sending here is recorded before the end of the pair.
        socket.settle();
        Session partner = ended.other(this);
        try {
            partner.socket.inSendOrder(() -> partner.onPartnerGone(ended, this, reason));
            if (!ended.told(partner)) {
                partner.join();
            }
        } catch (IOException e) {
            // The partner is going as well; its own thread sees to that.
        }
    }

    /** The partner's thread, while nobody else sends here. */
    private void onPartnerGone(Pair ended, Session leaver, End reason) throws IOException {
        if (ended.told(this)) {
            long now = chat.millis();
            long lasted = Math.max(0, now - ended.sinceMillis());
            chat.record(new Event.ChatEnded(
                    now, leaver.id(), ended.id(), reason.toString(), lasted, ended.messages(), ended.bytes()));
            socket.sendText(Plain.LEFT, 0, Plain.LEFT.length);
        }
    }

    @Override
    long dropped() {
        return dropped;
    }
}
