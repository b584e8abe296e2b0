package loomchat.report.rollup;

import java.io.IOException;
import loomchat.report.scan.LineReader;
import loomchat.report.scan.SampleLineReader;
import loomchat.report.series.AliveIntervals;
import loomchat.report.series.ChunkEvents;
import loomchat.report.series.GaugeSeries;
import loomchat.report.series.SampleColumn;
import loomchat.report.series.SampleTotals;

/** What the rollup of a segment of {@code bandwidth} holds. No state. */
public final class SampleRollupFormat implements RollupFormat<SampleTotals> {
    private static final SampleColumn[] COLUMNS = SampleColumn.values();
    private static final int CELL = 4;

    /** Samples come once a second: with buckets of a second, a rollup would be as large as its segment. */
    @Override
    public long finestSeconds() {
        return 60;
    }

    @Override
    public SampleTotals totals(long from, long to, long bucketSeconds) {
        return new SampleTotals(from, to, bucketSeconds);
    }

    @Override
    public LineReader<SampleTotals> reader(SampleTotals totals) {
        return new SampleLineReader(totals);
    }

    @Override
    public void writeSums(RollupWriter out, SampleTotals totals, ChunkEvents events) throws IOException {
        AliveIntervals alive = events.alive();
        out.longs("totals", totals.lines(), totals.skipped(), totals.torn(), totals.samples());
        out.doubles("amounts", COLUMNS.length, i -> totals.amount(COLUMNS[i]));
        out.longs("spans", 2 * alive.size(), i -> i % 2 == 0 ? alive.from(i / 2) : alive.to(i / 2));
    }

    @Override
    public void writeSeries(RollupWriter out, String prefix, SampleTotals totals, long leastSeconds)
            throws IOException {
        GaugeSeries series = totals.series().copy(leastSeconds);
        int[] order = series.sorted();
        out.longs(prefix + "Seconds", series.seconds());
        out.longs(prefix + "Starts", order.length, i -> series.startOf(order[i]));
        for (SampleColumn column : COLUMNS) {
            int c = column.ordinal();
            out.doubles(prefix + "." + column.key, CELL * order.length, i -> {
                int row = order[i / CELL];
                return switch (i % CELL) {
                    case 0 -> series.weightedSum(row, c);
                    case 1 -> series.weight(row, c);
                    case 2 -> series.min(row, c);
                    default -> series.greatest(row, c);
                };
            });
        }
    }

    @Override
    public ChunkEvents readSums(RollupReader in, SampleTotals totals) throws IOException {
        long[] stored = in.longs("totals");
        totals.restore(stored[0], stored[1], stored[2]);
        totals.restoreSamples(stored[3]);
        double[] amounts = in.doubles("amounts");
        for (int i = 0; i < Math.min(amounts.length, COLUMNS.length); i++) {
            totals.addAmount(COLUMNS[i], amounts[i]);
        }
        ChunkEvents events = new ChunkEvents();
        long[] bounds = in.longs("spans");
        for (int i = 0; i + 1 < bounds.length; i += 2) {
            events.alive().add(bounds[i], bounds[i + 1]);
        }
        return events;
    }

    @Override
    public void readSeries(RollupReader in, String prefix, SampleTotals totals) throws IOException {
        long[] starts = in.longs(prefix + "Starts");
        for (SampleColumn column : COLUMNS) {
            if (column == SampleColumn.CALLS && !in.has(prefix + "." + column.key)) {
                totals.series().addNothing(column.ordinal()); // no server of that time knew of calls
                continue;
            }
            double[] cells = in.doubles(prefix + "." + column.key);
            for (int i = 0; i < starts.length; i++) {
                double weight = cells[i * CELL + 1];
                if (weight > 0) {
                    totals.series()
                            .add(
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
    public void addBuckets(SampleTotals into, SampleTotals segment, long from, long to, boolean counts) {
        GaugeSeries series = segment.series();
        into.series().widenTo(series.seconds());
        for (int row = 0; row < series.rows(); row++) {
            long start = series.startOf(row);
            if (start < from || start >= to) {
                continue;
            }
            for (SampleColumn column : COLUMNS) {
                int c = column.ordinal();
                if (counts && column.rate && series.has(row, c)) {
                    // A rate is per second; its weight is in milliseconds.
                    into.addAmount(column, series.weightedSum(row, c) / 1000);
                }
            }
            into.series().addRow(start, series, row);
            if (counts) {
                into.seen(start, start);
            }
        }
    }

    @Override
    public void clearCounts(SampleTotals totals) {
        for (SampleColumn column : COLUMNS) {
            totals.addAmount(column, -totals.amount(column));
        }
    }
}
