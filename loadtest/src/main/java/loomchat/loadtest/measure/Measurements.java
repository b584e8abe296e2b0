package loomchat.loadtest.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import loomchat.loadtest.scenario.Quantity;
import loomchat.loadtest.scenario.Threshold;
import loomchat.statistics.CoarseLimit;
import org.HdrHistogram.Histogram;

/**
 * What a run has measured.
 *
 * @param totals the counts by name, as {@link RunCounters} has them
 * @param errors how many there were of each kind
 * @param examples the first example of each kind of fault or error
 */
public record Measurements(
        RunInfo run,
        Map<String, Long> totals,
        Latencies latencies,
        Map<String, Long> errors,
        Map<String, String> examples,
        GeneratorHealth generator,
        List<TimelineRow> timeline) {
    private static final long HARMLESS_DELAY = 25_000_000;
    /** A client that is late itself learns late that its connections have ended. */
    private static final int MOST_ROWS_OF_AN_END = 6;

    private static final double AT_ONCE_SECONDS = 2.5;

    private static final double NANOS_PER_MILLI = 1e6;

    private static final Pattern REFUSAL =
            Pattern.compile("connect: (HTTP \\d+|subprotocol not spoken|handshake|TLS|refused)");

    private static final String OWN = " is mostly this load client's own";

    private static final long HOPELESS_DELAY = 250_000_000;
    /** Of the rate that was asked for. */
    private static final double NOTICEABLE_MISS = 0.01;

    private static final double HARMLESS_MISS = 0.03;

    /**
     * Identifies the run.
     *
     * @param startMillis wall clock of the start
     * @param sendSeconds from the start to the last send
     * @param interrupted whether somebody ended it early
     */
    public record RunInfo(
            String scenario,
            String target,
            long startMillis,
            double sendSeconds,
            int clients,
            long seed,
            boolean interrupted) {}

    /** 0 for what this run does not count. */
    public long total(String name) {
        return totals.getOrDefault(name, 0L);
    }

    public Histogram latency(LatencyKind kind) {
        return latencies.of(kind);
    }

    public long latency(LatencyKind kind, double percentile) {
        return latencies.of(kind).getValueAtPercentile(percentile);
    }

    public long faults() {
        return RunCounters.faults(totals);
    }

    /** A total per second of the time in which messages were sent, without what arrived after that. */
    public double rate(String name) {
        return totalInTime(name) / Math.max(0.001, run.sendSeconds());
    }

    /** What a total had when the last message was sent. */
    public long totalInTime(String name) {
        return totals.getOrDefault(name + RunCounters.IN_TIME, total(name));
    }

    /** Messages that should have been sent: as many as a rate over all users asks for, or as were due. */
    public long wanted() {
        return Math.max(total("asked"), total("intended"));
    }

    /** Whether a rate over all users was asked for and not reached. */
    private boolean missesRate() {
        return total("sent") < (1 - NOTICEABLE_MISS) * total("asked");
    }

    /** By how much the rate that was asked for was missed, and why; or null. */
    public String rateMissed() {
        if (!missesRate()) {
            return null;
        }
        double asked = total("asked");
        double notDue = Math.max(0, asked - total("intended")) / asked;
        double notSent = Math.max(0, total("intended") - total("sent")) / asked;
        List<String> why = new ArrayList<>();
        if (notDue >= NOTICEABLE_MISS / 2) {
            why.add("%s %% were never due, because users had no connection or no partner"
                    .formatted(Quantity.number(100 * notDue)));
        }
        if (notSent >= NOTICEABLE_MISS / 2) {
            why.add("%s %% were due and could not be sent in time".formatted(Quantity.number(100 * notSent)));
        }
        return "the rate was not reached: %,d of the %,d messages that RATE asks for were sent, %s %% less; %s"
                .formatted(
                        total("sent"),
                        total("asked"),
                        Quantity.number(100 * (1 - total("sent") / asked)),
                        String.join(", ", why));
    }

    /**
     * Why this run's times are not valid, or null: the generator was itself as slow as what it measured, or fell behind
     * the rate that it was to send. A lateness below 25 ms at the 99th percentile is harmless, above 250 ms it never
     * is.
     */
    public String overload() {
        long own = Math.max(latency(LatencyKind.LATENESS, 99), latency(LatencyKind.LAG, 99));
        boolean messages = latency(LatencyKind.INTENDED).getTotalCount() > 0;
        long measured = latency(messages ? LatencyKind.INTENDED : LatencyKind.CONNECT, 99);
        if (own > HOPELESS_DELAY || measured > 0 && own > HARMLESS_DELAY && own > measured / 2) {
            return "the load generator was %s late itself at p99 (measured p99: %s)"
                    .formatted(Quantity.time(own), measured == 0 ? "none" : Quantity.time(measured));
        }
        double behind = total("intended") - total("sent");
        if (own > HARMLESS_DELAY && total("asked") > 0 && behind > HARMLESS_MISS * total("asked")) {
            return "the load generator did not send %s %% of what was due at this rate, and was %s late itself at p99"
                    .formatted(Quantity.number(100 * behind / total("intended")), Quantity.time(own));
        }
        if (generator.gcShare() > 0.1) {
            return "the load generator spent %s %% of the time collecting garbage"
                    .formatted(Quantity.number(100 * generator.gcShare()));
        }
        return null;
    }

    /**
     * That the p99 is mostly the lateness of the load generator itself, though not so much that the run is not valid;
     * or null.
     */
    public String ownPart() {
        long late = latency(LatencyKind.LATENESS, 99);
        long measured = latency(LatencyKind.INTENDED, 99);
        return overload() == null && CoarseLimit.isOwn(late / NANOS_PER_MILLI, measured / NANOS_PER_MILLI)
                ? ("the p99 of %s" + OWN + ": its sends were late by %s at p99 (p99 from the actual time: %s)")
                        .formatted(
                                Quantity.time(measured),
                                Quantity.time(late),
                                Quantity.time(latency(LatencyKind.ACTUAL, 99)))
                : null;
    }

    /** Whether a note of a run is its {@link #ownPart}. */
    public static boolean isOwnPart(String note) {
        return note.contains(OWN);
    }

    /**
     * When the server went away, in seconds from the start.
     *
     * @param from end of the last row of the timeline without a failure
     * @param to end of the first row without a connection
     */
    public record Gone(double from, double to) {
        /** Whether it took longer than rows of the timeline can tell: it stopped in order, or was noticed late. */
        public boolean isGradual() {
            return to - from > AT_ONCE_SECONDS;
        }
    }

    /**
     * Null unless the server went away: while the run went on, all connections ended within a few rows of the timeline,
     * and as many as half of them failed.
     */
    public Gone gone() {
        for (int i = 1;
                i < timeline.size() && timeline.get(i).get(TimelineColumn.SECONDS) < run.sendSeconds() - 0.5;
                i++) {
            int before = i - 1;
            while (before > 0 && i - before < MOST_ROWS_OF_AN_END && connections(before - 1) > connections(before)) {
                before--;
            }
            double failed = timeline.stream()
                    .skip(before + 1)
                    .mapToDouble(each -> each.get(TimelineColumn.FAILED))
                    .sum();
            if (connections(i) == 0 && connections(before) > 1 && failed >= connections(before) / 2) {
                while (timeline.get(before + 1).get(TimelineColumn.FAILED) == 0) {
                    before++;
                }
                return new Gone(
                        timeline.get(before).get(TimelineColumn.SECONDS),
                        timeline.get(i).get(TimelineColumn.SECONDS));
            }
        }
        return null;
    }

    /** That the server would not take so many messages of one user, or null. */
    public String refusedAsTooFast() {
        return errors.containsKey("told: too-fast")
                ? "the server refused messages because a user sent more of them a second than it takes"
                        + " (CHAT_MESSAGES_PER_SECOND of a Loomchat, 20 unless set)"
                : null;
    }

    /** Whether the server answered a connect with a refusal, which no lateness of this side explains. */
    public boolean isRefused() {
        return errors.keySet().stream().anyMatch(REFUSAL.asMatchPredicate());
    }

    private double connections(int row) {
        return timeline.get(row).get(TimelineColumn.CONNECTIONS);
    }

    /**
     * The value of a threshold's figure: times in nanoseconds, percentages as fractions, NaN where nothing was
     * measured.
     */
    public double figure(Threshold threshold) {
        String name = threshold.figure();
        if (threshold.isTime()) {
            return time(group(threshold.group()), name);
        }
        if (name.equals("rate")) {
            return rate("delivered");
        }
        double count = total(name);
        if (!threshold.percent()) {
            return count;
        }
        double of = Set.of("failed", "refused", "broken").contains(name) ? total("attempts") : total("sent");
        return of == 0 ? Double.NaN : count / of;
    }

    private static double time(Histogram histogram, String figure) {
        if (histogram.getTotalCount() == 0) {
            return Double.NaN;
        }
        return figure.equals("max")
                ? histogram.getMaxValue()
                : histogram.getValueAtPercentile(Double.parseDouble(figure.substring(1)));
    }

    private Histogram group(String name) {
        return switch (name) {
            case "" -> latency(LatencyKind.INTENDED);
            case "actual" -> latency(LatencyKind.ACTUAL);
            case "connect" -> latency(LatencyKind.CONNECT);
            case "match" -> latency(LatencyKind.MATCH);
            case "signal" -> latency(LatencyKind.SIGNAL);
            default -> latencies.byPersona().get(name).intended();
        };
    }
}
