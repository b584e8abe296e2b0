package loomchat.report;

import java.io.IOException;

/** What the rollup of a segment of {@code bandwidth} holds. No state. */
final class SampleRollup implements RollupFormat<SampleTally> {
    private static final SampleColumn[] COLUMNS = SampleColumn.values();
    private static final int CELL = 4;

    /** Samples come once a second: by the second, a rollup would be as large as they are. */
    @Override
    public long finestSeconds() {
        return 60;
    }

    @Override
    public SampleTally tally(long from, long to, long bucketSeconds) {
        return new SampleTally(from, to, bucketSeconds);
    }

    @Override
    public LineReader<SampleTally> reader(SampleTally tally) {
        return new SampleLines(tally);
    }

    @Override
    public void writeSums(RollupOut out, SampleTally tally, ChunkEvents events) throws IOException {
        Spans spans = events.spans();
        out.longs("totals", tally.lines(), tally.skipped(), tally.torn(), tally.samples());
        out.doubles("amounts", COLUMNS.length, i -> tally.amount(COLUMNS[i]));
        out.longs("spans", 2 * spans.size(), i -> i % 2 == 0 ? spans.from(i / 2) : spans.to(i / 2));
    }

    @Override
    public void writeSeries(RollupOut out, String prefix, SampleTally tally, long leastSeconds) throws IOException {
        GaugeSeries series = tally.series().copy(leastSeconds);
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
                    default -> series.max(row, c);
                };
            });
        }
    }

    @Override
    public ChunkEvents readSums(RollupIn in, SampleTally tally) throws IOException {
        long[] stored = in.longs("totals");
        tally.restore(stored[0], stored[1], stored[2]);
        tally.restoreSamples(stored[3]);
        double[] amounts = in.doubles("amounts");
        for (SampleColumn each : COLUMNS) {
            tally.addAmount(each, amounts[each.ordinal()]);
        }
        ChunkEvents events = new ChunkEvents();
        long[] bounds = in.longs("spans");
        for (int i = 0; i + 1 < bounds.length; i += 2) {
            events.spans().add(bounds[i], bounds[i + 1]);
        }
        return events;
    }

    @Override
    public void readSeries(RollupIn in, String prefix, SampleTally tally) throws IOException {
        long[] starts = in.longs(prefix + "Starts");
        for (SampleColumn column : COLUMNS) {
            double[] cells = in.doubles(prefix + "." + column.key);
            for (int i = 0; i < starts.length; i++) {
                double weight = cells[i * CELL + 1];
                if (weight > 0) {
                    tally.series()
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
    public void addBuckets(SampleTally into, SampleTally segment, long from, long to) {
        GaugeSeries series = segment.series();
        into.series().widenTo(series.seconds());
        for (int row = 0; row < series.rows(); row++) {
            long start = series.startOf(row);
            if (start < from || start >= to) {
                continue;
            }
            for (SampleColumn column : COLUMNS) {
                int c = column.ordinal();
                if (column.rate && series.has(row, c)) {
                    // A rate is per second and weighted with milliseconds.
                    into.addAmount(column, series.weightedSum(row, c) / 1000);
                }
            }
            into.series().addRow(start, series, row);
            into.seen(start, start);
        }
    }
}
