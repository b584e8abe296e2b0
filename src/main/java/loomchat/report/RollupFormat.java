package loomchat.report;

import java.io.IOException;
import java.util.List;

/** What of a tally goes into a rollup file, and how it comes out again: one for each record. */
interface RollupFormat<T extends Tally<T, P>, P> {
    /** The finest buckets that are worth keeping: a rollup must stay small beside its segment. */
    long finestSeconds();

    T tally(long from, long to, long bucketSeconds, int mostRows);

    /** What several parts that follow each other in a file say together. */
    P join(List<P> parts);

    long seriesSeconds(T tally);

    void writeSums(RollupOut out, T tally, P parts) throws IOException;

    void writeSeries(RollupOut out, String prefix, T tally, long leastSeconds) throws IOException;

    P readSums(RollupIn in, T tally) throws IOException;

    /** Adds the buckets of a summed-up segment that begin in a range: all that is known of a part of it. */
    void addBuckets(T into, T segment, long from, long to);

    void readSeries(RollupIn in, String prefix, T tally) throws IOException;
}
