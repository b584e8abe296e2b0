package loomchat.loadtest.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import loomchat.loadtest.history.Conditions;
import loomchat.loadtest.measure.Measurements;
import loomchat.loadtest.measure.RunCounters;
import loomchat.loadtest.measure.ServerLoad;
import loomchat.loadtest.scenario.Threshold;
import loomchat.loadtest.verify.Reconciliation;

/**
 * A run's measurements with the verdict on them.
 *
 * @param reconciled the server's counts beside the client's; empty when it was not asked
 * @param share the server's counts around one share of a run; null for a whole run
 * @param server what the server told of its own load; empty where it is not known
 * @param notes what a reader has to know: what failed beside the run, what was switched off
 * @param conditions under which it was played; null where several runs are one
 * @param found what a search found of which this is the best step; null for no search
 */
record Summary(
        Measurements measurements,
        List<Threshold.Outcome> outcomes,
        List<Reconciliation.Comparison> reconciled,
        Reconciliation share,
        List<ServerLoad> server,
        List<String> notes,
        Conditions conditions,
        CapacitySearch.Found found) {
    static Summary of(
            Measurements measurements,
            List<Threshold> thresholds,
            List<Reconciliation.Comparison> reconciled,
            Reconciliation share,
            List<String> notes) {
        List<Threshold.Outcome> outcomes = thresholds.stream()
                .map(each -> each.check(measurements::figure))
                .toList();
        return new Summary(measurements, outcomes, reconciled, share, List.of(), notes, null, null);
    }

    Summary under(Conditions of) {
        return new Summary(measurements, outcomes, reconciled, share, server, notes, of, found);
    }

    /** The same with what the server told of its own load. */
    Summary beside(List<ServerLoad> load) {
        return new Summary(measurements, outcomes, reconciled, share, load, notes, conditions, found);
    }

    /** The same as what a search found, or as all that it can show where it found nothing. */
    Summary found(CapacitySearch.Found what, List<String> all) {
        return new Summary(measurements, outcomes, reconciled, null, server, all, conditions, what);
    }

    private boolean passed() {
        return outcomes.stream().allMatch(Threshold.Outcome::met) && agrees();
    }

    boolean agrees() {
        return reconciled.stream().allMatch(Reconciliation.Comparison::agrees);
    }

    /** Faults such as lost messages count even when the generator was late; times and timeouts do not. */
    private boolean faulty() {
        return !agrees()
                || outcomes.stream()
                        .filter(each -> !each.met())
                        .map(each -> each.threshold().figure())
                        .anyMatch(each -> RunCounters.FAULTS.contains(each)
                                || Set.of("failed", "refused").contains(each) && measurements.isRefused()
                                || each.equals("violations")
                                || each.equals("neverMatched")
                                || RunCounters.IDENTITY_FAULTS.contains(each)
                                || RunCounters.CALL_FAULTS.contains(each));
    }

    int exitCode() {
        if (measurements.run().interrupted()) {
            return ExitCode.INTERRUPTED;
        }
        if (measurements.overload() != null && !faulty()) {
            return ExitCode.OVERLOADED;
        }
        return passed() ? ExitCode.PASSED : ExitCode.MISSED;
    }

    /** {@code passed}, {@code failed}, {@code overloaded} or {@code interrupted}. */
    String result() {
        return switch (exitCode()) {
            case ExitCode.PASSED -> "passed";
            case ExitCode.OVERLOADED -> "overloaded";
            case ExitCode.INTERRUPTED -> "interrupted";
            default -> "failed";
        };
    }

    /** The verdict in one line. */
    String verdict() {
        String overload = measurements.overload();
        String invalid = overload == null ? "" : "; its times are NOT VALID: " + overload;
        return switch (exitCode()) {
            case ExitCode.PASSED ->
                found != null
                        ? "PASSED: " + found.sentence()
                        : reservation().isEmpty() ? "PASSED" : "PASSED, but " + reservation();
            case ExitCode.OVERLOADED -> "NOT VALID: " + overload + missedBesides();
            case ExitCode.INTERRUPTED -> "INTERRUPTED" + invalid;
            default -> "FAILED: " + String.join("; ", reasons()) + invalid;
        };
    }

    /** What a client that is late itself may have brought about: times go without saying. */
    private String missedBesides() {
        return outcomes.stream()
                .filter(each -> !each.met() && !each.threshold().isTime())
                .map(each -> "; " + reason(each))
                .collect(Collectors.joining());
    }

    private String reason(Threshold.Outcome missed) {
        return missed.threshold().figure().equals("neverMatched")
                ? "nobody was matched, although %s waited, so that nothing is proven of messages"
                        .formatted(missed.shown())
                : missed.threshold().text() + " was missed (" + missed.shown() + ")";
    }

    /** The clients, and how many were there at the same time where not all were. */
    String clients() {
        long most = measurements.total("mostConnected");
        int asked = measurements.run().clients();
        return most == 0 || most >= asked
                ? "%,d clients".formatted(asked)
                : "at most %,d of %,d clients".formatted(most, asked);
    }

    /** That clients never came, or that messages should have been and were not, where that is no fault; or empty. */
    String reservation() {
        long missing = measurements.total("neverConnected");
        if (missing > 0) {
            return "%,d of %,d clients never had a connection"
                    .formatted(missing, measurements.run().clients());
        }
        boolean should =
                outcomes.stream().anyMatch(each -> each.threshold().figure().equals("neverMatched"));
        return should && measurements.total("delivered") == 0
                ? "no message was delivered, so that nothing is proven of messages"
                : "";
    }

    List<String> reasons() {
        List<String> reasons = new ArrayList<>();
        Measurements.Gone gone = measurements.gone();
        if (gone != null) {
            String from = Progress.clock(gone.from());
            reasons.add(
                    gone.isGradual()
                            ? "the server went away: all connections ended between %s and %s"
                                    .formatted(from, Progress.clock(gone.to()))
                            : "the server went away after %s, when all connections ended".formatted(from));
        }
        outcomes.stream().filter(each -> !each.met()).forEach(each -> reasons.add(reason(each)));
        reconciled.stream()
                .filter(each -> !each.agrees())
                .forEach(each -> reasons.add("the server counts other " + each.what()));
        return reasons;
    }
}
