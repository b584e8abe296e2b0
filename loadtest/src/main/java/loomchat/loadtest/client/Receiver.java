package loomchat.loadtest.client;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import loomchat.loadtest.scenario.Persona;
import loomchat.loadtest.scenario.Protocol;
import loomchat.loadtest.verify.ChatSide;
import loomchat.loadtest.verify.MessageCheck;
import loomchat.ws.MessageHandler;

/**
 * The receiving end of one connection: takes the server's news and hands every message to its {@link MessageCheck}. All
 * callbacks run on the user's thread, which owns the receiving side of the current chat; the sender is woken when something
 * has changed for it.
 */
class Receiver implements MessageHandler {
    final RunContext context;
    final int user;
    private final Persona persona;
    /** When this user began to look for a partner. */
    long searchedAt = System.nanoTime();

    /** The chat that is on or waited for. Written by the user's thread. */
    volatile ChatSide current;
    /** Chats that the partner has ended and that are not settled yet. Bounded by the pace of matches. */
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
            current.match(searchedAt);
            context.counters().chatting.increment();
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
            said(buffer, offset, offset + length, false);
        } else {
            PlainMessage.read(buffer, offset, length, this);
        }
    }

    @Override
    public void onBinary(byte[] buffer, int offset, int length) {
        context.violation("binary message", length + " bytes");
    }

    @Override
    public void onClose(int code, String reason) {
        closeReason = reason;
    }

    /** The server says that there is a partner now. */
    void matched() {
        if (current.isMatched()) {
            violation("matched while matched");
            endChat(ChatSide.End.PARTNER_LEFT);
        }
        long now = System.nanoTime();
        current.match(now);
        context.counters().matched.increment();
        context.counters().chatting.increment();
        context.latency().match.record(user, now - searchedAt);
        LockSupport.unpark(sendingThread);
    }

    /** The server says that the partner is gone. */
    void partnerLeft() {
        if (!current.isMatched()) {
            violation("partner left while unmatched");
            return;
        }
        context.counters().leftByPartner.increment();
        partnerLeft = true;
        endChat(ChatSide.End.PARTNER_LEFT);
        LockSupport.unpark(sendingThread);
    }

    void endChat(ChatSide.End end) {
        ChatSide over = current;
        current = newChat(over.number() + 1);
        over.end(end);
        ended.add(over);
        context.counters().chatting.decrement();
    }

    void unknown(String details) {
        context.violation("unknown message", details);
    }

    void violation(String what) {
        context.violation(what, "user " + user + ", chat " + current.number());
    }

    /** The partner said something; {@code json}: it may still be escaped. */
    void said(byte[] bytes, int from, int to, boolean json) {
        check.received(current, true, bytes, from, to, json);
    }
}
