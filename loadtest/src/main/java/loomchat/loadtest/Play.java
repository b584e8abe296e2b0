package loomchat.loadtest;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What everybody in a run shares. All of it is safe for any thread.
 *
 * @param run marks this run's messages
 * @param windows the speakers by number of their user, where windows need to know what arrived; null otherwise
 * @param rated whether the pace comes from a rate over all users, so that each begins at its own moment
 */
record Play(
        int run,
        boolean rated,
        AtomicReferenceArray<Speaker> windows,
        Tally tally,
        Latency latency,
        Errors errors,
        Ledger ledger,
        Clock clock,
        Pacer pacer,
        Dialer dialer) {

    /** Something that no server of this protocol may do. */
    void violation(String what, String details) {
        tally.violations.increment();
        errors.protocol(what, details);
    }
}
