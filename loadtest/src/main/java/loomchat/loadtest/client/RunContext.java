package loomchat.loadtest.client;

import java.util.concurrent.atomic.AtomicReferenceArray;
import loomchat.loadtest.measure.ErrorCounts;
import loomchat.loadtest.measure.LatencyRecorders;
import loomchat.loadtest.measure.RunCounters;
import loomchat.loadtest.measure.RunRecorder;
import loomchat.loadtest.verify.DeliveryLedger;
import loomchat.loadtest.verify.MessageCheck;

/**
 * What everybody in a run shares. All of it is safe for any thread.
 *
 * @param run marks this run's messages
 * @param windows the senders by number of their user, where windows need to know what arrived; null otherwise
 * @param rated whether the pace comes from a rate over all users, so that each begins at its own moment
 */
public record RunContext(
        int run,
        boolean rated,
        AtomicReferenceArray<Sender> windows,
        RunRecorder recorder,
        DeliveryLedger ledger,
        RunClock clock,
        TimerWheel pacer,
        Dialer dialer) {

    RunCounters counters() {
        return recorder.counters();
    }

    ErrorCounts errors() {
        return recorder.errors();
    }

    LatencyRecorders latency() {
        return recorder.latency();
    }

    /** Something that no server of this protocol may do. */
    void violation(String what, String details) {
        ledger.violation(what, details);
    }

    /** For what that user receives. */
    MessageCheck check(int user, boolean timed) {
        return new MessageCheck(recorder, ledger, this::arrived, run, user, timed);
    }

    private void arrived(int user, int chat, int seq) {
        if (windows != null) {
            windows.get(user).arrived(chat, seq);
        }
    }
}
