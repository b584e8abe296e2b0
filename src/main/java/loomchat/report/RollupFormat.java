package loomchat.report;

import java.io.IOException;

/** What of a tally goes into a rollup file, and how it comes out again: one for each log. */
interface RollupFormat<T extends Tally<T>> {
    /** The finest buckets that are worth keeping: a rollup must stay small beside its segment. */
    long finestSeconds();

    T tally(long from, long to, long bucketSeconds);

    LineReader<T> reader(T tally);

    default LineReader<T> reader(long from, long to, long bucketSeconds) {
        return reader(tally(from, to, bucketSeconds));
    }

    void writeSums(RollupOut out, T tally, ChunkEvents events) throws IOException;

    /** Writes the series with buckets of at least this width. */
    void writeSeries(RollupOut out, String prefix, T tally, long leastSeconds) throws IOException;

    ChunkEvents readSums(RollupIn in, T tally) throws IOException;

    void readSeries(RollupIn in, String prefix, T tally) throws IOException;

    /** Adds the buckets of a summed-up segment that begin in a range: all that is known of a part of it. */
    void addBuckets(T into, T segment, long from, long to);
}
