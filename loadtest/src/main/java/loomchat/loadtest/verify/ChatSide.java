package loomchat.loadtest.verify;

import java.util.ArrayList;
import java.util.List;

/**
 * One user's side of one conversation, from the time it begins to wait for a partner. The user's thread owns the sending
 * side, the receiver's thread the receiving side; {@link #end} hands both to the ledger, which reads them from then on.
 */
public class ChatSide {
    /** How this side of a chat came to its end. */
    public enum End {
        /** This user left, with a close frame. */
        LEFT(true),
        /** This user vanished. */
        VANISHED(true),
        /** The server closed it, and was right to. */
        EXPELLED(true),
        PARTNER_LEFT(false),
        BROKEN(false),
        /** This user came back to it in time, and the server did not let it in. */
        NOT_RESUMED(false),
        /** It lasted until the run was over and everything had time to arrive. */
        RUN_OVER(false);

        /** Whether messages to this user that were on their way then may be gone. */
        final boolean onPurpose;

        End(boolean onPurpose) {
            this.onPurpose = onPurpose;
        }
    }

    private static final int MOST_STRANGERS = 16;

    final int user;
    final int number;

    // Sending side: the user's thread
    volatile int sent;

    // Receiving side: the receiver's thread
    /** When the match was told, 0 while waiting. */
    volatile long matchedAt;
    /** Messages that were sent before the match was told: the server need not deliver them. */
    int sentBeforeMatch;
    /** The sender that most messages came from: the partner. */
    SequenceTracker partner;

    int corrupted;
    /** Messages that are not ours, before the first one that is. */
    int unreadable;

    private List<SequenceTracker> strangers;

    /** How many of this user's messages the server says that the partner has. */
    int delivered;
    /** Of the partner's messages, those that the server said it could not keep. */
    int missed;
    /** The server said that this chat is over. */
    boolean calledStale;

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

    /** One more message is on its way. */
    public void countSent() {
        sent = sent + 1;
    }

    /** The server says that the partner has this user's messages up to the one with that number, counted from 1. */
    public void confirmDelivered(int upTo) {
        delivered = Math.max(delivered, upTo);
    }

    /** The server says that it could not keep so many of the partner's messages. */
    public void countMissed(int count) {
        missed += count;
    }

    /** The server says that this chat is over. */
    public void callStale() {
        calledStale = true;
    }

    /** Whether this user left it, in order. */
    public boolean hasLeft() {
        return end == End.LEFT;
    }

    public void end(End how) {
        end = how;
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

    /** The tracker of that sender; whoever has sent most is the partner. Null when too many others have sent something. */
    SequenceTracker tracker(int sender, int senderChat) {
        if (partner == null) {
            return partner = new SequenceTracker(sender, senderChat);
        }
        if (partner.sender == sender && partner.chat == senderChat) {
            return partner;
        }
        return stranger(sender, senderChat);
    }

    /** Called after a stranger's message: one that has sent more than the partner so far is the partner from now on. */
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
            if (each.sender == sender && each.chat == senderChat) {
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
