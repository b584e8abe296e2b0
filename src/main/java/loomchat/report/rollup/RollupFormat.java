package loomchat.report.rollup;

import java.io.IOException;
import loomchat.report.scan.LineReader;
import loomchat.report.series.ChunkEvents;
import loomchat.report.series.LogTotals;

/** How the totals of one log are written to a rollup file and read back. */
public interface RollupFormat<T extends LogTotals<T>> {
    /** The finest buckets that are kept: a rollup must stay much smaller than its segment. */
    long finestSeconds();

    T totals(long from, long to, long bucketSeconds);

    LineReader<T> reader(T totals);

    default LineReader<T> reader(long from, long to, long bucketSeconds) {
        return reader(totals(from, to, bucketSeconds));
    }

    void writeSums(RollupWriter out, T totals, ChunkEvents events) throws IOException;

    /** Writes the series with buckets of at least this width. */
    void writeSeries(RollupWriter out, String prefix, T totals, long leastSeconds) throws IOException;

    ChunkEvents readSums(RollupReader in, T totals) throws IOException;

    void readSeries(RollupReader in, String prefix, T totals) throws IOException;

    /**
     * Adds those buckets of a segment that begin in a range; {@code counts} says whether their sums count, too, or
     * only the series.
     */
    void addBuckets(T into, T segment, long from, long to, boolean counts);

    /** Sets the sums to 0 to which {@link #addBuckets} adds. */
    void clearCounts(T totals);
}
