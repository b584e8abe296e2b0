package loomchat.loadtest.verify;

import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * How many messages are on their way to connected users: an estimate while users send and leave, exact when they
 * rest. The sender may have left: what it sent before its close frame still has to arrive. The run's thread asks.
 */
public final class MessagesInFlight {
    /** A user who may be in a chat. */
    public interface Party {
        /** The chat that the user is in, or null. */
        ChatSide chat();

        /** Whether this user has left a chat and the ledger does not have it yet. */
        boolean isLeaving();
    }

    private final Map<Integer, ? extends Party> users;
    private final DeliveryLedger ledger;
    /** Sides from which a connected user has received a message. */
    private final Set<Long> heard = new HashSet<>();

    private MessagesInFlight(Map<Integer, ? extends Party> users, DeliveryLedger ledger) {
        this.users = users;
        this.ledger = ledger;
    }

    public static long of(Map<Integer, ? extends Party> users, DeliveryLedger ledger) {
        return new MessagesInFlight(users, ledger).count();
    }

    /** Looks at leavers first: they move from the users to the ledger, and must be found in one of the two. */
    private long count() {
        Collection<? extends Party> all = users.values();
        long outstanding = all.stream().filter(Party::isLeaving).count();
        for (Party each : all) {
            ChatSide to = each.chat();
            outstanding += to == null ? 0 : to.partner == null ? ledger.leftFor(to.key()) : owedTo(to, to.partner);
        }
        for (Party each : all) {
            ChatSide from = each.chat();
            boolean unheard = from != null && !heard.contains(from.key()) && mayHaveAPartner(from);
            outstanding += unheard ? from.sentSinceMatch() : 0;
        }
        return outstanding;
    }

    private long owedTo(ChatSide to, SequenceTracker from) {
        long key = ChatSide.key(from.sender, from.chat);
        heard.add(key);
        ChatSide theirs = there(from);
        long sent = theirs != null ? theirs.sentSinceMatch() : ledger.leftBy(key);
        return Math.max(0, sent - to.corrupted - to.missed - from.received);
    }

    /** False when the partner is known and has left this chat. */
    private boolean mayHaveAPartner(ChatSide chat) {
        return chat.partner == null || there(chat.partner) != null;
    }

    /** The chat that {@code tracker} comes from, if its sender is still in it. */
    private ChatSide there(SequenceTracker tracker) {
        Party sender = users.get(tracker.sender);
        ChatSide theirs = sender == null ? null : sender.chat();
        return theirs != null && theirs.number == tracker.chat ? theirs : null;
    }
}
