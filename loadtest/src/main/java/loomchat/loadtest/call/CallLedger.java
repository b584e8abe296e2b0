package loomchat.loadtest.call;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import loomchat.loadtest.measure.CallCounters;
import loomchat.loadtest.measure.RunRecorder;
import loomchat.loadtest.verify.Numbering;

/**
 * Settles the signals of a call when both of its sides have ended. Users and senders call it; they block only on the
 * lock. Bounded: what is kept are calls with a side that is on.
 *
 * <p>A signal that never arrived is:
 *
 * <ol>
 *   <li>altered or misdelivered, when such a signal arrived in its place;
 *   <li>missed, when one of the two was away when it was sent, or about then: the server keeps none;
 *   <li>cut off, when it was sent about when its receiver ended the call or left;
 *   <li>unconfirmed, when nobody of this process was at the other side;
 *   <li>lost otherwise.
 * </ol>
 */
public final class CallLedger {
    /** A signal that was sent so long before somebody was away may have been on its way. */
    private static final long SLACK = TimeUnit.SECONDS.toNanos(3);

    private record Key(Numbering numbering, long chat, long call) {}

    /** One call, as far as its sides are of this process. */
    static final class Call {
        private final Key key;
        private CallSide one;
        private CallSide other;

        Call(Key key) {
            this.key = key;
        }

        private CallSide otherThan(CallSide side) {
            return side == one ? other : one;
        }
    }

    private final RunRecorder recorder;
    private final CallCounters counters;
    private final boolean cluster;
    private final boolean kills;

    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by lock
    private final Map<Key, Call> calls = new HashMap<>();
    private int awaiting;

    /** @param kills whether servers are killed on purpose, with signals that were on their way */
    public CallLedger(RunRecorder recorder, boolean kills) {
        this.recorder = recorder;
        this.counters = recorder.counters().calls;
        this.cluster = recorder.counters().isCluster();
        this.kills = kills;
    }

    /** That user was told that the call is on. */
    CallSide on(int user, int ownChat, Numbering numbering, long chat, long number) {
        lock.lock();
        try {
            Call call = calls.computeIfAbsent(new Key(numbering, chat, number), Call::new);
            CallSide side = new CallSide(user, ownChat, call);
            if (call.one == null) {
                call.one = side;
            } else if (call.other == null) {
                call.other = side;
            } else {
                recorder.errors().protocol("a call with more than two sides", "user " + user + ", call " + number);
                recorder.counters().violations.increment();
            }
            return side;
        } finally {
            lock.unlock();
        }
    }

    /** The id of the next signal, or 0 when there were too many. */
    int sends(CallSide side, long now) {
        lock.lock();
        try {
            if (side.sent == CallSide.MOST_SIGNALS) {
                return 0;
            }
            side.sends(now);
            counters.signalsSent.increment();
            return side.sent;
        } finally {
            lock.unlock();
        }
    }

    /** An intact signal has arrived at {@code to}; false if it is not one that it should get now. */
    boolean arrived(CallSide to, SignalText signal) {
        lock.lock();
        try {
            CallSide from = to.call.otherThan(to);
            if (from != null && (signal.user() != from.user || signal.chat() != from.chat)
                    || signal.call() != to.call.key.call()) {
                strayed(signal, "at user " + to.user + ", call " + to.call.key.call());
                return false;
            }
            boolean twice = to.arrived.get(signal.id());
            if (twice || signal.id() < to.arrived.length()) {
                (twice ? counters.signalsDuplicated : counters.signalsReordered).increment();
                example(twice ? "a signal that came twice" : "a signal that came late", signal);
            }
            to.arrived.set(signal.id());
            return !twice;
        } finally {
            lock.unlock();
        }
    }

    private void strayed(SignalText signal, String where) {
        counters.signalsMisdelivered.increment();
        recorder.errors().example("a misdelivered signal", signal.shown() + " arrived " + where);
        for (Call each : calls.values()) {
            for (CallSide side : new CallSide[] {each.one, each.other}) {
                if (side != null
                        && side.user == signal.user()
                        && side.chat == signal.chat()
                        && each.key.call() == signal.call()) {
                    side.strayed++;
                }
            }
        }
    }

