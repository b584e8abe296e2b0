package loomchat.report.series;

import java.util.Arrays;

/** What lines of {@code bandwidth.jsonl} add up to. */
public final class SampleTotals extends LogTotals<SampleTotals> {
    private static final SampleColumn[] COLUMNS = SampleColumn.values();
    /** A longer sample counts as one of this length, so that a damaged line cannot outweigh all others. */
    private static final long LONGEST_SAMPLE_MILLIS = 3_600_000;

    private final GaugeSeries series;
    private final double[] amounts = new double[COLUMNS.length];
    private long samples;

    public SampleTotals(long from, long to, long bucketSeconds) {
        super(from, to);
        series = new GaugeSeries(COLUMNS.length, bucketSeconds);
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

    public void addAmount(SampleColumn column, double amount) {
        amounts[column.ordinal()] += amount;
    }

    @Override
    public void merge(SampleTotals other) {
        super.merge(other);
        samples += other.samples;
        Arrays.setAll(amounts, i -> amounts[i] + other.amounts[i]);
        series.merge(other.series);
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
        for (SampleColumn column : COLUMNS) {
            double value = values[column.ordinal()];
            if (Double.isNaN(value)) {
                continue;
            }
            if (column.rate) {
                amounts[column.ordinal()] += value;
                value = value * 1000 / covered;
            }
            series.add(within, column.ordinal(), value, covered);
        }
    }
}
