package loomchat.report.compare;

import jakarta.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import loomchat.report.history.Report;
import loomchat.report.history.ReportQuery;
import loomchat.report.render.HumanFormat;
import loomchat.report.series.GaugeSeries;
import loomchat.report.series.GraphMark;
import loomchat.report.series.SampleColumn;

/**
 * One of the two sides of a comparison: a range of time, which may be that of a load test. Immutable.
 *
 * @param test null for a plain range
 * @param measuredTo until when it is measured: a load test waits and counts at its end
 * @param server the line of the server's start that held then; empty when it is not known
 * @param nodes the servers whose lines count, by name; none stands for all
 */
public record ComparedRange(LoadTest test, long from, long to, long measuredTo, JsonObject server, List<String> nodes) {
    static ComparedRange of(LoadTest test, LoadTests known) {
        return new ComparedRange(
                test,
                test.start(),
                test.endOr(known.now()),
                test.loadEnd(known.now()),
                test.server(),
                known.counted(test));
    }

    static ComparedRange of(long from, long to, LoadTests known) {
        return new ComparedRange(
                null, from, to, to, known.serverAt(from, to), known.node() == null ? List.of() : List.of(known.node()));
    }

    /** What to read of it. */
    public ReportQuery query() {
        return new ReportQuery(null, from, to, 0, false, null).of(nodes);
    }

    String title() {
        return test == null
                ? HumanFormat.time(from) + " to " + HumanFormat.time(to)
                : test.id() + ", " + test.scenario() + " of " + HumanFormat.time(from);
    }

    /** As short as it is told from others. */
    String name() {
        return test == null ? title() : test.id();
    }

    /** Its value in an address. */
    String address() {
        return test == null ? Instant.ofEpochMilli(from) + ".." + Instant.ofEpochMilli(to) : test.id();
    }

    double seconds() {
        return (measuredTo - from) / 1000.0;
    }

    /**
     * What its report says in buckets of this width, from the first bucket to the last in which it is measured. Where
     * the report goes on after that, as that of a load test, a bucket that is measured in part is left out: its samples
     * are mostly of the time after it.
     */
    TimedValues values(Report report, Metric metric, long bucketSeconds) {
        GaugeSeries series = report.samples().series().copy(bucketSeconds);
        long width = series.seconds() * 1000;
        long first = Math.floorDiv(from, width);
        long end = measuredTo < to ? Math.floorDiv(measuredTo, width) : Math.ceilDiv(measuredTo, width);
        int buckets = Math.toIntExact(Math.max(1, end - first));
        double[] amounts = new double[buckets];
        double[] weights = new double[buckets];
        double[] longest = new double[buckets];
        int[] shown = TimedValues.each(buckets);
        for (int row = 0; row < series.rows(); row++) {
            long at = Math.floorDiv(series.startOf(row), width) - first;
            if (at >= 0 && at < buckets) {
                amounts[(int) at] = metric.amount(series, row);
                weights[(int) at] = metric.weight(series, row);
                longest[(int) at] = Math.min(series.longest(row), GaugeSeries.MOST_COVERED_MILLIS);
            }
        }
        // A late sample, as on a busy machine, covers the buckets before it that have none.
        for (int at = 0; at < buckets; at++) {
            for (int before = at - 1; before >= 0 && (at - before) * width < longest[at]; before--) {
                if (longest[before] > 0) {
                    break;
                }
                shown[before] = at;
            }
        }
        return new TimedValues(series.seconds(), amounts, weights, shown);
    }

    /** The marks within it, without those of load tests. */
    List<GraphMark> marks(Report report) {
        List<GraphMark> marks = new ArrayList<>();
        for (GraphMark mark : report.marks().all()) {
            switch (mark.kind()) {
                case START, CRASH, STOP, STALL, FILE -> marks.add(mark);
                case LOAD_TEST_START, LOAD_TEST_END -> {}
            }
        }
        return marks;
    }

    /** The mean of a gauge over the whole range; NaN without a sample. */
    static double mean(Report report, SampleColumn column) {
        GaugeSeries series = report.samples().series();
        double sum = 0;
        double weight = 0;
        for (int row = 0; row < series.rows(); row++) {
            if (series.has(row, column.ordinal())) {
                sum += series.weightedSum(row, column.ordinal());
                weight += series.weight(row, column.ordinal());
            }
        }
        return sum / weight;
    }
}
