package loomchat.loadtest.verify;

import java.nio.charset.StandardCharsets;
import loomchat.loadtest.measure.LatencyKind;
import loomchat.loadtest.measure.LatencyRecorders;
import loomchat.loadtest.measure.RunRecorder;
import loomchat.loadtest.scenario.Quantity;

/**
 * Verifies every message that one user receives: intact, of this run, from the partner, once and in order. Counts
 * every fault, keeps the first example of each, and records the latency of intact messages. The user's thread calls
 * it.
 */
public final class MessageCheck {
    /** Is told of every message that has arrived. */
    public interface Arrivals {
        void arrived(int user, int chat, int seq);
    }

    private final RunRecorder recorder;
    private final DeliveryLedger ledger;
    private final Arrivals arrivals;
    private final int run;
    private final int user;
    /** Whether what this user receives says something about the server's speed. */
    private final boolean timed;

    private final MessageHeader header = new MessageHeader();
    private byte[] unescaped;
    /** Messages sent before this moment had to wait for a connection to come back, 0: none had to. */
    private long brokenUntil;

    public MessageCheck(
            RunRecorder recorder, DeliveryLedger ledger, Arrivals arrivals, int run, int user, boolean timed) {
        this.recorder = recorder;
        this.ledger = ledger;
        this.arrivals = arrivals;
        this.run = run;
        this.user = user;
        this.timed = timed;
    }

    /** This user's connection, or the partner's, is back. */
    public void backAt(long now) {
        brokenUntil = now;
    }

    /**
     * A message has arrived.
     *
     * @param chat the one that the user is in, or waits for
     * @param ofThisChat false when the server marked the message as one of another chat
     * @param escaped whether the text may still have the escapes of JSON
     */
    public void received(ChatSide chat, boolean ofThisChat, byte[] bytes, int from, int to, boolean escaped) {
        MessageHeader.Finding finding = header.read(bytes, from, to);
        if (finding == MessageHeader.Finding.ESCAPED && escaped) {
            finding = readEscaped(bytes, from, to);
        }
        switch (finding) {
            case INTACT -> intact(chat, ofThisChat);
            case CORRUPTED, ESCAPED ->
                corrupted(chat, "%d bytes that do not match their checksum".formatted(to - from));
            case UNREADABLE -> unreadable(chat, bytes, from, to);
        }
    }

    private MessageHeader.Finding readEscaped(byte[] bytes, int from, int to) {
        if (unescaped == null || unescaped.length < to - from) {
            unescaped = new byte[to - from];
        }
        int length = JsonEscapes.unescape(bytes, from, to, unescaped);
        return length < 0 ? MessageHeader.Finding.CORRUPTED : header.read(unescaped, 0, length);
    }

    private void unreadable(ChatSide chat, byte[] bytes, int from, int to) {
        if (chat.partner == null) {
            chat.unreadable++;
        } else {
            String start = new String(bytes, from, Math.min(to - from, 40), StandardCharsets.UTF_8);
            corrupted(chat, "%d bytes without a header: %s".formatted(to - from, start));
        }
    }

    private void corrupted(ChatSide chat, String what) {
        chat.corrupted++;
        recorder.counters().corrupted.increment();
        recorder.errors().example("corrupted", "user %d, chat %d: %s".formatted(user, chat.number, what));
    }

    private void intact(ChatSide chat, boolean ofThisChat) {
        if (header.run != run) {
            recorder.counters().foreign.increment();
            recorder.counters().ofOtherRuns.increment();
            return;
        }
        SequenceTracker tracker = chat.isMatched() && ofThisChat ? chat.tracker(header.sender, header.chat) : null;
        if (tracker == null) {
            stray(chat, ofThisChat ? "outside of a chat" : "marked as of another chat");
            return;
        }
        SequenceTracker.Arrival arrival = tracker.arrived(header.seq);
        if (arrival != SequenceTracker.Arrival.IN_ORDER) {
            disorder(chat, arrival);
        }
        if (tracker != chat.partner) {
            stranger(chat, tracker, arrival);
        } else if (arrival != SequenceTracker.Arrival.DUPLICATE) {
            delivered();
        }
    }

    private void delivered() {
        recorder.counters().delivered.increment();
        recorder.counters().bytesDelivered.add(header.length);
        long now = System.nanoTime();
        arrivals.arrived(header.sender, header.chat, header.seq);
        LatencyRecorders latency = recorder.latency();
        if (header.intended + header.delay < brokenUntil) {
            latency.record(LatencyKind.OVER_RESUMES, user, now - header.intended);
        } else if (timed) {
            latency.arrived(user, header.persona, now - header.intended, now - header.intended - header.delay);
        } else {
            latency.record(LatencyKind.TO_SLOW_READERS, user, now - header.intended);
        }
    }

    private void disorder(ChatSide chat, SequenceTracker.Arrival arrival) {
        boolean twice = arrival == SequenceTracker.Arrival.DUPLICATE;
        (twice ? recorder.counters().duplicated : recorder.counters().reordered).increment();
        String fault = twice ? "duplicated" : "reordered";
        if (!recorder.errors().hasExample(fault)) {
            recorder.errors().example(fault, describe(chat));
        }
    }

    /** A message in this chat of a user who is not the partner, or who turns out to be the partner. */
    private void stranger(ChatSide chat, SequenceTracker tracker, SequenceTracker.Arrival arrival) {
        if (arrival == SequenceTracker.Arrival.DUPLICATE) {
            return;
        }
        SequenceTracker before = chat.promote(tracker);
        if (before == null) {
            stray(chat, "the partner is user %d, chat %d".formatted(chat.partner.sender, chat.partner.chat));
        } else {
            ledger.strayed(before.sender, before.chat, before.received);
            ledger.strayed(tracker.sender, tracker.chat, 1 - tracker.received);
            delivered();
        }
    }

    private void stray(ChatSide chat, String why) {
        recorder.counters().misdelivered.increment();
        ledger.strayed(header.sender, header.chat, 1);
        recorder.errors().example("misdelivered", describe(chat) + ": " + why);
    }

    private String describe(ChatSide chat) {
        return "message %d of user %d, chat %d, arrived at user %d, chat %d, %s after its time"
                .formatted(
                        header.seq,
                        header.sender,
                        header.chat,
                        user,
                        chat.number,
                        Quantity.time(System.nanoTime() - header.intended));
    }
}
