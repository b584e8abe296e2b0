package loomchat.loadtest.client;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import loomchat.loadtest.measure.LatencyKind;
import loomchat.loadtest.scenario.Persona;
import loomchat.loadtest.scenario.Protocol;
import loomchat.loadtest.verify.ChatSide;
import loomchat.loadtest.verify.MessageCheck;
import loomchat.ws.MessageHandler;

/**
 * The receiving end of one connection: follows the server's news and hands every chat message to its
 * {@link MessageCheck}. All callbacks run on the user's thread, which owns the receiving side of the current chat;
 * it unparks the sender after each change that concerns the sender.
 */
class Receiver implements MessageHandler {
    final RunContext context;
    final int user;
    private final Persona persona;
    /** The server has just let this user in; in the plain protocol that asks for a partner. */
    private final long letInAt = System.nanoTime();

    /** The chat that the user is in, or waits for. Written by the user's thread. */
    volatile ChatSide current;
    /** Chats that the partner has ended and that the ledger does not have yet. Bounded by the pace of matches. */
    final Queue<ChatSide> ended = new ConcurrentLinkedQueue<>();

    volatile Thread sendingThread;
    String closeReason = "";
    boolean partnerLeft;

    final MessageCheck check;

    Receiver(RunContext context, int user, Persona persona, int chat) {
        this.context = context;
        this.user = user;
        this.persona = persona;
        this.current = newChat(chat);
        this.check = context.check(user, persona.readsAtOnce());
        if (persona.protocol() == Protocol.ECHO) {
            current.match(letInAt);
            context.counters.chatting.increment();
        }
    }

    ChatSide newChat(int number) {
        return new ChatSide(user, number);
    }

    static Receiver of(RunContext context, int user, Persona persona, int chat) {
        return persona.protocol() == Protocol.CHAT_V1
                ? new V1Receiver(context, user, persona, chat)
                : new Receiver(context, user, persona, chat);
    }

    @Override
    public void onText(byte[] buffer, int offset, int length) {
        if (persona.protocol() == Protocol.ECHO) {
            chatMessage(buffer, offset, offset + length, false);
        } else {
            PlainMessage.read(buffer, offset, length, this);
        }
    }

    @Override
    public void onBinary(byte[] buffer, int offset, int length) {
        context.ledger.violation("binary message", length + " bytes");
    }

    @Override
    public void onClose(int code, String reason) {
        closeReason = reason;
    }

    /** The server has announced the partner that this connection asks for by itself. */
    void matched() {
        begin(letInAt);
    }

    /** The server has announced a partner: the chat begins that this user asked for then; 0: it did not ask. */
    final void begin(long askedAt) {
        if (current.isMatched()) {
            violation("matched while matched");
            endChat(ChatSide.End.PARTNER_LEFT);
        }
        long now = System.nanoTime();
        current.match(now);
        context.counters.matched.increment();
        context.counters.chatting.increment();
        // Who reads late hears late of its partner: that is no wait for one.
        if (askedAt != 0 && persona.readsAtOnce()) {
            context.latency.record(LatencyKind.MATCH, user, now - askedAt);
        }
        LockSupport.unpark(sendingThread);
    }

    /** The server has announced that the partner left. */
    void partnerLeft() {
        if (!current.isMatched()) {
            violation("partner left while unmatched");
            return;
        }
        context.counters.leftByPartner.increment();
        partnerLeft = true;
        endChat(ChatSide.End.PARTNER_LEFT);
        LockSupport.unpark(sendingThread);
    }

    void endChat(ChatSide.End end) {
        ChatSide over = current;
        current = newChat(over.number() + 1);
        over.end(end);
        ended.add(over);
        context.counters.chatting.decrement();
    }

    /** The user has left for this time, and with it its last chat, if it is in one. */
    void over(ChatSide.End end) {
        if (current.isMatched()) {
            context.counters.chatting.decrement();
        }
        current.end(end);
    }

    void unknown(String details) {
        context.ledger.violation("unknown message", details);
    }

    void violation(String what) {
        context.ledger.violation(what, "user " + user + ", chat " + current.number());
    }

    /** A chat message has arrived; {@code json}: it may still be escaped. */
    void chatMessage(byte[] bytes, int from, int to, boolean json) {
        check.received(current, true, bytes, from, to, json);
    }
}
