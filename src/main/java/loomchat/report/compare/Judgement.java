package loomchat.report.compare;

import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import loomchat.graph.Unit;
import loomchat.report.series.ChatCount;
import loomchat.statistics.Difference;

/** Whether enough was measured, and of the same, for a difference to be better or worse. No state. */
final class Judgement {
    /** Of less CPU, the start of the server and what else it does beside messages are too large a part. */
    private static final double LEAST_CPU_SECONDS = 2;
    /** Memory that hardly ever changed is next to one sample. */
    private static final int LEAST_SAMPLES = 20;
    /** Where messages of two runs are as large as each other but for chance. */
    private static final double SAME_SIZE = 0.01;

    /** A percentile with fewer values beyond it is the time of one or two messages. */
    private static final int LEAST_BEYOND = 3;

    private static final Pattern PERCENTILE = Pattern.compile("p\\d{1,2}(\\.\\d{1,3})?");
    /** The latencies that are not a matter of chance. */
    private static final Set<String> OF_PROGRAM = Set.of("intended", "actual", "connect", "signal");

    private Judgement() {}

    static Verdict of(Metric metric, Difference difference, Comparison.Side a, Comparison.Side b) {
        Verdict verdict = Verdict.of(difference, metric.better);
        if (verdict == Verdict.UNKNOWN) {
            return verdict;
        }
        return switch (metric) {
            case CPU_PER_MESSAGE, CPU ->
                Math.min(cpuSeconds(a), cpuSeconds(b)) < LEAST_CPU_SECONDS ? Verdict.TOO_LITTLE : verdict;
            case RSS, HEAP ->
                Math.min(distinct(a, metric), distinct(b, metric)) < LEAST_SAMPLES ? Verdict.TOO_LITTLE : verdict;
            case BYTES_PER_MESSAGE ->
                Verdict.of(difference, sameMessages(a, b) ? metric.better : Metric.Better.NEITHER);
            case MESSAGES, MACHINE_CPU, GC, CONNECTIONS, REFUSED, LOG_QUEUE -> verdict;
        };
    }

    private static double cpuSeconds(Comparison.Side side) {
        return Arrays.stream(side.values().get(Metric.CPU).amounts()).sum() / 100;
    }

    private static long distinct(Comparison.Side side, Metric metric) {
        TimedValues values = side.values().get(metric);
        return IntStream.range(0, values.buckets())
                .mapToDouble(values::value)
                .filter(each -> !Double.isNaN(each))
                .distinct()
                .count();
    }

    /** Whether both sent messages of one size in one scenario: what is sent of each depends on that. */
    private static boolean sameMessages(Comparison.Side a, Comparison.Side b) {
        LoadTest first = a.range().test();
        LoadTest second = b.range().test();
        boolean sameScenario =
                first == null || second == null || first.scenario().equals(second.scenario());
        double size = messageBytes(a);
        double other = messageBytes(b);
        return sameScenario && Math.abs(size - other) <= SAME_SIZE * Math.max(size, other);
    }

    /** The mean; NaN without a message. */
    private static double messageBytes(Comparison.Side side) {
        return (double) side.report().chat().count(ChatCount.BYTES)
                / side.report().chat().count(ChatCount.MESSAGES);
    }

    private static double counts(Comparison.Side a, Comparison.Side b, String kind) {
        return Math.min(
                a.range().test().latencies().get(kind).getOrDefault("count", Double.MAX_VALUE),
                b.range().test().latencies().get(kind).getOrDefault("count", Double.MAX_VALUE));
    }

    /** A maximum, or how long somebody waited for a partner, depends on chance, as does a percentile of few values. */
    static ComparedValue ofLatency(
            String kind, String figure, double first, double second, Comparison.Side a, Comparison.Side b) {
        String key = "client." + kind + "." + figure;
        String title = Names.title(kind) + ", " + figure;
        if (!OF_PROGRAM.contains(kind) || !PERCENTILE.matcher(figure).matches()) {
            return ComparedValue.single(key, title, Unit.MILLIS, first, second);
        }
        Difference difference = new Difference(first, second, second - first, Double.NaN);
        Verdict verdict =
                ofLatency(difference, kind, figure, a.range().test(), b.range().test());
        return verdict == Verdict.OWN || beyond(figure, counts(a, b, kind)) >= LEAST_BEYOND
                ? ComparedValue.ofLatency(key, title, difference, verdict)
                : ComparedValue.single(key, title, Unit.MILLIS, first, second);
    }

    /** With what both clients told of their own lateness. */
    static Verdict ofLatency(Difference difference, String kind, String figure, LoadTest a, LoadTest b) {
        if (a.isOwn(kind, figure) || b.isOwn(kind, figure)) {
            double late = Math.max(a.lateness(kind, figure), b.lateness(kind, figure));
            return Verdict.ofOwnLatency(difference, late, b.isOwn(kind, figure));
        }
        LoadTest slower = difference.second() > difference.first() ? b : a;
        return Verdict.ofLatency(difference, slower.lateness(kind, figure));
    }

    private static double beyond(String figure, double count) {
        return count * (1 - Double.parseDouble(figure.substring(1)) / 100);
    }
}
