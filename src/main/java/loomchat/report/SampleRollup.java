package loomchat.report;

import java.io.IOException;
import java.util.List;

/** What the rollup of a segment of {@code bandwidth} holds. No state. */
final class SampleRollup implements RollupFormat<SampleTally, Spans> {
    private static final int CELL = 4;

    /** Samples come once a second: by the second, a rollup would be as large as they are. */
    @Override
    public long finestSeconds() {
        return 60;
    }

    @Override
    public SampleTally tally(long from, long to, long bucketSeconds, int mostRows) {
        return new SampleTally(from, to, bucketSeconds, mostRows);
    }

    @Override
    public Spans join(List<Spans> parts) {
        Spans spans = new Spans();
        parts.forEach(spans::append);
        return spans;
    }

    @Override
    public long seriesSeconds(SampleTally tally) {
        return tally.series.seconds();
    }

    @Override
    public void writeSums(RollupOut out, SampleTally tally, Spans spans) throws IOException {
        out.longs("totals", tally.lines, tally.skipped, tally.torn, tally.samples);
        out.doubles("amounts", tally.amounts.length, i -> tally.amounts[i]);
        out.longs("spans", 2 * spans.size(), i -> i % 2 == 0 ? spans.from(i / 2) : spans.to(i / 2));
    }

    @Override
    public void writeSeries(RollupOut out, String prefix, SampleTally tally, long leastSeconds) throws IOException {
        GaugeSeries series = new GaugeSeries(tally.series.columns(), leastSeconds, Buckets.MOST);
        series.merge(tally.series);
        int[] order = series.sorted();
        out.longs(prefix + "Seconds", series.seconds());
        out.longs(prefix + "Starts", order.length, i -> series.startOf(order[i]));
        for (SampleColumn column : SampleColumn.values()) {
            int c = column.ordinal();
            out.doubles(prefix + "." + column.key, CELL * order.length, i -> {
                int row = order[i / CELL];
                return switch (i % CELL) {
                    case 0 -> series.weightedSum(row, c);
                    case 1 -> series.weight(row, c);
                    case 2 -> series.min(row, c);
                    default -> series.max(row, c);
                };
            });
        }
    }

    @Override
    public Spans readSums(RollupIn in, SampleTally tally) throws IOException {
        long[] totals = in.longs("totals");
        tally.lines += totals[0];
        tally.skipped += totals[1];
        tally.torn += totals[2];
        tally.samples += totals[3];
        double[] amounts = in.doubles("amounts");
        for (int i = 0; i < tally.amounts.length; i++) {
            tally.amounts[i] += amounts[i];
        }
        Spans spans = new Spans();
        long[] bounds = in.longs("spans");
        for (int i = 0; i + 1 < bounds.length; i += 2) {
            spans.add(bounds[i], bounds[i + 1]);
        }
        return spans;
    }

    @Override
    public void readSeries(RollupIn in, String prefix, SampleTally tally) throws IOException {
        long[] starts = in.longs(prefix + "Starts");
        for (SampleColumn column : SampleColumn.values()) {
            double[] cells = in.doubles(prefix + "." + column.key);
            for (int i = 0; i < starts.length; i++) {
                double weight = cells[i * CELL + 1];
                if (weight > 0) {
                    tally.series.add(
                            starts[i],
                            column.ordinal(),
                            cells[i * CELL],
                            weight,
                            cells[i * CELL + 2],
                            cells[i * CELL + 3]);
                }
            }
        }
    }

    @Override
    public void addBuckets(SampleTally into, SampleTally segment, long from, long to) {
        GaugeSeries series = segment.series;
        into.series.widenTo(series.seconds());
        for (int row = 0; row < series.rows(); row++) {
            long start = series.startOf(row);
            if (start < from || start >= to) {
                continue;
            }
            for (SampleColumn column : SampleColumn.values()) {
                int c = column.ordinal();
                if (series.has(row, c)) {
                    double sum = series.weightedSum(row, c);
                    into.series.add(start, c, sum, series.weight(row, c), series.min(row, c), series.max(row, c));
                    // A rate is per second and weighted with milliseconds.
                    into.amounts[c] += column.rate ? sum / 1000 : 0;
                }
            }
            into.spans(start, start);
        }
    }
}
