package loomchat.report.series;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/** What lines of {@code bandwidth.jsonl} add up to. */
public final class SampleTotals extends LogTotals<SampleTotals> {
    private static final SampleColumn[] COLUMNS = SampleColumn.values();
    /** A longer sample counts as one of this length, so that a damaged line cannot outweigh all others. */
    private static final long LONGEST_SAMPLE_MILLIS = 3_600_000;

    /** The buckets of rollups are at least as wide. */
    private static final long LEAST_ROLLED_UP_SECONDS = 60;

    private final GaugeSeries series;
    private final double[] amounts = new double[COLUMNS.length];
    /** Of totals of several nodes: the greatest value of one of them. */
    private final double[] greatestOfOne = new double[COLUMNS.length];

    private long samples;

    public SampleTotals(long from, long to, long bucketSeconds) {
        this(from, to, new GaugeSeries(COLUMNS.length, bucketSeconds));
    }

    private SampleTotals(long from, long to, GaugeSeries series) {
        super(from, to);
        this.series = series;
    }

    /**
     * The totals of several nodes. A series has what all of them had at the same time.
     *
     * @param from start of the range
     * @param millisOf how much of the bucket with this start lies in the range
     */
    public static SampleTotals ofNodes(
            List<SampleTotals> nodes, long bucketSeconds, long from, LongUnaryOperator millisOf) {
        long end = nodes.stream().mapToLong(SampleTotals::last).max().orElseThrow();
        List<GaugeSeries> all = new ArrayList<>();
        Map<Long, Double> covered = new HashMap<>();
        for (SampleTotals node : nodes) {
            GaugeSeries each = node.series.copy(bucketSeconds);
            each.coverGaps(from, node.last(), end);
            all.add(each);
            for (int row = 0; row < each.rows(); row++) {
                covered.merge(each.startOf(row), each.longest(row), Math::max);
            }
        }
        GaugeSeries series = new GaugeSeries(COLUMNS.length, bucketSeconds);
        for (GaugeSeries each : all) {
            for (int row = 0; row < each.rows(); row++) {
                long start = each.startOf(row);
                // Nobody knows what was after the last sample; of the first bucket the samples say what they cover.
                double millis = start < from
                        ? Math.min(bucketSeconds * 1000, covered.get(start))
                        : Math.min(millisOf.applyAsLong(start), end - start);
                for (SampleColumn column : COLUMNS) {
                    if (column.addsUp) {
                        series.addNode(start, column.ordinal(), each, row, millis);
                    } else {
                        series.addToMean(start, column.ordinal(), each, row, nodes.size());
                    }
                }
            }
        }
        SampleTotals sum = new SampleTotals(nodes.getFirst().from, nodes.getFirst().to, series);
        for (GaugeSeries each : all) {
            for (int row = 0; row < each.rows(); row++) {
                for (int column = 0; column < COLUMNS.length; column++) {
                    if (each.has(row, column)) {
                        sum.greatestOfOne[column] = Math.max(sum.greatestOfOne[column], each.max(row, column));
                    }
                }
            }
        }
        nodes.forEach(sum::mergeSums);
        return sum;
    }

    @Override
    public GaugeSeries series() {
        return series;
    }

    public long samples() {
        return samples;
    }

    public void restoreSamples(long count) {
        samples += count;
    }

    /** The sum over all samples of a column that is an amount. */
    public double amount(SampleColumn column) {
        return amounts[column.ordinal()];
    }

    /** The greatest value of any one node, where these are the totals of several. */
    public double greatestOfOne(SampleColumn column) {
        return greatestOfOne[column.ordinal()];
    }

    public void addAmount(SampleColumn column, double amount) {
        amounts[column.ordinal()] += amount;
    }

    @Override
    public void mergeSeries(SampleTotals other) {
        series.merge(other.series);
    }

    @Override
    public void mergeSums(SampleTotals other) {
        super.mergeSums(other);
        samples += other.samples;
        Arrays.setAll(amounts, i -> amounts[i] + other.amounts[i]);
    }

    /**
     * Adds a sample that ends at {@code millis} and covers {@code length}; {@code values} by {@link SampleColumn},
     * NaN for none.
     */
    public void add(long millis, long length, double[] values) {
        if (millis == LogTimes.UNKNOWN) {
            return;
        }
        long covered = Math.min(length, LONGEST_SAMPLE_MILLIS);
        events.alive().add(millis - covered, millis);
        // A sample's time is the end of the time that it covers; it counts for the bucket before that end.
        long within = Math.max(0, millis - 1);
        if (within < from || within >= to) {
            return;
        }
        samples++;
        seen(millis, millis);
        // The first of a range began before it, and holds for a part of its length. Rollups do not know that part.
        long weight = millis - covered < from && series.seconds() < LEAST_ROLLED_UP_SECONDS ? millis - from : covered;
        for (SampleColumn column : COLUMNS) {
            double value = values[column.ordinal()];
            if (Double.isNaN(value)) {
                continue;
            }
            if (column.rate) {
                amounts[column.ordinal()] += value;
                // A part of a second says how much came in a second at least, and no more: no rate was that high.
                double most = value * 1000 / Math.max(covered, 1000);
                value = value * 1000 / covered;
                series.add(within, column.ordinal(), value * weight, weight, value, most);
            } else {
                series.add(within, column.ordinal(), value, weight);
            }
        }
    }
}
