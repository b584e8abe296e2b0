package loomchat.report.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import loomchat.graph.TimeGraph;
import loomchat.graph.TimeGraph.Times;
import loomchat.graph.Unit;
import loomchat.report.series.GraphMark;

/**
 * The graphs of one or two ranges over the time since their starts. Lines may have values at different distances: each
 * row of a graph has the value of each line that holds in its middle. No state.
 */
final class OverlayGraphs {
    private static final int MOST_POINTS = 240;
    private static final int MOST_ROWS = 30;
    /** Of what is counted a message: where fewer came than this share of the usual, its value says nothing. */
    private static final double LEAST_SHARE = 0.05;

    private final List<Comparison.Side> sides;
    private final double seconds;
    private final List<TimeGraph.Mark> marks = new ArrayList<>();
    private final List<TimeGraph> graphs = new ArrayList<>();

    /** Values at equal distances, from the start on. */
    private record Values(double step, double[] values) {
        double at(double seconds) {
            int index = (int) (seconds / step);
            return index < values.length ? values[index] : Double.NaN;
        }

        /** The mean from one moment to another, of what is known; at least of the value that holds at the first. */
        double mean(double from, double to) {
            int first = (int) Math.round(from / step);
            int end = Math.max(first + 1, (int) Math.round(to / step));
            return Arrays.stream(values, Math.min(first, values.length), Math.min(end, values.length))
                    .filter(Double::isFinite)
                    .average()
                    .orElse(Double.NaN);
        }

        boolean isNothing() {
            return Arrays.stream(values).noneMatch(each -> each > 0);
        }
    }

    private OverlayGraphs(List<Comparison.Side> sides) {
        this.sides = sides;
        this.seconds = Math.max(
                1,
                sides.stream().mapToDouble(each -> each.range().seconds()).max().orElse(1));
    }

    /** The graphs of these, without those for which nothing was measured. */
    static List<TimeGraph> of(List<Comparison.Side> sides) {
        OverlayGraphs all = new OverlayGraphs(sides);
        all.readMarks();
        for (String figure : List.of("p50", "p99")) {
            List<Values> lines = new ArrayList<>();
            for (Comparison.Side each : sides) {
                lines.add(ofClient(each.range(), figure));
            }
            all.add("latency-" + figure, "Latency at " + figure + ", as the client saw it", Unit.MILLIS, lines);
        }
        for (Metric metric : Metric.values()) {
            List<Values> lines = new ArrayList<>();
            for (Comparison.Side each : sides) {
                lines.add(ofServer(each, metric));
            }
            all.add(metric.key, metric.title, metric.unit, lines);
        }
        return all.graphs;
    }

    /** The same graph with few rows, for its table. */
    static TimeGraph table(TimeGraph graph) {
        Times times = graph.times();
        double step = times.bucketMillis() / 1000.0;
        int together = Math.max(1, Math.ceilDiv(times.starts().length, MOST_ROWS));
        long[] starts = new long[Math.ceilDiv(times.starts().length, together)];
        Arrays.setAll(starts, row -> times.starts()[row * together]);
        List<TimeGraph.Line> lines = new ArrayList<>();
        for (TimeGraph.Line each : graph.lines()) {
            Values values = new Values(step, each.mean());
            double[] rows = new double[starts.length];
            Arrays.setAll(rows, row -> values.mean(row * together * step, (row + 1) * together * step));
            lines.add(new TimeGraph.Line(each.label(), rows, null, null));
        }
        Times wider = Times.sinceStart(times.to(), times.bucketMillis() * together, starts);
        return new TimeGraph(graph.id(), graph.title(), graph.unit(), wider, lines, graph.marks());
    }

    /** What the client measured, in equal stretches of the run. */
    private static Values ofClient(ComparedRange range, String figure) {
        double[] values = range.test() == null ? new double[0] : range.test().timeline(figure);
        return new Values(range.seconds() / Math.max(1, values.length), values);
    }

    private static Values ofServer(Comparison.Side side, Metric metric) {
        TimedValues all = side.values().get(metric);
        TimedValues shown = all.together(Math.max(1, Math.ceilDiv(all.buckets(), MOST_POINTS)));
        double least = metric.isPerMessage() ? LEAST_SHARE * shown.usualWeight() : 0;
        double[] values = new double[shown.buckets()];
        Arrays.setAll(values, bucket -> shown.value(bucket, least));
        return new Values(shown.bucketSeconds(), values);
    }

    private void add(String id, String title, Unit unit, List<Values> all) {
        if (all.stream().allMatch(Values::isNothing)) {
            return;
        }
        double step = all.stream()
                .filter(each -> each.values.length > 0)
                .mapToDouble(Values::step)
                .min()
                .orElse(1);
        long[] starts = new long[(int) Math.ceil(seconds / step - 0.001)];
        Arrays.setAll(starts, row -> Math.round(row * step * 1000));
        List<TimeGraph.Line> lines = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Values values = all.get(i);
            double[] rows = new double[starts.length];
            Arrays.setAll(rows, row -> values.at((row + 0.5) * step));
            lines.add(new TimeGraph.Line(name(i), rows, null, null));
        }
        Times times = Times.sinceStart(Math.round(seconds * 1000), Math.round(step * 1000), starts);
        graphs.add(new TimeGraph(id, title, unit, times, lines, marks));
    }

    private void readMarks() {
        for (int i = 0; i < sides.size(); i++) {
            ComparedRange range = sides.get(i).range();
            for (GraphMark each : range.marks(sides.get(i).report())) {
                String where = sides.size() == 1 ? "" : " (" + name(i) + ")";
                marks.add(new TimeGraph.Mark(
                        each.millis() - range.from(), each.kind().label, each.id(), each.text() + where));
            }
        }
    }

    /** A line that is alone needs no name. */
    private String name(int side) {
        return sides.size() == 1 ? "" : side == 0 ? "a" : "b";
    }
}
