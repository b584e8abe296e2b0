package loomchat.loadtest.command;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import loomchat.loadtest.dashboard.Dashboard;
import loomchat.loadtest.dashboard.RunView;
import loomchat.loadtest.dashboard.RunView.Condition;
import loomchat.loadtest.dashboard.RunView.Table;
import loomchat.loadtest.dashboard.RunView.Tile;
import loomchat.loadtest.dashboard.RunView.Tone;
import loomchat.loadtest.dashboard.RunView.Verdict;
import loomchat.loadtest.history.Regression;
import loomchat.loadtest.measure.GeneratorHealth;
import loomchat.loadtest.measure.LatencyKind;
import loomchat.loadtest.measure.Measurements;
import loomchat.loadtest.measure.RunCounters;
import loomchat.loadtest.scenario.Quantity;
import loomchat.loadtest.scenario.Scenario;
import loomchat.loadtest.scenario.Schedule;
import loomchat.loadtest.scenario.Threshold;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * A summary as the pages show it: {@code report.html}, and the live page while the run goes on. Long, because it names
 * each table and graph of them.
 */
final class SummaryView {
    private static final int CURVE_STEPS_PER_HALF = 5;
    private static final Map<String, String> SPOKEN = Map.of(
            "violations", "violations of the protocol by the server",
            "missed", "not kept over a resume, as the server said",
            "cutOff", "cut off when somebody left on purpose",
            "notTaken", "refused by the server",
            "unmatched", "sent before the match and dropped",
            "unconfirmed", "sent to a partner never heard of",
            "foreign", "not of this run");

    private final Summary summary;
    private final Measurements m;
    /** Null when the run is over. */
    private final RunView.Progress progress;

    /** Null where the run was not set beside others. */
    private final Regression regression;

    /** That the times are not valid; may be empty. */
    private final List<String> warning;

    private SummaryView(Summary summary, Regression regression, List<String> warning, RunView.Progress progress) {
        this.summary = summary;
        this.warning = warning;
        this.regression = regression;
        this.m = summary.measurements();
        this.progress = progress;
    }

    /**
     * Of a run that is over.
     *
     * @param regression what it was set beside, or null
     */
    static RunView of(Summary summary, Regression regression) {
        return new SummaryView(summary, regression, warnings(summary.measurements()), null).view();
    }

    /** Shows a run on the live page, if there is one: at each tick the summary that it would have if it ended now. */
    static Run.Watcher watcher(Dashboard dashboard, Scenario scenario, List<String> notes) {
        if (dashboard == null) {
            return (phase, seconds, soFar) -> {};
        }
        List<Schedule.Point> plan = new Schedule(scenario).plan();
        SteadyWarning warning = new SteadyWarning();
        return (phase, seconds, soFar) -> dashboard.tick(() -> {
            Summary now = Summary.of(soFar.get(), scenario.thresholds(), List.of(), null, List.copyOf(notes));
            return new SummaryView(
                            now,
                            null,
                            warning.at(seconds, warnings(now.measurements())),
                            new RunView.Progress(phase, seconds, scenario.duration() / 1e9, plan))
                    .view();
        });
    }

    private RunView view() {
        return new RunView(
                Long.toString(m.run().startMillis()),
                m.run().scenario(),
                facts(),
                verdict(),
                progress,
                summary.outcomes().stream().map(this::condition).toList(),
                tiles(),
                tables(),
                summary.notes(),
                m.timeline(),
                Map.of(
                        LatencyKind.INTENDED.tag(), curve(m.latency(LatencyKind.INTENDED)),
                        LatencyKind.ACTUAL.tag(), curve(m.latency(LatencyKind.ACTUAL))),
                summary.server());
    }

    private List<String> facts() {
        List<String> facts = new ArrayList<>();
        facts.add(
                progress == null
                        ? summary.clients()
                        : "%,d clients".formatted(m.run().clients()));
        facts.add("against " + m.run().target());
        if (progress == null) {
            facts.add("for " + Quantity.time(m.run().sendSeconds() * 1e9));
        }
        facts.add("from "
                + Instant.ofEpochMilli(m.run().startMillis())
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString()
                        .replace('T', ' ')
                        .replace("Z", " UTC"));
        facts.add("seed " + m.run().seed());
        return facts;
    }

