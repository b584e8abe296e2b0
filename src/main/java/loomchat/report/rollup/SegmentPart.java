package loomchat.report.rollup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import loomchat.report.scan.LogScanner.Range;
import loomchat.report.series.LogTotals;

/**
 * What lies in a range of a segment that the range cuts through: blocks that lie in it are added up from the rollup,
 * the few others are read line by line. In the series, that is the bucket in which the range begins and the one in
 * which it ends; buckets between them come from the rollup. One thread.
 */
public final class SegmentPart<T extends LogTotals<T>> {
    private final RollupFormat<T> format;
    private final byte[] bytes;
    private final List<RollupBlocks.Block> blocks;
    private final long from;
    private final long to;
    private final long fineMillis;

    SegmentPart(
            RollupFormat<T> format,
            byte[] bytes,
            List<RollupBlocks.Block> blocks,
            long from,
            long to,
            long fineSeconds) {
        this.format = format;
        this.bytes = bytes;
        this.blocks = blocks;
        this.from = from;
        this.to = to;
        this.fineMillis = fineSeconds * 1000;
    }

    /** Whether the rollup tells of blocks; those of older versions do not. */
    public boolean isKnown() {
        return !blocks.isEmpty();
    }

    /** The bytes of all blocks that may have a line of the range. */
    public List<Range> overlapping() {
        return blocks.stream()
                .filter(each -> each.overlaps(from, to))
                .map(RollupBlocks.Block::bytes)
                .toList();
    }

    /** The bytes of the blocks whose lines have to be read beside {@link #addTo}. */
    public List<Range> cut() {
        List<Range> cut = new ArrayList<>();
        for (RollupBlocks.Block each : blocks) {
            if (each.overlaps(from, to) && !isWhole(each)) {
                cut.add(each.bytes());
            }
        }
        return cut;
    }

    /**
     * Adds what lies in the range, for a segment whose lines are there.
     *
     * @param fine the rollup with its fine series
     * @param cutLines what the lines of {@link #cut} add up to, in buckets of the same width
     */
    public void addTo(T into, T fine, T cutLines) throws IOException {
        for (RollupBlocks.Block each : blocks) {
            if (each.overlaps(from, to) && isWhole(each)) {
                add(each, into);
            }
        }
        into.mergeSums(cutLines);
        long first = ceiling(from);
        long last = to == Long.MAX_VALUE ? to : floor(to);
        format.addBuckets(into, fine, first, last, false);
        // The lines that were read are in these buckets, too, but for those in which the range begins and ends.
        if (first > from) {
            format.addBuckets(into, cutLines, floor(from), first, false);
        }
        if (last < to && last >= first) {
            format.addBuckets(into, cutLines, last, to, false);
        }
    }

    /**
     * Adds what is known of the range where the lines are gone: whole buckets of the series, and of everything else
     * those blocks that lie mostly in the range.
     */
    public void addKnownTo(T into, T fine) throws IOException {
        format.addBuckets(into, fine, from, to, true);
        T whole = format.totals(from, to, 1);
        for (RollupBlocks.Block each : blocks) {
            if (each.isMostlyWithin(from, to)) {
                add(each, whole);
            }
        }
        format.clearCounts(whole);
        into.mergeSums(whole);
    }

    private void add(RollupBlocks.Block block, T into) throws IOException {
        format.readSums(new RollupReader(bytes, block.at(), block.at() + block.length()), into);
        into.seen(block.first(), block.last());
    }

    /** Whether all of its lines lie in the range and none in a bucket that does not. */
    private boolean isWhole(RollupBlocks.Block block) {
        return block.isWithin(from, to)
                && (ceiling(from) == from || block.first() > ceiling(from))
                && (to == Long.MAX_VALUE || floor(to) == to || block.last() < floor(to));
    }

    private long floor(long millis) {
        return Math.floorDiv(millis, fineMillis) * fineMillis;
    }

    private long ceiling(long millis) {
        return millis < 0 ? millis : -floor(-millis);
    }
}
