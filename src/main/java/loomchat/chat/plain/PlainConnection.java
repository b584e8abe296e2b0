package loomchat.chat.plain;

import java.io.IOException;
import loomchat.chat.ChatConnection;
import loomchat.chat.ChatContext;
import loomchat.chat.DisconnectReason;
import loomchat.chat.LeaveReason;
import loomchat.chat.Pair;
import loomchat.chat.PairLifecycle;
import loomchat.chat.Protocol;

/** A connection of a client that speaks the plain protocol: one connection, one partner. */
public final class PlainConnection extends ChatConnection {
    private final PairLifecycle pairs;
    private final PlainParticipant participant;

    public PlainConnection(ChatContext context, PairLifecycle pairs, Opened opened) {
        super(context, opened, Protocol.PLAIN);
        this.pairs = pairs;
        this.participant = new PlainParticipant(context, id(), visitor, socket);
    }

    @Override
    protected PlainParticipant participant() {
        return participant;
    }

    @Override
    protected void onOpen() throws IOException {
        pairs.seek(participant);
    }

    @Override
    public void onText(byte[] buffer, int offset, int length) throws IOException {
        countMessage();
        Pair pair = participant.pair();
        if (pair == null || !pair.open()) {
            drop(1);
        } else {
            gather(pair, buffer, offset, length, false, length);
        }
    }

    @Override
    protected void onDelivered(Pair pair, int taken, int lost) {
        if (lost > 0 && pair.active()) {
            drop(lost);
        }
    }

    @Override
    protected void onLeft(DisconnectReason reason, int code) {
        boolean stops = reason == DisconnectReason.SHUTDOWN;
        pairs.leave(participant, reason.toString(), stops ? LeaveReason.STOPPED : LeaveReason.LEFT);
    }
}