    // The verdict

    private Verdict verdict() {
        if (progress != null) {
            List<String> failing = summary.outcomes().stream()
                    .filter(each -> !each.met() && !Double.isNaN(each.value()))
                    .map(each -> each.threshold().text() + " is missed so far: " + each.shown())
                    .toList();
            List<String> said =
                    Stream.concat(failing.stream(), warning.stream()).toList();
            if (!failing.isEmpty()) {
                return new Verdict(Tone.BAD, "Failing so far", said, delivery());
            }
            return warning.isEmpty()
                    ? new Verdict(Tone.NEUTRAL, "Passing so far", said, delivery())
                    : new Verdict(Tone.WARN, "Not valid so far", said, delivery());
        }
        return switch (summary.exitCode()) {
            case ExitCode.PASSED ->
                regression != null && regression.isSeen()
                        ? new Verdict(
                                Tone.WARN,
                                "Passed, but worse than before",
                                List.of(regression.verdict()),
                                conditionsMet() + delivery())
                        : summary.found() != null
                                ? new Verdict(
                                        summary.found().atLeast() ? Tone.WARN : Tone.GOOD,
                                        "Passed: " + summary.found().sentence(),
                                        List.of(),
                                        conditionsMet() + delivery())
                                : summary.reservation().isEmpty()
                                        ? new Verdict(Tone.GOOD, "Passed", List.of(), conditionsMet() + delivery())
                                        : new Verdict(
                                                Tone.WARN,
                                                "Passed, but " + summary.reservation(),
                                                List.of(),
                                                conditionsMet() + delivery());
            case ExitCode.OVERLOADED -> new Verdict(Tone.WARN, "Not valid", warning, delivery());
            case ExitCode.INTERRUPTED -> new Verdict(Tone.WARN, "Interrupted", warning, delivery());
            default -> {
                List<String> reasons = new ArrayList<>(summary.reasons());
                reasons.addAll(warning);
                yield new Verdict(Tone.BAD, "Failed", reasons, delivery());
            }
        };
    }

    private static List<String> warnings(Measurements m) {
        String overload = m.overload();
        return overload == null ? List.of() : List.of("The times are NOT VALID: " + overload);
    }

    private String conditionsMet() {
        int count = summary.outcomes().size();
        return count == 0
                ? ""
                : count == 1 ? "The condition was met. " : "All %,d conditions were met. ".formatted(count);
    }

    /** What became of the messages, in a sentence. */
    private String delivery() {
        if (m.total("sent") == 0) {
            return "No message was sent" + (progress == null ? "." : " yet.");
        }
        String faults = String.join(
                ", ",
                RunCounters.FAULTS.stream()
                        .filter(each -> m.total(each) > 0)
                        .map(each -> "%,d %s".formatted(m.total(each), each))
                        .toList());
        String counted = summary.reconciled().isEmpty()
                ? ""
                : summary.agrees() ? "; the server counted the same" : "; the server counted otherwise";
        return "%,d messages sent, %,d delivered, %s%s."
                .formatted(
                        m.total("sent"),
                        m.total("delivered"),
                        faults.isEmpty() ? "none lost, doubled or damaged" + soFar() : faults + soFar(),
                        counted);
    }

    private String soFar() {
        return progress == null ? "" : " so far";
    }

    private Condition condition(Threshold.Outcome outcome) {
        boolean open = progress != null;
        if (open && Double.isNaN(outcome.value())) {
            return new Condition(outcome.threshold().text(), "", Tone.NEUTRAL, "nothing measured yet");
        }
        return new Condition(
                outcome.threshold().text(),
                outcome.shown(),
                outcome.met() ? Tone.GOOD : Tone.BAD,
                outcome.met() ? open ? "would pass" : "met" : open ? "would fail" : "missed");
    }

    private List<Tile> tiles() {
        return List.of(
                new Tile("delivered", "%,d".formatted(m.total("delivered"))),
                new Tile("messages/s", Quantity.number(m.rate("delivered"))),
                new Tile("faults", "%,d".formatted(m.faults())),
                new Tile("failed connections", "%,d".formatted(m.total("failed"))),
                new Tile("p50", time(m.latency(LatencyKind.INTENDED, 50))),
                new Tile("p99", time(m.latency(LatencyKind.INTENDED, 99))),
                new Tile("max", time(m.latency(LatencyKind.INTENDED).getMaxValue())));
    }

