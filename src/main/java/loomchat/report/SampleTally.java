package loomchat.report;

import java.util.Arrays;

/**
 * What lines of {@code bandwidth.jsonl} add up to. Owned by one scanning thread; merged by the thread that asked for the
 * scan when all are done. Samples outside {@code from} (inclusive) to {@code to} (exclusive) count for {@link Spans} only.
 */
final class SampleTally implements Tally<SampleTally, Spans> {
    private static final SampleColumn[] COLUMNS = SampleColumn.values();
    /** A sample that says it covers more than this is taken for a shorter one, so that no line outweighs a year. */
    private static final long LONGEST_SAMPLE_MILLIS = 3_600_000;

    final long from;
    final long to;
    final GaugeSeries series;
    /** Sums over all samples of the columns that are amounts. */
    final double[] amounts = new double[COLUMNS.length];

    long lines;
    long skipped;
    long torn;
    long samples;
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;

    private final SampleLines canonical = new SampleLines();
    private final SampleJson json = new SampleJson();
    private Spans spans = new Spans();

    SampleTally(long from, long to, long bucketSeconds, int mostRows) {
        this.from = from;
        this.to = to;
        this.series = new GaugeSeries(COLUMNS.length, bucketSeconds, mostRows);
    }

    @Override
    public int fast(byte[] bytes, int at, int limit) {
        int next = canonical.read(bytes, at, limit);
        if (next >= 0) {
            add(canonical.sample);
        }
        return next;
    }

    @Override
    public boolean slow(byte[] bytes, int start, int end) {
        boolean read = json.read(bytes, start, end);
        if (read) {
            add(json.sample);
        }
        return read;
    }

    @Override
    public void skipped() {
        lines++;
        skipped++;
    }

    @Override
    public long first() {
        return first;
    }

    @Override
    public long last() {
        return last;
    }

    @Override
    public void spans(long start, long end) {
        if (start != Times.UNKNOWN) {
            first = Math.min(first, start);
            last = Math.max(last, end);
        }
    }

    @Override
    public long lines() {
        return lines;
    }

    @Override
    public long skippedLines() {
        return skipped;
    }

    @Override
    public void torn() {
        torn++;
    }

    @Override
    public void beginPart() {
        spans = new Spans();
    }

    @Override
    public Spans endPart() {
        return spans;
    }

    @Override
    public void merge(SampleTally other) {
        lines += other.lines;
        skipped += other.skipped;
        torn += other.torn;
        samples += other.samples;
        first = Math.min(first, other.first);
        last = Math.max(last, other.last);
        Arrays.setAll(amounts, i -> amounts[i] + other.amounts[i]);
        series.merge(other.series);
    }

    private void add(Sample sample) {
        lines++;
        if (sample.millis == Times.UNKNOWN) {
            return;
        }
        long length = Math.min(sample.length, LONGEST_SAMPLE_MILLIS);
        spans.add(sample.millis - length, sample.millis);
        // A sample belongs to the time it covers, which its own time is the end of.
        long within = Math.max(0, sample.millis - 1);
        if (within < from || within >= to) {
            return;
        }
        samples++;
        first = Math.min(first, sample.millis);
        last = Math.max(last, sample.millis);
        for (SampleColumn column : COLUMNS) {
            double value = sample.values[column.ordinal()];
            if (Double.isNaN(value)) {
                continue;
            }
            if (column.rate) {
                amounts[column.ordinal()] += value;
                value = value * 1000 / length;
            }
            series.add(within, column.ordinal(), value, length);
        }
    }
}
