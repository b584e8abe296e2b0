package loomchat.chat.call;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The calls of one chat. The connection threads of both visitors use it, and what comes from the partner's server. The
 * server of the newcomer records calls.
 */
public final class PairCalls {
    /** A declined invitation cannot be repeated for so long. */
    public static final int DECLINED_SECONDS = 30;

    /** Servers may have died with the last numbers. */
    private static final long MOST_NUMBERS_AHEAD = 1000;

    private final Journal journal;
    private final ReentrantLock lock = new ReentrantLock();

    // Written under the lock
    private volatile CallState state = CallState.NOTHING;
    private final long[] declinedNanos = new long[2];
    /** The call whose beginning is in the record of this server or of another one. */
    private Running begun;
    /** Whether this server will record its end. */
    private boolean here;

    private boolean closed;

    /** Where calls are written down. Called under the lock of one chat: may wait for the log and for nothing else. */
    public interface Journal {
        /** Whether this server records the calls of the chat now. */
        boolean isHere();

        void began();

        void started(long number, CallKinds kinds);

        /** @param stats as the newcomer's page tells them */
        void ended(long number, String reason, long millis, CallStats stats);

        void left();
    }

    private record Running(long number, long sinceNanos) {}

    /** The answer to an invitation. */
    public enum Answer {
        TAKEN,
        /** That call is over. */
        STALE,
        /** The partner has declined a moment ago. */
        LATER
    }

    public PairCalls(Journal journal) {
        this.journal = journal;
    }

    public CallState state() {
        return state;
    }

    /** How long the call has been on whose beginning is recorded, or -1. */
    public long ageMillis() {
        lock.lock();
        try {
            return begun == null ? -1 : TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun.sinceNanos);
        } finally {
            lock.unlock();
        }
    }

    /** @param newcomer who invites */
    public Answer invite(boolean newcomer, CallKinds kinds) {
        lock.lock();
        try {
            long now = System.nanoTime();
            long declined = declinedNanos[index(newcomer)];
            if (closed) {
                return Answer.STALE;
            }
            switch (state.phase(newcomer)) {
                case INVITATION -> set(newcomer, CallSide.wanting(state.number(), kinds));
                case NONE -> {
                    if (declined != 0 && now - declined < TimeUnit.SECONDS.toNanos(DECLINED_SECONDS)) {
                        return Answer.LATER;
                    }
                    set(newcomer, CallSide.wanting(state.number() + 1, kinds));
                }
                case INVITED, ON -> {
                    return Answer.STALE;
                }
            }
            return Answer.TAKEN;
        } finally {
            lock.unlock();
        }
    }

    /** Wants the call with this number: it was invited to it, or goes on with it where servers have forgotten it. */
    public Answer want(boolean newcomer, long number, CallKinds kinds, boolean known) {
        lock.lock();
        try {
            CallSide own = state.side(newcomer);
            boolean invited = state.side(!newcomer).wants(number);
            boolean over =
                    number <= own.number() || number < state.side(!newcomer).number();
            boolean forgotten = !known && number <= state.number() + MOST_NUMBERS_AHEAD;
            if (closed) {
                return Answer.STALE;
            }
            if (own.wants(number)) {
                return known || state.phase(newcomer) == CallState.Phase.NONE ? Answer.STALE : Answer.TAKEN;
            }
            boolean ended = state.side(!newcomer).number() == number && !invited;
            if (over || ended || !invited && !forgotten) {
                return Answer.STALE;
            }
            set(newcomer, CallSide.wanting(number, kinds));
            return Answer.TAKEN;
        } finally {
            lock.unlock();
        }
    }

    /** Does not want the call with this number, or not any more. False if there is no such call. */
    public boolean refuse(boolean newcomer, long number, CallEnd why) {
        lock.lock();
        try {
            if (closed || state.phase(newcomer) == CallState.Phase.NONE || number != state.number()) {
                return false;
            }
            set(newcomer, state.side(newcomer).notWanting(number, why));
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** What a page tells of the call that is on; false if it is not. */
    public boolean tell(boolean newcomer, long number, CallStats stats) {
        lock.lock();
        try {
            boolean on = !closed && state.isOn() && state.number() == number;
            if (on) {
                state = state.with(newcomer, state.side(newcomer).with(stats));
            }
            return on;
        } finally {
            lock.unlock();
        }
    }

    /**
     * What another server knows.
     *
     * @param ageMillis of the call that is on there, if its beginning is recorded; otherwise -1
     */
    public void merge(CallState other, long ageMillis) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            CallState merged = state.merge(other);
            noteDeclined(true, merged);
            noteDeclined(false, merged);
            state = merged;
            if (merged.isOn() && ageMillis >= 0 && (begun == null || begun.number != merged.number())) {
                end(merged.why(begun == null ? 0 : begun.number).toString());
                begun = new Running(merged.number(), System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(ageMillis));
            }
            settle();
        } finally {
            lock.unlock();
        }
    }

    /** The chat is over, for {@code reason}. */
    public void close(String reason) {
        lock.lock();
        try {
            closed = true;
            end(reason);
        } finally {
            lock.unlock();
        }
    }

    /** The newcomer goes on at another server, which records the end. */
    public void leave() {
        lock.lock();
        try {
            if (here) {
                here = false;
                journal.left();
            }
        } finally {
            lock.unlock();
        }
    }

    // With the lock

    private void set(boolean newcomer, CallSide side) {
        CallState next = state.with(newcomer, side);
        noteDeclined(!newcomer, next);
        state = next;
        settle();
    }

    private void noteDeclined(boolean ofNewcomer, CallState next) {
        CallSide answer = next.side(!ofNewcomer);
        boolean news = state.phase(ofNewcomer) == CallState.Phase.INVITED && answer.number() == state.number();
        if (news && !answer.wants() && answer.why() == CallEnd.DECLINED) {
            declinedNanos[index(ofNewcomer)] = Math.max(1, System.nanoTime());
        }
    }

    private static int index(boolean newcomer) {
        return newcomer ? 0 : 1;
    }

    private void settle() {
        boolean on = state.isOn();
        if (begun != null && (!on || begun.number != state.number())) {
            end(state.why(begun.number).toString());
        }
        if (on && !here && journal.isHere()) {
            here = true;
            journal.began();
            if (begun == null) {
                begun = new Running(state.number(), System.nanoTime());
                journal.started(
                        state.number(),
                        state.newcomer().kinds().and(state.partner().kinds()));
            }
        }
    }

    private void end(String reason) {
        if (here) {
            here = false;
            journal.left();
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun.sinceNanos);
            journal.ended(begun.number, reason, millis, stats(begun.number));
        }
        begun = null;
    }

    private CallStats stats(long number) {
        CallStats own = of(state.newcomer(), number);
        CallStats other = of(state.partner(), number).fromTheOtherSide();
        if (own.equals(CallStats.NONE)) {
            return other;
        }
        return own.firstFrameMillis() > 0 || other.firstFrameMillis() == 0
                ? own
                : new CallStats(other.firstFrameMillis(), own.relayed(), own.bytesSent(), own.bytesReceived());
    }

    private static CallStats of(CallSide side, long number) {
        return side.number() == number ? side.stats() : CallStats.NONE;
    }
}
