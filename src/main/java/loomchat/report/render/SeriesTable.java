package loomchat.report.render;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import loomchat.report.history.Report;
import loomchat.report.series.BucketSeries;
import loomchat.report.series.BucketWidths;
import loomchat.report.series.ChatCount;
import loomchat.report.series.CountSeries;
import loomchat.report.series.GaugeSeries;
import loomchat.report.series.SampleColumn;

/**
 * Both series side by side: one row for each bucket that has a line or a sample, in the order of time. Any thread.
 */
final class SeriesTable {
    private static final int NONE = -1;

    private final Report report;
    private final CountSeries counts;
    private final GaugeSeries gauges;
    private final long[] starts;
    private final int[] countRows;
    private final int[] gaugeRows;
    private final long[] events;

    private SeriesTable(
            Report report,
            CountSeries counts,
            GaugeSeries gauges,
            long[] starts,
            int[] countRows,
            int[] gaugeRows,
            long[] events) {
        this.report = report;
        this.counts = counts;
        this.gauges = gauges;
        this.starts = starts;
        this.countRows = countRows;
        this.gaugeRows = gaugeRows;
        this.events = events;
    }

    static SeriesTable of(Report report) {
        return of(report, report.chat().series(), report.samples().series());
    }

    /** The same with wider buckets, so that there are not more than {@code mostRows} between the ends of the axis. */
    static SeriesTable of(Report report, int mostRows) {
        long seconds = report.axis().bucketSeconds();
        while (report.axis().millis() / (seconds * 1000) >= mostRows && BucketWidths.wider(seconds) > seconds) {
            seconds = BucketWidths.wider(seconds);
        }
        if (seconds == report.axis().bucketSeconds()) {
            return of(report);
        }
        return of(
                report,
                report.chat().series().copy(seconds),
                report.samples().series().copy(seconds));
    }

    private static SeriesTable of(Report report, CountSeries counts, GaugeSeries gauges) {
        CountSeries events =
                report.event() == null ? null : report.event().series().copy(counts.seconds());
        SortedMap<Long, int[]> byStart = new TreeMap<>();
        put(byStart, counts, 0);
        put(byStart, gauges, 1);
        cover(byStart, gauges, report.axis().from());
        if (events != null) {
            put(byStart, events, 2);
        }
        List<int[]> rows = List.copyOf(byStart.values());
        return new SeriesTable(
                report,
                counts,
                gauges,
                byStart.keySet().stream().mapToLong(Long::longValue).toArray(),
                rows.stream().mapToInt(each -> each[0]).toArray(),
                rows.stream().mapToInt(each -> each[1]).toArray(),
                rows.stream()
                        .mapToLong(each -> each[2] == NONE ? 0 : events.sum(each[2], 0))
                        .toArray());
    }

    /** Notes the rows of one of the three series by the start of their buckets. */
    private static void put(SortedMap<Long, int[]> byStart, BucketSeries<?> series, int which) {
        for (int row = 0; row < series.rows(); row++) {
            byStart.computeIfAbsent(series.startOf(row), start -> new int[] {NONE, NONE, NONE})[which] = row;
        }
    }

    /**
     * A sample that is longer than a bucket, as on a busy machine, counts for the one in which it ends, and covers
     * those before it that have none: they show it as well.
     */
    private static void cover(SortedMap<Long, int[]> byStart, GaugeSeries gauges, long from) {
        long width = gauges.seconds() * 1000;
        for (int row = 0; row < gauges.rows(); row++) {
            double millis = Math.min(gauges.longest(row), GaugeSeries.MOST_COVERED_MILLIS);
            for (long before = width; before < millis; before += width) {
                long start = gauges.startOf(row) - before;
                if (start + width <= from) {
                    break;
                }
                int[] rows = byStart.computeIfAbsent(start, each -> new int[] {NONE, NONE, NONE});
                if (rows[1] != NONE) {
                    break;
                }
                rows[1] = row;
            }
        }
    }

    int rows() {
        return starts.length;
    }

    long seconds() {
        return counts.seconds();
    }

    /** Start of the row's bucket, in milliseconds since the epoch. */
    long start(int row) {
        return starts[row];
    }

    /** How often the event of the query was logged in the row's bucket. */
    long event(int row) {
        return events[row];
    }

    long count(int row, ChatCount column) {
        return countRows[row] == NONE ? 0 : counts.sum(countRows[row], column.ordinal());
    }

    boolean has(int row, SampleColumn column) {
        return gaugeRows[row] != NONE && gauges.has(gaugeRows[row], column.ordinal());
    }

    /** The mean over the bucket, weighted by time; NaN without a sample. */
    double mean(int row, SampleColumn column) {
        return has(row, column) ? gauges.mean(gaugeRows[row], column.ordinal()) : Double.NaN;
    }

    double min(int row, SampleColumn column) {
        return has(row, column) ? gauges.min(gaugeRows[row], column.ordinal()) : Double.NaN;
    }

    double max(int row, SampleColumn column) {
        return has(row, column) ? gauges.max(gaugeRows[row], column.ordinal()) : Double.NaN;
    }

    /** The value of a graph's line: the mean, or how often something was logged per second. */
    double mean(int row, Graph.Line line) {
        if (line.sample() != null && has(row, line.sample())) {
            return mean(row, line.sample());
        }
        return line.logged() == null ? Double.NaN : count(row, line.logged()) * line.seconds() / coveredSeconds(row);
    }

    double min(int row, Graph.Line line) {
        return line.sample() == null ? Double.NaN : min(row, line.sample());
    }

    double max(int row, Graph.Line line) {
        return line.sample() == null ? Double.NaN : max(row, line.sample());
    }

    /**
     * The greatest value of a graph's line. Of what is logged as well it is the busiest second, as it was logged, where
     * a bucket is a second. Wider buckets keep the fastest sample, which counts for no more than was logged in its
     * bucket.
     */
    double peak(int row, Graph.Line line) {
        double fastest = max(row, line);
        if (line.sample() == null || line.logged() == null) {
            return fastest;
        }
        double logged = count(row, line.logged());
        return seconds() == 1 || Double.isNaN(fastest) ? logged / seconds() : Math.min(logged, fastest);
    }

    /** How much of the bucket lies within the axis: the first and the last bucket are seldom complete. */
    private double coveredSeconds(int row) {
        long from = Math.max(start(row), report.axis().from());
        long to = Math.min(start(row) + seconds() * 1000, report.axis().to());
        return Math.max(1000, to - from) / 1000.0;
    }
}
