package loomchat.loadtest;

import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import loomchat.ws.MessageHandler;

/**
 * The receiving end of one connection: verifies every message and keeps its latency. All callbacks run on the user's
 * thread, which owns the receiving side of the current chat; the speaker is woken when something has changed for it.
 */
class Inbox implements MessageHandler {
    final Play play;
    final int user;
    private final Persona persona;
    /** When this user began to look for a partner. */
    long searchedAt = System.nanoTime();

    /** The chat that is on or waited for. Written by the user's thread. */
    volatile Chat current;
    /** Chats that the partner has ended and that are not settled yet. Bounded by the pace of matches. */
    final Queue<Chat> ended = new ConcurrentLinkedQueue<>();

    volatile Thread speaker;
    String closeReason = "";
    boolean partnerLeft;

    private final Truth truth = new Truth();
    private byte[] unescaped;
    /** What was said before this moment waited for a connection to come back, 0: nothing did. */
    long brokenUntil;

    Inbox(Play play, int user, Persona persona, int chat) {
        this.play = play;
        this.user = user;
        this.persona = persona;
        this.current = new Chat(user, chat);
        if (persona.protocol() == Protocol.ECHO) {
            current.match(searchedAt);
            play.tally().chatting.increment();
        }
    }

    static Inbox of(Play play, int user, Persona persona, int chat) {
        return persona.protocol() == Protocol.CHAT_V1
                ? new RichInbox(play, user, persona, chat)
                : new Inbox(play, user, persona, chat);
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
        play.violation("binary message", length + " bytes");
    }

    @Override
    public void onClose(int code, String reason) {
        closeReason = reason;
    }

    /** The server says that there is a partner now. */
    void matched() {
        if (current.isMatched()) {
            violation("matched while matched");
            endChat(Chat.End.PARTNER_LEFT);
        }
        long now = System.nanoTime();
        current.match(now);
        play.tally().matched.increment();
        play.tally().chatting.increment();
        play.latency().match.record(user, now - searchedAt);
        LockSupport.unpark(speaker);
    }

    /** The server says that the partner is gone. */
    void partnerLeft() {
        if (!current.isMatched()) {
            violation("partner left while unmatched");
            return;
        }
        play.tally().leftByPartner.increment();
        partnerLeft = true;
        endChat(Chat.End.PARTNER_LEFT);
        LockSupport.unpark(speaker);
    }

    void endChat(Chat.End end) {
        Chat over = current;
        current = new Chat(user, over.number + 1);
        over.end = end;
        ended.add(over);
        play.tally().chatting.decrement();
    }

    void unknown(String details) {
        play.violation("unknown message", details);
    }

    void violation(String what) {
        play.violation(what, "user " + user + ", chat " + current.number);
    }

    /** The partner said something; {@code json}: it may still be escaped. */
    void said(byte[] bytes, int from, int to, boolean json) {
        Truth.Finding finding = truth.read(bytes, from, to);
        if (finding == Truth.Finding.ESCAPED && json) {
            finding = readEscaped(bytes, from, to);
        }
        switch (finding) {
            case INTACT -> intact();
            case CORRUPTED, ESCAPED -> corrupted("%d bytes that do not match their checksum".formatted(to - from));
            case UNREADABLE -> unreadable(bytes, from, to);
        }
    }

    private Truth.Finding readEscaped(byte[] bytes, int from, int to) {
        if (unescaped == null || unescaped.length < to - from) {
            unescaped = new byte[to - from];
        }
        int length = JsonText.unescape(bytes, from, to, unescaped);
        return length < 0 ? Truth.Finding.CORRUPTED : truth.read(unescaped, 0, length);
    }

    /** Whether the message that is being read is marked as one of the current chat. */
    boolean isOfThisChat() {
        return true;
    }

    private void unreadable(byte[] bytes, int from, int to) {
        if (current.partner == null) {
            current.unreadable++;
        } else {
            String start = new String(bytes, from, Math.min(to - from, 40), StandardCharsets.UTF_8);
            corrupted("%d bytes without a header: %s".formatted(to - from, start));
        }
    }

    private void corrupted(String what) {
        current.corrupted++;
        play.tally().corrupted.increment();
        play.errors().example("corrupted", "user %d, chat %d: %s".formatted(user, current.number, what));
    }

    private void intact() {
        if (truth.run != play.run()) {
            play.tally().foreign.increment();
            return;
        }
        Chat chat = current;
        Flow flow = chat.isMatched() && isOfThisChat() ? chat.flow(truth.sender, truth.chat) : null;
        if (flow == null) {
            stray(isOfThisChat() ? "outside of a chat" : "marked as of another chat");
            return;
        }
        Flow.Arrival arrival = flow.arrived(truth.seq);
        if (arrival != Flow.Arrival.IN_ORDER) {
            disorder(arrival);
        }
        if (flow != chat.partner) {
            stranger(chat, flow, arrival);
        } else if (arrival != Flow.Arrival.DUPLICATE) {
            delivered();
        }
    }

    private void delivered() {
        play.tally().delivered.increment();
        play.tally().bytesDelivered.add(truth.length);
        long now = System.nanoTime();
        if (play.windows() != null) {
            play.windows().get(truth.sender).arrived(truth.chat, truth.seq);
        }
        if (truth.intended + truth.delay < brokenUntil) {
            play.latency().overResumes.record(user, now - truth.intended);
        } else if (persona.readsAtOnce()) {
            play.latency().arrived(user, truth.persona, now - truth.intended, now - truth.intended - truth.delay);
        } else {
            play.latency().toSlowReaders.record(user, now - truth.intended);
        }
    }

    private void disorder(Flow.Arrival arrival) {
        boolean twice = arrival == Flow.Arrival.DUPLICATE;
        (twice ? play.tally().duplicated : play.tally().reordered).increment();
        String fault = twice ? "duplicated" : "reordered";
        if (!play.errors().hasExample(fault)) {
            play.errors().example(fault, describe());
        }
    }

    /** A message in this chat of somebody who is not the partner, or who turns out to be the partner by now. */
    private void stranger(Chat chat, Flow flow, Flow.Arrival arrival) {
        if (arrival == Flow.Arrival.DUPLICATE) {
            return;
        }
        Flow before = chat.promote(flow);
        if (before == null) {
            stray("the partner is user %d, chat %d".formatted(chat.partner.sender, chat.partner.chat));
        } else {
            play.ledger().strayed(before.sender, before.chat, before.received);
            play.ledger().strayed(flow.sender, flow.chat, 1 - flow.received);
            delivered();
        }
    }

    private void stray(String why) {
        play.tally().misdelivered.increment();
        play.ledger().strayed(truth.sender, truth.chat, 1);
        play.errors().example("misdelivered", describe() + ": " + why);
    }

    private String describe() {
        return "message %d of user %d, chat %d, arrived at user %d, chat %d, %s after its time"
                .formatted(
                        truth.seq,
                        truth.sender,
                        truth.chat,
                        user,
                        current.number,
                        Quantity.time(System.nanoTime() - truth.intended));
    }
}
