package loomchat.loadtest.verify;

import java.util.ArrayList;
import java.util.List;

/**
 * One user's side of one conversation, from the time it begins to wait for a partner. The sender's thread owns the
 * sending part, the user's thread the receiving part; from {@link #end} on the ledger alone reads both.
 */
public class ChatSide {
    /** How this side of a chat ended. */
    public enum End {
        /** This user left, with a close frame. */
        LEFT(true),
        /** This user vanished. */
        VANISHED(true),
        /** The server closed the connection, rightly. */
        EXPELLED(true),
        PARTNER_LEFT(false),
        BROKEN(false),
        /** This user asked in time to resume it, and the server refused. */
        NOT_RESUMED(false),
        /** The same, of a server that was started again since and knows nothing of it. */
        RESTARTED(false),
        /** It lasted until the run was over and all messages had had time to arrive. */
        RUN_OVER(false);

        /** Whether messages that were on their way to this user may be lost. */
        final boolean onPurpose;

        End(boolean onPurpose) {
            this.onPurpose = onPurpose;
        }

        /** Whether this user came back to it and found it gone. */
        boolean isRefused() {
            return this == NOT_RESUMED || this == RESTARTED;
        }
    }

    private static final int MOST_STRANGERS = 16;

    final int user;
    final int number;

    // Sending part: the sender's thread
    volatile int sent;

    // Receiving part: the user's thread
    /** When the server announced the match, 0 while waiting. */
    volatile long matchedAt;

    private volatile long endedAt;
    /** Messages sent before the server announced the match: it need not deliver them. */
    int sentBeforeMatch;
    /** The partner: the one who sent most of the messages. */
    SequenceTracker partner;

    int corrupted;
    /** Messages without a header, before the first one with a header. */
    int unreadable;

    private List<SequenceTracker> strangers;

    /** How many of this user's messages the server says that the partner has. */
    volatile int delivered;
    /** The server said that the partner is gone, and not that it left. */
    boolean partnerIsGone;
    /** Of this user's messages, those that the server says reached nobody. */
    int givenUp;
    /** Of the partner's messages, those that the server said it could not keep. */
    int missed;
    /** The server said that this chat is over. */
    boolean calledStale;
    /** Of this user's messages, those that the server refused, and that were not sent again with success. */
    int notTaken;

    /** The chat on the server, where it is known. Guarded by the ledger's lock. */
    MatchedChats.Chat shared;

    volatile End end;

    public ChatSide(int user, int number) {
        this.user = user;
        this.number = number;
    }

    public int number() {
        return number;
    }

    public int sent() {
        return sent;
    }

    /** Counts a message before it is sent. */
    public void countSent() {
        sent = sent + 1;
    }

    /** The server says that the partner has this user's messages up to the one with that number, counted from 1. */
    public void confirmDelivered(int upTo) {
        delivered = Math.max(delivered, upTo);
    }

    /** How many of this user's messages the server says that the partner has. */
    public int delivered() {
        return delivered;
    }

    /** How many of the last messages the server said it did not take: asked when this side has ended. */
    protected int notTaken() {
        return notTaken;
    }

    /** The server says that so many of this user's messages reached nobody. */
    public void countGivenUp(int count) {
        givenUp += count;
    }

    /** The server says that it could not keep so many of the partner's messages. */
    public void countMissed(int count) {
        missed += count;
    }

    /** The server says that the partner is gone: it knows of no word with which it left. */
    public void callPartnerGone() {
        partnerIsGone = true;
    }

    /** The server says that this chat is over. */
    public void callStale() {
        calledStale = true;
    }

    /** Whether this user left it with a close frame. */
    public boolean hasLeft() {
        return end == End.LEFT;
    }

    public void end(End how) {
        end = how;
        endedAt = System.nanoTime();
    }

    /** When it ended; the ledger hears of it later, when nothing writes to it any more. */
    long endedAt() {
        return endedAt;
    }

    public long matchedAt() {
        return matchedAt;
    }

    public boolean isMatched() {
        return matchedAt != 0;
    }

    public void match(long now) {
        sentBeforeMatch = sent;
        matchedAt = now;
    }

    /** How many messages the server has to deliver. */
    int sentSinceMatch() {
        return Math.max(0, sent - sentBeforeMatch);
    }

    static long key(int user, int chat) {
        return (long) chat << 32 | user;
    }

    long key() {
        return key(user, number);
    }

    /**
     * Tracks that sender's messages; the one who has sent most is the partner. Null when too many others have sent
     * something.
     */
    SequenceTracker tracker(int sender, int senderChat) {
        if (partner == null) {
            return partner = new SequenceTracker(sender, senderChat);
        }
        if (partner.isOf(sender, senderChat)) {
            return partner;
        }
        return stranger(sender, senderChat);
    }

    /**
     * Called after a stranger's message: a stranger who has sent more than the partner so far becomes the partner.
     *
     * @return the partner before, or null when it is the same
     */
    SequenceTracker promote(SequenceTracker stranger) {
        if (stranger.received <= partner.received) {
            return null;
        }
        SequenceTracker before = partner;
        strangers.remove(stranger);
        strangers.add(before);
        partner = stranger;
        return before;
    }

    private SequenceTracker stranger(int sender, int senderChat) {
        if (strangers == null) {
            strangers = new ArrayList<>(2);
        }
        for (SequenceTracker each : strangers) {
            if (each.isOf(sender, senderChat)) {
                return each;
            }
        }
        if (strangers.size() == MOST_STRANGERS) {
            return null;
        }
        SequenceTracker tracker = new SequenceTracker(sender, senderChat);
        strangers.add(tracker);
        return tracker;
    }
}
