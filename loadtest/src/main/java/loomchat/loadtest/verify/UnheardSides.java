package loomchat.loadtest.verify;

import java.util.Comparator;
import java.util.List;
import loomchat.loadtest.measure.ErrorCounts;
import loomchat.loadtest.measure.RunCounters;

/**
 * Settles sides of chats in which nothing arrived in either direction. Their partners are among themselves or left
 * without a word, so at most as many can be excused as left like that on purpose: the largest are. The same holds for
 * refused resumes. Where another load test plays at the same time, a silent partner may be of that one, and its client
 * has the messages: none of them is told to be lost. Called once, under the ledger's lock.
 */
final class UnheardSides {
    private final RunCounters counters;
    private final ErrorCounts errors;

    UnheardSides(RunCounters counters, ErrorCounts errors) {
        this.counters = counters;
        this.errors = errors;
    }

    /** {@code leavers}: how many left on purpose without a word. */
    void settle(List<ChatSide> unheard, long leavers) {
        unheard.sort(Comparator.comparingInt((ChatSide c) -> c.sent).reversed());
        long excuses = counters.ofOtherRuns.sum() > 0 ? Long.MAX_VALUE : leavers;
        long refusals = 0;
        for (ChatSide each : unheard) {
            int sinceMatch = each.sent - each.sentBeforeMatch;
            counters.unmatched.add(each.sentBeforeMatch);
            if (each.end == ChatSide.End.NOT_RESUMED && ++refusals > leavers) {
                DeliveryLedger.refused(
                        counters,
                        errors,
                        "user %d, chat %d; nothing arrived in either direction".formatted(each.user, each.number));
            }
            if (excuses-- > 0) {
                counters.unconfirmed.add(sinceMatch);
            } else if (sinceMatch > 0) {
                counters.lost.add(sinceMatch);
                errors.example(
                        "lost",
                        "all %d messages of user %d, chat %d: nothing arrived in either direction"
                                .formatted(sinceMatch, each.user, each.number));
            }
        }
    }
}
