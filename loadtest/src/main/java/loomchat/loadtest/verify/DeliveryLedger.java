package loomchat.loadtest.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntPredicate;
import loomchat.loadtest.measure.ErrorCounts;
import loomchat.loadtest.measure.RunCounters;

/**
 * Settles chats when both sides have ended: what one sent against what the other received. Users and senders hand
 * each side in once, when nothing writes to it any more; they block only on the lock. Bounded: when more than
 * {@link #MOST_OPEN} sides wait for their other side, the oldest is settled as unconfirmed. Long, because all that can
 * become of a message is decided here.
 *
 * <p>A message that never arrived is:
 *
 * <ol>
 *   <li>unmatched, when it was sent before the server announced the match;
 *   <li>missed, when the server said that it could not keep it;
 *   <li>corrupted or misdelivered, when such a message arrived in its place;
 *   <li>not taken, when the server refused it and it was not sent again with success, after all that arrived;
 *   <li>cut off, when it was sent after all that arrived, and the receiver left or the sender vanished on purpose, or
 *       the sender left and the server that was to pass it on died;
 *   <li>unconfirmed, when nothing ever arrived in either direction, and a partner of whom nothing is known left on
 *       purpose, so that the two may belong together;
 *   <li>lost otherwise.
 * </ol>
 */
public final class DeliveryLedger {
    static final String RESUME_REFUSED = "resume refused in time";
    private static final int MOST_OPEN = 200_000;

    private final RunCounters counters;
    private final ErrorCounts errors;
    private final IntPredicate ours;
    private final OpenSides sides;

    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by lock
    private final Map<Long, ChatSide> open = new LinkedHashMap<>();
    private final Map<Long, Long> claims = new HashMap<>();
    private final Map<Long, Integer> strayed = new HashMap<>();
    private final MatchedChats matched = new MatchedChats();
    private long silentLeavers;

    /**
     * @param ours whether this process plays that user
     * @param sides takes what only another process can settle
     */
    public DeliveryLedger(RunCounters counters, ErrorCounts errors, IntPredicate ours, OpenSides sides) {
        this.counters = counters;
        this.errors = errors;
        this.ours = ours;
        this.sides = sides;
    }

