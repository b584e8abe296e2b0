package loomchat.loadtest;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import loomchat.ws.MessageHandler;

/**
 * The receiving end of one connection: verifies every message and keeps its latency. All callbacks run on the user's
 * thread, which owns the receiving side of the current chat; the speaker is woken when something has changed for it.
 */
final class Inbox implements MessageHandler {
    static final byte[] CHAT = "{\"type\":\"chat\",\"msg\":\"".getBytes(StandardCharsets.US_ASCII);
    static final byte[] CHAT_END = "\"}".getBytes(StandardCharsets.US_ASCII);

    private final Play play;
    private final int user;
    private final Persona persona;
    private final long connectedAt = System.nanoTime();

    /** The chat that is on or waited for. Written by the user's thread. */
    volatile Chat current;
    /** Chats that the partner has ended and that are not settled yet. Bounded by the pace of matches. */
    final Queue<Chat> ended = new ConcurrentLinkedQueue<>();

    volatile Thread speaker;
    String closeReason = "";
    boolean partnerLeft;

    private final Truth truth = new Truth();
    private byte[] unescaped;

    Inbox(Play play, int user, Persona persona, int chat) {
        this.play = play;
        this.user = user;
        this.persona = persona;
        this.current = new Chat(user, chat);
        if (play.echo()) {
            current.match(connectedAt);
            play.tally().chatting.increment();
        }
    }

    @Override
    public void onText(byte[] buffer, int offset, int length) {
        int end = offset + length;
        if (play.echo()) {
            said(buffer, offset, end, false);
        } else if (startsWith(buffer, offset, end, CHAT) && startsWith(buffer, end - 2, end, CHAT_END)) {
            said(buffer, offset + CHAT.length, end - 2, true);
        } else {
            PlainMessage.read(buffer, offset, length, this);
        }
    }

    @Override
    public void onBinary(byte[] buffer, int offset, int length) {
        play.errors().protocol("binary message", length + " bytes");
    }

    @Override
    public void onClose(int code, String reason) {
        closeReason = reason;
    }

    private static boolean startsWith(byte[] buffer, int from, int end, byte[] what) {
        return end - from >= what.length && Arrays.equals(buffer, from, from + what.length, what, 0, what.length);
    }

    /** The server says that there is a partner now. */
    void matched() {
        if (current.isMatched()) {
            play.errors().protocol("matched while matched", "user " + user + ", chat " + current.number);
            endChat();
        }
        long now = System.nanoTime();
        current.match(now);
        play.tally().matched.increment();
        play.tally().chatting.increment();
        play.latency().match.record(user, now - connectedAt);
        LockSupport.unpark(speaker);
    }

    /** The server says that the partner is gone. */
    void partnerLeft() {
        if (!current.isMatched()) {
            play.errors().protocol("partner left while unmatched", "user " + user + ", chat " + current.number);
            return;
        }
        play.tally().leftByPartner.increment();
        partnerLeft = true;
        endChat();
        LockSupport.unpark(speaker);
    }

    private void endChat() {
        Chat over = current;
        current = new Chat(user, over.number + 1);
        over.end = Chat.End.PARTNER_LEFT;
        ended.add(over);
        play.tally().chatting.decrement();
    }

    void unknown(String details) {
        play.errors().protocol("unknown message", details);
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
        Flow flow = chat.isMatched() ? chat.flow(truth.sender, truth.chat) : null;
        if (flow == null) {
            stray("outside of a chat");
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
        if (persona.readsAtOnce()) {
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
