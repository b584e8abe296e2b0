package loomchat.loadtest.call;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import loomchat.loadtest.measure.CallCounters;
import loomchat.loadtest.measure.RunRecorder;
import loomchat.loadtest.verify.DeliveryLedger;

/** What all users of a run with calls share. Any thread may use it. */
public final class CallRun {
    final int run;
    final RunRecorder recorder;
    final CallCounters counters;
    final DeliveryLedger chats;
    private final CallLedger calls;
    private final LongSupplier end;
    private final AtomicBoolean off = new AtomicBoolean();

    /**
     * @param run the number that marks this run's signals
     * @param end of the run: from then on nothing is due
     * @param kills whether servers are killed on purpose
     */
    public CallRun(int run, RunRecorder recorder, DeliveryLedger chats, LongSupplier end, boolean kills) {
        this.run = run;
        this.recorder = recorder;
        this.counters = recorder.counters().calls;
        this.chats = chats;
        this.calls = new CallLedger(recorder, kills);
        this.end = end;
    }

    public CallLedger ledger() {
        return calls;
    }

    boolean isOver(long now) {
        return now >= end.getAsLong();
    }

    /** A server has no calls, so that this run makes no sense. */
    public void callOff() {
        off.set(true);
    }

    public boolean isOff() {
        return off.get();
    }
}
