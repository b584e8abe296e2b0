package loomchat.loadtest.verify;

import java.util.Arrays;

/**
 * Tracks which messages of one sender's chat have arrived: the number that comes next, and the gaps below it.
 * Written by the receiving user's thread only, read by the ledger after the chat's end. Bounded: with more than
 * {@link #MOST_GAPS} open gaps the oldest is closed, and a message that fills it later counts as a duplicate.
 */
final class SequenceTracker {
    private static final int MOST_GAPS = 256;

    enum Arrival {
        IN_ORDER,
        /** It arrived after a later message. */
        REORDERED,
        DUPLICATE
    }

    final int sender;
    final int chat;
    /** Intact messages, duplicates not counted. */
    int received;

    private int next;
    private int missing;
    // Gaps as pairs [from, to), ascending; null until the first
    private int[] gaps;
    private int gapEnds;

    SequenceTracker(int sender, int chat) {
        this.sender = sender;
        this.chat = chat;
    }

    /** From what another process has written down, with {@link #gaps}. */
    static SequenceTracker restored(int sender, int chat, int received, int next, int missing, int[] gaps) {
        SequenceTracker tracker = new SequenceTracker(sender, chat);
        tracker.received = received;
        tracker.next = next;
        tracker.missing = missing;
        tracker.gaps = gaps;
        tracker.gapEnds = gaps.length;
        return tracker;
    }

    boolean isOf(int user, int itsChat) {
        return sender == user && chat == itsChat;
    }

    /** The open gaps as pairs [from, to). */
    int[] gaps() {
        return gaps == null ? new int[0] : Arrays.copyOf(gaps, gapEnds);
    }

    Arrival arrived(int seq) {
        if (seq == next) {
            next++;
            received++;
            return Arrival.IN_ORDER;
        }
        if (seq > next) {
            skip(next, seq);
            next = seq + 1;
            received++;
            return Arrival.IN_ORDER;
        }
        if (fill(seq)) {
            received++;
            return Arrival.REORDERED;
        }
        return Arrival.DUPLICATE;
    }

    /** The first sequence number that is above everything received. */
    int next() {
        return next;
    }

    /** How many below {@link #next} never came, counted from {@code from} on. */
    int missingFrom(int from) {
        int below = 0;
        for (int i = 0; i < gapEnds; i += 2) {
            below += Math.max(0, Math.min(gaps[i + 1], from) - gaps[i]);
        }
        return missing - below;
    }

    private void skip(int from, int to) {
        missing += to - from;
        if (gaps == null) {
            gaps = new int[4];
        } else if (gapEnds == gaps.length) {
            if (gapEnds == 2 * MOST_GAPS) {
                System.arraycopy(gaps, 2, gaps, 0, gapEnds -= 2);
            } else {
                gaps = Arrays.copyOf(gaps, 2 * gapEnds);
            }
        }
        gaps[gapEnds++] = from;
        gaps[gapEnds++] = to;
    }

    /** Whether {@code seq} was in a gap; fills it. */
    private boolean fill(int seq) {
        for (int i = 0; i < gapEnds; i += 2) {
            if (seq >= gaps[i] && seq < gaps[i + 1]) {
                take(i, seq);
                missing--;
                return true;
            }
        }
        return false;
    }

    private void take(int i, int seq) {
        int from = gaps[i];
        int to = gaps[i + 1];
        if (from == seq) {
            gaps[i]++;
        } else {
            gaps[i + 1] = seq;
        }
        if (gaps[i] == gaps[i + 1]) {
            System.arraycopy(gaps, i + 2, gaps, i, gapEnds - i - 2);
            gapEnds -= 2;
        } else if (from != seq && seq + 1 < to && gapEnds < 2 * MOST_GAPS) {
            insert(i + 2, seq + 1, to);
        }
    }

    private void insert(int at, int from, int to) {
        if (gapEnds == gaps.length) {
            gaps = Arrays.copyOf(gaps, 2 * gapEnds);
        }
        System.arraycopy(gaps, at, gaps, at + 2, gapEnds - at);
        gaps[at] = from;
        gaps[at + 1] = to;
        gapEnds += 2;
    }
}
