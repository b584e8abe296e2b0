package loomchat.loadtest.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import loomchat.loadtest.measure.LatencyKind;
import loomchat.loadtest.measure.Measurements;
import loomchat.loadtest.scenario.Quantity;
import loomchat.loadtest.scenario.Scenario;
import loomchat.loadtest.target.Target;

/**
 * Searches for the highest rate, or number of clients, at which a scenario meets its thresholds: grows until one is
 * missed, then halves the distance until it is small enough. Main thread only; every step is a run of its own.
 */
final class CapacitySearch {
    /** Plays one step. */
    interface Step {
        Summary play(Scenario scenario, int number) throws IOException, Target.Unreachable;
    }

    /** One value and its run. */
    record Point(int value, Summary summary) {
        /** Messages a second, of a total by its name; where a rate was asked for, while all users are there. */
        double rate(Scenario scenario, String total) {
            Measurements m = summary.measurements();
            long asked = scenario.capacity().ofClients() ? 0 : m.total("asked");
            return asked == 0 ? m.rate(total) : (double) value * m.totalInTime(total) / asked;
        }
    }

    /**
     * @param best the highest value that passed, 0 when none did
     * @param ended why the search went no further
     * @param atLeast whether the server may take more: what was above said nothing of it
     */
    record Outcome(List<Point> points, int best, String ended, boolean atLeast) {
        /** The one of {@link #best}, or the first when none passed. */
        Point bestPoint() {
            return points.stream()
                    .filter(each -> each.value == best && each.summary.exitCode() == ExitCode.PASSED)
                    .findFirst()
                    .orElse(points.getFirst());
        }

        int exitCode() {
            return interrupted()
                    ? ExitCode.INTERRUPTED
                    : atLeast
                            ? ExitCode.OVERLOADED
                            : best > 0
                                    ? ExitCode.PASSED
                                    : points.getFirst().summary().exitCode();
        }

        private boolean interrupted() {
            return points.getLast().summary.measurements().run().interrupted();
        }
    }

    /**
     * What a search found.
     *
     * @param value clients, or messages sent a second
     * @param text the same for people
     */
    record Found(boolean ofClients, double value, String text, boolean atLeast) {
        String sentence() {
            return "the highest that met the thresholds is " + text
                    + (atLeast ? "; above that this machine could not tell" : "");
        }
    }

    /** So often a step is played until it is valid: what it says else is that this machine was busy just then. */
    private static final int TRIES = 3;

    private final Scenario scenario;
    private final Step step;
    private final List<Point> points = new ArrayList<>();

    CapacitySearch(Scenario scenario, Step step) {
        this.scenario = scenario;
        this.step = step;
    }

    Outcome run() throws IOException, Target.Unreachable {
        Scenario.Capacity capacity = scenario.capacity();
        int good = 0;
        int bad = 0;
        int value = capacity.from();
        while (true) {
            Summary summary;
            try {
                summary = valid(value);
            } catch (Target.Unreachable e) {
                if (points.isEmpty()) {
                    throw e;
                }
                return new Outcome(points, good, "at %,d: %s".formatted(value, e.getMessage()), false);
            }
            if (summary.measurements().run().interrupted()) {
                return new Outcome(points, good, "it was interrupted", false);
            }
            if (summary.exitCode() == ExitCode.PASSED) {
                good = value;
            } else {
                bad = value;
            }
            if (good >= capacity.to()) {
                return new Outcome(points, good, "that is the most that was asked for", false);
            }
            if (bad > 0 && (good == 0 || bad - good <= Math.max(1, good * capacity.precision()))) {
                Summary above = last(bad);
                boolean atLeast = good > 0 && above.exitCode() == ExitCode.OVERLOADED;
                return new Outcome(points, good, "at %,d: %s".formatted(bad, above.verdict()), atLeast);
            }
            value = bad == 0
                    ? (int) Math.min(capacity.to(), Math.max(value + 1, Math.round(value * capacity.factor())))
                    : good + (bad - good) / 2;
        }
    }

    /** Plays a step, again when it is not valid. */
    private Summary valid(int value) throws IOException, Target.Unreachable {
        Summary summary;
        int tries = 0;
        do {
            summary = step.play(scenario.atStep(value), points.size() + 1);
            points.add(new Point(value, summary));
            tries++;
        } while (summary.exitCode() == ExitCode.OVERLOADED && tries < TRIES);
        return summary;
    }

    private Summary last(int value) {
        return points.reversed().stream()
                .filter(each -> each.value == value)
                .findFirst()
                .orElseThrow()
                .summary;
    }

    /** The curve and the result as text. */
    static String text(Scenario scenario, Outcome outcome) {
        String what = scenario.capacity().ofClients() ? "clients" : "messages/s";
        StringBuilder text = new StringBuilder("\n%12s %12s %12s %10s %10s %10s  %s\n"
                .formatted(what, "sent/s", "delivered/s", "p50", "p99", "p99.9", ""));
        outcome.points().stream()
                .sorted(java.util.Comparator.comparingInt(Point::value))
                .forEach(each -> {
                    Measurements m = each.summary.measurements();
                    text.append("%,12d %12s %12s %10s %10s %10s  %s\n"
                            .formatted(
                                    each.value,
                                    Quantity.number(each.rate(scenario, "sent")),
                                    Quantity.number(each.rate(scenario, "delivered")),
                                    Quantity.time(m.latency(LatencyKind.INTENDED, 50)),
                                    Quantity.time(m.latency(LatencyKind.INTENDED, 99)),
                                    Quantity.time(m.latency(LatencyKind.INTENDED, 99.9)),
                                    each.summary.result()));
                });
        return text.append("\nHighest that met the thresholds: %s%s (%s)\n"
                        .formatted(
                                outcome.atLeast() ? "at least " : "",
                                highest(scenario, outcome, what),
                                outcome.ended()))
                .append(outcome.atLeast() ? "The server may take more: above that this machine could not tell.\n" : "")
                .toString();
    }

    /** Null where nothing met the thresholds. */
    static Found found(Scenario scenario, Outcome outcome) {
        boolean ofClients = scenario.capacity().ofClients();
        return outcome.best() == 0
                ? null
                : new Found(
                        ofClients,
                        ofClients ? outcome.best() : outcome.bestPoint().rate(scenario, "sent"),
                        (outcome.atLeast() ? "at least " : "")
                                + highest(scenario, outcome, ofClients ? "clients" : "messages/s"),
                        outcome.atLeast());
    }

    /** A rate is the one that was really sent. */
    private static String highest(Scenario scenario, Outcome outcome, String what) {
        if (outcome.best() == 0) {
            return "none";
        }
        return scenario.capacity().ofClients()
                ? "%,d %s".formatted(outcome.best(), what)
                : "%,d messages/s sent, of %,d asked for"
                        .formatted(Math.round(outcome.bestPoint().rate(scenario, "sent")), outcome.best());
    }
}