    /** A signal arrived outside of any call. */
    void mistimed(SignalText signal, String when) {
        counters.signalsMistimed.increment();
        example("a signal " + when, signal);
    }

    void altered(CallSide to, int user, int bytes) {
        lock.lock();
        try {
            counters.signalsAltered.increment();
            recorder.errors().example("an altered signal", "%d characters at user %d".formatted(bytes, user));
            if (to != null) {
                to.altered++;
            }
        } finally {
            lock.unlock();
        }
    }

    private void example(String what, SignalText signal) {
        recorder.errors().example(what, signal.shown());
    }

    void awayFrom(CallSide side, long time) {
        lock.lock();
        try {
            side.awayFrom(time);
        } finally {
            lock.unlock();
        }
    }

    void backAt(CallSide side, long time) {
        lock.lock();
        try {
            side.backAt(time);
        } finally {
            lock.unlock();
        }
    }

    /** This side asks for the end, or is gone: what is on its way to it need not arrive. */
    void leaves(CallSide side, long now) {
        lock.lock();
        try {
            side.leavesAt = Math.min(side.leavesAt, now);
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is sent or heard at this side any more. */
    void over(CallSide side) {
        lock.lock();
        try {
            side.over = true;
            CallSide other = side.call.otherThan(side);
            if (other != null && other.over) {
                calls.remove(side.call.key, side.call);
                settle(side, other);
                settle(other, side);
            }
        } finally {
            lock.unlock();
        }
    }

    private void settle(CallSide from, CallSide to) {
        int excused = to.altered + from.strayed;
        for (int id = to.arrived.nextClearBit(1); id <= from.sent; id = to.arrived.nextClearBit(id + 1)) {
            long at = from.sentAt(id);
            if (kills || isAway(from, at) || isAway(to, at)) {
                counters.signalsMissed.increment();
            } else if (at >= to.leavesAt - SLACK && id >= to.arrived.length()) {
                counters.signalsCutOff.increment();
            } else if (excused > 0) {
                excused--;
            } else {
                counters.signalsLost.increment();
                recorder.errors()
                        .example(
                                "a lost signal",
                                "signal %d of %d of user %d, chat %d, to user %d, chat %d"
                                        .formatted(id, from.sent, from.user, from.chat, to.user, to.chat));
            }
        }
    }

    private boolean isAway(CallSide side, long at) {
        return side.isAway(at, SLACK, cluster ? SLACK : 0);
    }

    /** A user waits for the server's answer to what it said about a call, or does not wait any more. */
    void awaits(boolean waits) {
        lock.lock();
        try {
            awaiting += waits ? 1 : -1;
        } finally {
            lock.unlock();
        }
    }

    /** Whether an answer or a signal is on its way to a user who is there. Exact when users rest. */
    public boolean isInFlight() {
        lock.lock();
        try {
            return awaiting > 0 || calls.values().stream().anyMatch(this::isInFlight);
        } finally {
            lock.unlock();
        }
    }

    private boolean isInFlight(Call call) {
        return call.one != null && call.other != null && (owes(call.one, call.other) || owes(call.other, call.one));
    }

    private boolean owes(CallSide from, CallSide to) {
        if (to.over || to.leavesAt != Long.MAX_VALUE) {
            return false;
        }
        for (int id = to.arrived.nextClearBit(1); id <= from.sent; id = to.arrived.nextClearBit(id + 1)) {
            long at = from.sentAt(id);
            if (!isAway(from, at) && !isAway(to, at)) {
                return true;
            }
        }
        return false;
    }

    /** Counts what is left when all users have ended. */
    public void close() {
        lock.lock();
        try {
            for (Call each : calls.values()) {
                counters.signalsUnconfirmed.add(each.one.sent);
                if (each.other != null) {
                    counters.signalsUnconfirmed.add(each.other.sent);
                }
            }
            calls.clear();
        } finally {
            lock.unlock();
        }
    }
}
