package loomchat.chat.plain;

import java.io.IOException;
import loomchat.chat.ChatContext;
import loomchat.chat.LeaveReason;
import loomchat.chat.Pair;
import loomchat.chat.Participant;
import loomchat.chat.Relay;
import loomchat.chat.visitor.Visitor;
import loomchat.ws.FrameBuffer;
import loomchat.ws.WebSocket;

/** A participant that speaks the plain protocol. It ends with its connection. */
final class PlainParticipant extends Participant {
    private final long id;
    private final Visitor visitor;
    private final WebSocket socket;

    PlainParticipant(ChatContext context, long id, Visitor visitor, WebSocket socket) {
        super(context);
        this.id = id;
        this.visitor = visitor;
        this.socket = socket;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public Visitor visitor() {
        return visitor;
    }

    @Override
    public void inSendOrder(WebSocket.SendAction action) throws IOException {
        socket.inSendOrder(action);
    }

    @Override
    public void startNear(Runnable task) {
        socket.startNear(task);
    }

    @Override
    public void settle() {
        socket.settle();
    }

    @Override
    protected void sendMatched(Pair pair) throws IOException {
        socket.sendText(PlainFrames.MATCHED, 0, PlainFrames.MATCHED.length);
    }

    @Override
    protected void sendLeft(Pair pair, LeaveReason why) throws IOException {
        socket.sendText(PlainFrames.LEFT, 0, PlainFrames.LEFT.length);
    }

    @Override
    protected int appendMessage(
            FrameBuffer out, Pair pair, int nth, byte[] text, int offset, int length, boolean escaped) {
        return PlainFrames.appendChatFrame(out, text, offset, length, escaped);
    }

    @Override
    protected void send(Relay relay) throws IOException {
        relay.sendTo(socket);
    }
}
