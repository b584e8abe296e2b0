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
     */
    record Outcome(List<Point> points, int best, String ended) {
        /** The one of {@link #best}, or the first when none passed. */
        Point bestPoint() {
            return points.stream()
                    .filter(each -> each.value == best)
                    .findFirst()
                    .orElse(points.getFirst());
        }

        boolean interrupted() {
            return points.getLast().summary.measurements().run().interrupted();
        }
    }

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
                summary = step.play(scenario.atStep(value), points.size() + 1);
            } catch (Target.Unreachable e) {
                if (points.isEmpty()) {
                    throw e;
                }
                return new Outcome(points, good, "at %,d: %s".formatted(value, e.getMessage()));
            }
            points.add(new Point(value, summary));
            if (summary.measurements().run().interrupted()) {
                return new Outcome(points, good, "it was interrupted");
            }
            if (summary.exitCode() == ExitCode.PASSED) {
                good = value;
            } else {
                bad = value;
            }
            if (good >= capacity.to()) {
                return new Outcome(points, good, "that is the most that was asked for");
            }
            if (bad > 0 && (good == 0 || bad - good <= Math.max(1, good * capacity.precision()))) {
                return new Outcome(points, good, summary(bad));
            }
            value = bad == 0
                    ? (int) Math.min(capacity.to(), Math.max(value + 1, Math.round(value * capacity.factor())))
                    : good + (bad - good) / 2;
        }
    }

    private String summary(int bad) {
        Point first =
                points.stream().filter(each -> each.value == bad).findFirst().orElseThrow();
        return "at %,d: %s".formatted(bad, first.summary.verdict());
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
        return text.append("\nHighest that met the thresholds: %s (%s)\n"
                        .formatted(highest(scenario, outcome, what), outcome.ended()))
                .toString();
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