    /** {@code count} messages of that chat were delivered to another user (or, when negative, were not after all). */
    void strayed(int sender, int chat, int count) {
        lock.lock();
        try {
            if (strayed.size() < MOST_OPEN) {
                strayed.merge(ChatSide.key(sender, chat), count, Integer::sum);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The server has announced chat {@code number} to that side; {@code numbering} has given it. */
    public void announced(ChatSide chat, Numbering numbering, long number) {
        lock.lock();
        try {
            check(matched.announced(chat, numbering, number), chat);
        } finally {
            lock.unlock();
        }
    }

    private void check(String wrong, ChatSide chat) {
        if (wrong != null) {
            violation(wrong, "user %d, chat %d".formatted(chat.user, chat.number));
        }
    }

    /** One side has ended. */
    public void ended(ChatSide chat) {
        assert chat.end != null;
        countUnreadable(chat);
        settle(chat);
    }

    private void countUnreadable(ChatSide chat) {
        if (chat.partner == null) {
            counters.foreign.add(chat.unreadable);
        } else if (chat.unreadable > 0) {
            counters.corrupted.add(chat.unreadable);
            chat.corrupted += chat.unreadable;
        }
    }

    /** As {@link #ended}, for a side whose unreadable messages have been counted. */
    void settle(ChatSide chat) {
        lock.lock();
        try {
            check(matched.ended(chat, chat.endedAt()), chat);
            if (chat.isMatched() || chat.partner != null) {
                match(chat);
            } else {
                // The server may have matched it without being able to announce it.
                counters.unmatched.add(chat.sent);
                silentLeavers += chat.end.onPurpose ? 1 : 0;
            }
        } finally {
            lock.unlock();
        }
    }

    private void match(ChatSide chat) {
        Long claimed = claims.remove(chat.key());
        Long other =
                chat.partner != null ? Long.valueOf(ChatSide.key(chat.partner.sender, chat.partner.chat)) : claimed;
        // Whether a refused resume was a fault is known when all have ended.
        if (other == null && chat.sent == 0 && chat.end != ChatSide.End.NOT_RESUMED) {
            silentLeavers += chat.end.onPurpose ? 1 : 0;
            return;
        }
        if (other != null && other == chat.key()) {
            settle(chat, chat);
            return;
        }
        if (chat.partner != null && !ours.test(chat.partner.sender)) {
            sides.side(chat);
            return;
        }
        ChatSide partner = other == null ? null : open.remove(other);
        if (partner == null) {
            keep(chat, other);
        } else {
            claims.remove(other);
            settle(chat, partner);
            settle(partner, chat);
        }
    }

    private void keep(ChatSide chat, Long other) {
        if (open.size() == MOST_OPEN) {
            ChatSide oldest = open.remove(open.keySet().iterator().next());
            counters.unconfirmed.add(oldest.sent);
        }
        open.put(chat.key(), chat);
        if (other != null) {
            claims.put(other, chat.key());
        }
    }

    private void settle(ChatSide from, ChatSide to) {
        SequenceTracker tracker = to.partner != null && to.partner.isOf(from.user, from.number) ? to.partner : null;
        int next = tracker == null ? 0 : tracker.next();
        int since = from.sentBeforeMatch;
        int gaps = tracker == null ? 0 : tracker.missingFrom(since);
        int gapsBefore = tracker == null ? 0 : tracker.missingFrom(0) - gaps;
        int tail = Math.max(0, from.sent - Math.max(next, since));
        counters.unmatched.add(gapsBefore + Math.max(0, since - next));
        int announced = Math.min(gaps + tail, Math.max(to.missed, from.givenUp));
        counters.missed.add(announced);
        int announcedInGaps = Math.min(gaps, announced);
        gaps -= announcedInGaps;
        tail -= announced - announcedInGaps;
        int explained = to.corrupted + strayed.getOrDefault(from.key(), 0);
        strayed.remove(from.key());
        int inGaps = Math.min(gaps, explained);
        gaps -= inGaps;
        tail -= Math.min(tail, explained - inGaps);
        int notTaken = Math.min(tail, from.notTaken());
        counters.notTaken.add(notTaken);
        tail -= notTaken;
        boolean excused = to.end.onPurpose
                || from.end == ChatSide.End.VANISHED
                || from.end == ChatSide.End.EXPELLED
                || to.end.isRefused() && from.end.onPurpose
                || from.end == ChatSide.End.LEFT && to.partnerIsGone && counters.isCluster();
        counters.cutOff.add(excused ? tail : 0);
        countLost(from, to, gaps + (excused ? 0 : tail), next);
        checkPromises(from, to, next);
    }

    /** Checks what the server told the sender about this chat. */
    private void checkPromises(ChatSide from, ChatSide to, int next) {
        if (from.delivered > next) {
            violation(
                    "confirmed what did not arrive",
                    "user %d, chat %d was told that %d had arrived, %d had"
                            .formatted(from.user, from.number, from.delivered, next));
        }
        if (from.end == ChatSide.End.NOT_RESUMED && !to.end.onPurpose) {
            refused(
                    counters,
                    errors,
                    "user %d, chat %d; the partner's side ended: %s".formatted(from.user, from.number, to.end));
        }
        if (from.calledStale && from.end == ChatSide.End.RUN_OVER) {
            violation("a chat called stale that went on", "user %d, chat %d".formatted(from.user, from.number));
        }
    }

    /** A resume was refused in time. Of several servers some may be dead: how many they may refuse is a threshold. */
    static void refused(RunCounters counters, ErrorCounts errors, String details) {
        counters.cluster.resumesFailed.increment();
        if (!counters.isCluster()) {
            counters.violations.increment();
        }
        errors.protocol(RESUME_REFUSED, details);
    }

    /** The server has done what its protocol forbids. */
    public void violation(String what, String details) {
        counters.violations.increment();
        errors.protocol(what, details);
    }

    private void countLost(ChatSide from, ChatSide to, int count, int next) {
        if (count == 0) {
            return;
        }
        counters.lost.add(count);
        errors.example(
                "lost",
                "%d of %d messages of user %d, chat %d, to user %d, chat %d; the last that arrived was %d; the sender's side ended: %s, the receiver's: %s"
                        .formatted(
                                count,
                                from.sent,
                                from.user,
                                from.number,
                                to.user,
                                to.number,
                                next - 1,
                                from.end,
                                to.end));
    }

    /**
     * How many messages the server still has to deliver for the side with that key, which left with a close frame
     * before its partner. 0 when it did not, or is not known.
     */
    long leftBy(long key) {
        lock.lock();
        try {
            ChatSide gone = open.get(key);
            return gone != null && gone.end == ChatSide.End.LEFT ? gone.sentSinceMatch() : 0;
        } finally {
            lock.unlock();
        }
    }

    /** The same for the side whose partner is the side with {@code key}. */
    long leftFor(long key) {
        lock.lock();
        try {
            Long partner = claims.get(key);
            return partner == null ? 0 : leftBy(partner);
        } finally {
            lock.unlock();
        }
    }

    /**
     * So many connections were open to the server, perhaps matched, and left without sending or receiving a
     * message.
     */
    public void silentLeavers(long count) {
        lock.lock();
        try {
            silentLeavers += count;
        } finally {
            lock.unlock();
        }
    }

    /** Settles what is left when all users have ended. */
    public void close() {
        lock.lock();
        try {
            if (sides != OpenSides.NONE) {
                handOver();
                return;
            }
            List<ChatSide> unheard = new ArrayList<>();
            for (ChatSide each : open.values()) {
                if (each.partner != null || each.end == ChatSide.End.VANISHED) {
                    counters.unconfirmed.add(each.sent);
                } else {
                    unheard.add(each);
                }
                silentLeavers += each.partner == null && each.end.onPurpose ? 1 : 0;
            }
            new UnheardSides(counters, errors).settle(unheard, silentLeavers);
            open.clear();
            claims.clear();
        } finally {
            lock.unlock();
        }
    }

    private void handOver() {
        open.values().forEach(sides::side);
        strayed.forEach(sides::strayed);
        sides.silentLeavers(silentLeavers);
    }
}
