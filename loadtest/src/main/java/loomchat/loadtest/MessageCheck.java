package loomchat.loadtest;

import java.nio.charset.StandardCharsets;

/**
 * Verifies every message that one user receives: intact, of this run, from the partner, once and in order. Counts what is not,
 * keeps the first example of it, and records the latency of what is. The user's thread calls it.
 */
final class MessageCheck {
    /** Hears of every message that arrived. */
    interface Arrivals {
        void arrived(int user, int chat, int seq);
    }

    private final RunRecorder measuring;
    private final DeliveryLedger ledger;
    private final Arrivals arrivals;
    private final int run;
    private final int user;
    /** Whether what this user receives says something about the server's speed. */
    private final boolean timed;

    private final MessageHeader truth = new MessageHeader();
    private byte[] unescaped;
    /** What was sent before this moment waited for a connection to come back, 0: nothing did. */
    private long brokenUntil;

    MessageCheck(RunRecorder measuring, DeliveryLedger ledger, Arrivals arrivals, int run, int user, boolean timed) {
        this.measuring = measuring;
        this.ledger = ledger;
        this.arrivals = arrivals;
        this.run = run;
        this.user = user;
        this.timed = timed;
    }

    /** This user's connection, or the partner's, is back. */
    void backAt(long now) {
        brokenUntil = now;
    }

    /**
     * A message has arrived.
     *
     * @param chat the one that is on or waited for
     * @param ofThisChat whether the server marked the message as one of that chat, where it marks them
     * @param escaped whether the text may still have the escapes of JSON
     */
    void received(ChatSide chat, boolean ofThisChat, byte[] bytes, int from, int to, boolean escaped) {
        MessageHeader.Finding finding = truth.read(bytes, from, to);
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
        return length < 0 ? MessageHeader.Finding.CORRUPTED : truth.read(unescaped, 0, length);
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
        measuring.tally().corrupted.increment();
        measuring.errors().example("corrupted", "user %d, chat %d: %s".formatted(user, chat.number, what));
    }

    private void intact(ChatSide chat, boolean ofThisChat) {
        if (truth.run != run) {
            measuring.tally().foreign.increment();
            return;
        }
        SequenceTracker flow = chat.isMatched() && ofThisChat ? chat.flow(truth.sender, truth.chat) : null;
        if (flow == null) {
            stray(chat, ofThisChat ? "outside of a chat" : "marked as of another chat");
            return;
        }
        SequenceTracker.Arrival arrival = flow.arrived(truth.seq);
        if (arrival != SequenceTracker.Arrival.IN_ORDER) {
            disorder(chat, arrival);
        }
        if (flow != chat.partner) {
            stranger(chat, flow, arrival);
        } else if (arrival != SequenceTracker.Arrival.DUPLICATE) {
            delivered();
        }
    }

    private void delivered() {
        measuring.tally().delivered.increment();
        measuring.tally().bytesDelivered.add(truth.length);
        long now = System.nanoTime();
        arrivals.arrived(truth.sender, truth.chat, truth.seq);
        LatencyRecorders latency = measuring.latency();
        if (truth.intended + truth.delay < brokenUntil) {
            latency.overResumes.record(user, now - truth.intended);
        } else if (timed) {
            latency.arrived(user, truth.persona, now - truth.intended, now - truth.intended - truth.delay);
        } else {
            latency.toSlowReaders.record(user, now - truth.intended);
        }
    }

    private void disorder(ChatSide chat, SequenceTracker.Arrival arrival) {
        boolean twice = arrival == SequenceTracker.Arrival.DUPLICATE;
        (twice ? measuring.tally().duplicated : measuring.tally().reordered).increment();
        String fault = twice ? "duplicated" : "reordered";
        if (!measuring.errors().hasExample(fault)) {
            measuring.errors().example(fault, describe(chat));
        }
    }

    /** A message in this chat of somebody who is not the partner, or who turns out to be the partner by now. */
    private void stranger(ChatSide chat, SequenceTracker flow, SequenceTracker.Arrival arrival) {
        if (arrival == SequenceTracker.Arrival.DUPLICATE) {
            return;
        }
        SequenceTracker before = chat.promote(flow);
        if (before == null) {
            stray(chat, "the partner is user %d, chat %d".formatted(chat.partner.sender, chat.partner.chat));
        } else {
            ledger.strayed(before.sender, before.chat, before.received);
            ledger.strayed(flow.sender, flow.chat, 1 - flow.received);
            delivered();
        }
    }

    private void stray(ChatSide chat, String why) {
        measuring.tally().misdelivered.increment();
        ledger.strayed(truth.sender, truth.chat, 1);
        measuring.errors().example("misdelivered", describe(chat) + ": " + why);
    }

    private String describe(ChatSide chat) {
        return "message %d of user %d, chat %d, arrived at user %d, chat %d, %s after its time"
                .formatted(
                        truth.seq,
                        truth.sender,
                        truth.chat,
                        user,
                        chat.number,
                        Quantity.time(System.nanoTime() - truth.intended));
    }
}