    private static String time(long nanos) {
        return nanos == 0 ? "none" : Quantity.time(nanos);
    }

    // Tables

    private List<Table> tables() {
        return List.of(
                new Table(
                        regression == null ? "" : regression.title(),
                        List.of("figure", "now", "usual", "change", "noise", "verdict"),
                        regression == null ? List.of() : regression.rows()),
                new Table("Latency", latencyHead(), latencies()),
                new Table("What happened to every message", List.of("what", "messages"), messages()),
                new Table("Identities", List.of("what", "count"), pairs(IdentitySummary.lines(m))),
                new Table("Calls", List.of("what", "count"), pairs(CallSummary.lines(m))),
                new Table("The server's own count", List.of("what", "server", "seen here", "verdict"), counts()),
                new Table("Errors", List.of("kind", "count"), errors()),
                new Table("First of each", List.of("kind", "details"), pairs(m.examples())),
                new Table("The load generator itself", List.of("what", "value"), generator()));
    }

    private static List<List<String>> pairs(Map<String, String> lines) {
        return lines.entrySet().stream()
                .map(each -> List.of(each.getKey(), each.getValue()))
                .toList();
    }

    private List<List<String>> messages() {
        List<List<String>> rows = new ArrayList<>();
        if (m.total("asked") > 0) {
            rows.add(List.of("asked for by the rate", "%,d".formatted(m.total("asked"))));
        }
        for (String each : List.of(
                "intended",
                "sent",
                "delivered",
                "lost",
                "duplicated",
                "reordered",
                "corrupted",
                "misdelivered",
                "violations",
                "missed",
                "cutOff",
                "notTaken",
                "unmatched",
                "unconfirmed",
                "foreign")) {
            rows.add(List.of(SPOKEN.getOrDefault(each, each), "%,d".formatted(m.total(each))));
        }
        return rows;
    }

    private List<List<String>> counts() {
        return summary.reconciled().stream()
                .map(each -> List.of(each.what(), "%,d".formatted(each.server()), each.seen(), each.verdict()))
                .toList();
    }

    private List<List<String>> errors() {
        return m.errors().entrySet().stream()
                .map(each -> List.of(each.getKey(), "%,d".formatted(each.getValue())))
                .toList();
    }

    private List<List<String>> generator() {
        GeneratorHealth generator = m.generator();
        return List.of(
                List.of("sends late, p99", Quantity.time(m.latency(LatencyKind.LATENESS, 99))),
                List.of("threads late, p99", Quantity.time(m.latency(LatencyKind.LAG, 99))),
                List.of("CPU", Quantity.time(generator.cpuSeconds() * 1e9)),
                List.of(
                        "CPU a message",
                        m.total("sent") == 0 ? "none" : Quantity.time(generator.cpuSeconds() * 1e9 / m.total("sent"))),
                List.of("garbage collection", Quantity.number(100 * generator.gcShare()) + " %"),
                List.of("resident memory at most", Quantity.size(generator.peakRssBytes())));
    }

    private static List<String> latencyHead() {
        List<String> head = new ArrayList<>(List.of("of", "count"));
        for (String each : SummaryText.PERCENTILES) {
            head.add("p" + each);
        }
        head.add("max");
        return head;
    }

    private List<List<String>> latencies() {
        List<List<String>> rows = new ArrayList<>();
        SummaryText.distributions(m).forEach((title, histogram) -> {
            List<String> row = new ArrayList<>(List.of(title, "%,d".formatted(histogram.getTotalCount())));
            row.addAll(SummaryText.times(histogram));
            rows.add(row);
        });
        return rows;
    }

    /** Latency in milliseconds over 1 / (1 - percentile), as HdrHistogram plots it. */
    private static List<double[]> curve(Histogram histogram) {
        List<double[]> points = new ArrayList<>();
        for (HistogramIterationValue each : histogram.percentiles(CURVE_STEPS_PER_HALF)) {
            if (each.getPercentileLevelIteratedTo() < 100) {
                points.add(new double[] {
                    1 / (1 - each.getPercentileLevelIteratedTo() / 100), each.getValueIteratedTo() / 1e6
                });
            }
        }
        return points;
    }
}
