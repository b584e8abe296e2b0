package loomchat.loadtest.call;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** One user's side of one call, from the time at which it is told that the call is on. Guarded by the ledger's lock. */
final class CallSide {
    /** Signals of one side in one call; a longer call sends no more. */
    static final int MOST_SIGNALS = 1 << 16;

    private static final long NEVER = Long.MAX_VALUE;

    final int user;
    final int chat;
    final CallLedger.Call call;

    // What this user sent; ids begin with 1
    int sent;
    private long[] sentAt = new long[16];

    // What arrived at this user
    final BitSet arrived = new BitSet();
    int altered;
    /** Signals of this user that arrived somewhere else. */
    int strayed;

    /** When this user's connection broke and when it was back, in pairs; the last end may be open. */
    private final List<long[]> away = new ArrayList<>();

    boolean over;
    /** From then on, signals to this user need not arrive, because it ends the call. */
    long leavesAt = NEVER;

    CallSide(int user, int chat, CallLedger.Call call) {
        this.user = user;
        this.chat = chat;
        this.call = call;
    }

    void sends(long now) {
        sent++;
        if (sent >= sentAt.length) {
            sentAt = Arrays.copyOf(sentAt, 2 * sentAt.length);
        }
        sentAt[sent] = now;
    }

    long sentAt(int id) {
        return sentAt[id];
    }

    void awayFrom(long time) {
        away.add(new long[] {time, NEVER});
    }

    void backAt(long time) {
        if (!away.isEmpty()) {
            away.getLast()[1] = Math.min(away.getLast()[1], time);
        }
    }

    /** Whether the connection was broken at that time, or up to {@code slack} later or earlier. */
    boolean isAway(long time, long slack, long slackAfter) {
        return away.stream().anyMatch(each -> time >= each[0] - slack && time - slackAfter <= each[1]);
    }
}
