package loomchat.report.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import loomchat.graph.Unit;
import loomchat.report.history.Report;
import loomchat.report.render.HumanFormat;
import loomchat.report.series.ChatCount;
import loomchat.report.series.Distribution;
import loomchat.report.series.Histogram;
import loomchat.statistics.Difference;
import loomchat.statistics.MeasuredSeries;

/**
 * Two ranges side by side. Made by the thread that renders, then never changed.
 *
 * @param setUp what differs before anything is measured
 * @param measured values over time, with their noise
 * @param faults what went wrong
 * @param singles totals and percentiles, each a single number
 * @param invalid why nothing is judged, in a sentence; empty where all is
 * @param paired whether seconds were set against each other since the starts
 */
record Comparison(
        Side a,
        Side b,
        List<SetUp.Difference> setUp,
        List<ComparedValue> measured,
        List<ComparedValue> faults,
        List<ComparedValue> singles,
        String invalid,
        boolean paired) {
    /** That all margins of a comparison hold at once. */
    private static final double CONFIDENCE = 0.95;

    private static final double[] PERCENTILES = {50, 99};

    /** One of the two, and what is measured of it. */
    record Side(ComparedRange range, Report report, Map<Metric, TimedValues> values) {
        private static Side of(ComparedRange range, Report report, long bucketSeconds) {
            Map<Metric, TimedValues> values = new EnumMap<>(Metric.class);
            for (Metric each : Metric.values()) {
                values.put(each, range.values(report, each, bucketSeconds));
            }
            return new Side(range, report, values);
        }

        /** Alone. */
        static Side of(ComparedRange range, Report report) {
            return of(range, report, report.axis().bucketSeconds());
        }

        double value(Metric metric) {
            return values.get(metric).measured().value();
        }

        private boolean isEmpty() {
            return report.samples().series().rows() == 0
                    && report.chat().series().rows() == 0;
        }

        private int buckets() {
            return values.get(Metric.CPU).buckets();
        }

        private long bucketSeconds() {
            return values.get(Metric.CPU).bucketSeconds();
        }
    }

    static Comparison of(ComparedRange first, Report firstReport, ComparedRange second, Report secondReport) {
        Side a = Side.of(first, firstReport);
        Side b = Side.of(second, secondReport);
        long width = Math.max(a.bucketSeconds(), b.bucketSeconds());
        if (Math.abs(first.seconds() - second.seconds()) <= 0.1 * Math.max(first.seconds(), second.seconds())) {
            a = Side.of(first, firstReport, width);
            b = Side.of(second, secondReport, width);
        }
        boolean paired = a.bucketSeconds() == b.bucketSeconds() && Difference.mayPair(a.buckets(), b.buckets());
        String invalid = invalid(a, b);
        return new Comparison(
                a,
                b,
                SetUp.differences(first, firstReport, second, secondReport),
                judged(measured(a, b, paired), invalid),
                judged(faults(a, b), invalid),
                judged(singles(a, b), invalid),
                invalid,
                paired);
    }

    /** Whether nothing at all was recorded in one of the two. */
    boolean hasEmptySide() {
        return a.isEmpty() || b.isEmpty();
    }

    private static String invalid(Side first, Side second) {
        String why = Stream.of(invalid("a", first), invalid("b", second))
                .filter(each -> !each.isEmpty())
                .collect(Collectors.joining(" and "));
        return why.isEmpty() ? "" : "No conclusion: " + why + ".";
    }

    private static String invalid(String name, Side side) {
        ComparedRange range = side.range;
        if (side.report.isPartlyGone()) {
            return "records of " + name + ", until "
                    + HumanFormat.time(side.report.scan().sumsSince())
                    + " UTC, were removed to make room and are in no number";
        }
        if (side.isEmpty()) {
            return "nothing was recorded in " + name + ", from " + HumanFormat.time(range.from()) + " to "
                    + HumanFormat.time(range.to()) + " UTC";
        }
        LoadTest test = range.test();
        return test == null || test.isValid() && !test.isInterrupted()
                ? ""
                : test.isValid() ? name + " was interrupted" : "the times of " + name + " are not valid";
    }

    private static List<ComparedValue> judged(List<ComparedValue> values, String invalid) {
        return invalid.isEmpty()
                ? values
                : values.stream().map(each -> each.judged(Verdict.NOT_JUDGED)).toList();
    }

    /** The confidence of each margin is such that all hold at once (Bonferroni). */
    private static List<ComparedValue> measured(Side a, Side b, boolean paired) {
        List<Metric> metrics = new ArrayList<>();
        for (Metric each : Metric.values()) {
            boolean isNothing = a.value(each) == 0 && b.value(each) == 0;
            if (!a.values.get(each).isEmpty() && !b.values.get(each).isEmpty() && !isNothing) {
                metrics.add(each);
            }
        }
        List<String> latencies = new ArrayList<>();
        for (String figure : List.of("p50", "p99")) {
            if (latency(a, figure).buckets() > 0 && latency(b, figure).buckets() > 0) {
                latencies.add(figure);
            }
        }
        double confidence = 1 - (1 - CONFIDENCE) / Math.max(1, metrics.size() + latencies.size());
        List<ComparedValue> values = new ArrayList<>();
        for (String figure : latencies) {
            Difference difference = difference(latency(a, figure), latency(b, figure), paired, confidence);
            values.add(ComparedValue.ofLatency(
                    "latencyMillis." + figure,
                    "Latency at " + figure + ", mean over time",
                    difference,
                    Judgement.ofLatency(difference, LoadTest.INTENDED, figure, a.range.test(), b.range.test())));
        }
        for (Metric each : metrics) {
            Difference difference =
                    difference(a.values.get(each).measured(), b.values.get(each).measured(), paired, confidence);
            values.add(ComparedValue.of(each, difference, Judgement.of(each, difference, a, b)));
        }
        return values;
    }

    private static Difference difference(MeasuredSeries a, MeasuredSeries b, boolean paired, double confidence) {
        return paired && Difference.mayPair(a.buckets(), b.buckets())
                ? Difference.ofPaired(a, b, confidence)
                : Difference.ofIndependent(a, b, confidence);
    }

    private static MeasuredSeries latency(Side side, String figure) {
        return MeasuredSeries.ofMeans(
                side.range.test() == null
                        ? new double[0]
                        : Arrays.stream(side.range.test().timeline(figure))
                                .filter(Double::isFinite)
                                .toArray());
    }

    private static List<ComparedValue> faults(Side a, Side b) {
        List<ComparedValue> all = new ArrayList<>();
        if (a.range.test() != null && b.range.test() != null) {
            for (Fault each : Fault.values()) {
                double first = a.range.test().count(each.key);
                double second = b.range.test().count(each.key);
                if (!Double.isNaN(first) && !Double.isNaN(second) && first + second > 0) {
                    all.add(ComparedValue.faults(each.key, each.title, first, second));
                }
            }
        }
        addFault(all, "crashes", "Crashes", a.report.crashes(), b.report.crashes());
        addFault(all, "goneDown", "Servers down without a stop", a.report.goneDown(), b.report.goneDown());
        addFault(
                all,
                "logStalls",
                "Log stalls",
                a.report.stalls().count(),
                b.report.stalls().count());
        return all;
    }

    private static void addFault(List<ComparedValue> all, String key, String title, double first, double second) {
        if (first + second > 0) {
            all.add(ComparedValue.faults(key, title, first, second));
        }
    }

    private static List<ComparedValue> singles(Side a, Side b) {
        List<ComparedValue> all = new ArrayList<>();
        if (a.range.test() != null && b.range.test() != null) {
            a.range
                    .test()
                    .latencies()
                    .forEach((kind, figures) -> figures.forEach((figure, value) -> {
                        Double other = b.range.test().latencies().containsKey(kind)
                                ? b.range.test().latencies().get(kind).get(figure)
                                : null;
                        if (other != null && !figure.equals("count")) {
                            all.add(Judgement.ofLatency(kind, figure, value, other, a, b));
                        }
                    }));
        }
        for (ChatCount each : ChatCount.IN_SERIES) {
            double first = a.report.chat().count(each);
            double second = b.report.chat().count(each);
            if (first + second > 0) {
                boolean bytes = each == ChatCount.BYTES || each == ChatCount.MEDIA_BYTES;
                all.add(ComparedValue.single(
                        "total." + each.key, Names.total(each), bytes ? Unit.BYTES : Unit.COUNT, first, second));
            }
        }
        for (Distribution each : Distribution.values()) {
            distribution(
                    all, each, a.report.chat().histogram(each), b.report.chat().histogram(each));
        }
        return all;
    }

    private static void distribution(List<ComparedValue> all, Distribution what, Histogram a, Histogram b) {
        if (a.count() == 0 || b.count() == 0) {
            return;
        }
        Unit unit = switch (what) {
            case MESSAGE_BYTES -> Unit.BYTES;
            case CHAT_MESSAGES -> Unit.COUNT;
            case WAIT_MILLIS, CHAT_MILLIS, CALL_MILLIS, FIRST_FRAME_MILLIS -> Unit.MILLIS;
        };
        for (double percent : PERCENTILES) {
            all.add(ComparedValue.single(
                    what.key + ".p" + (int) percent,
                    what.title + ", p" + (int) percent,
                    unit,
                    a.percentile(percent),
                    b.percentile(percent)));
        }
    }
}
