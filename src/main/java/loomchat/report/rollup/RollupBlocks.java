package loomchat.report.rollup;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import loomchat.report.scan.LogScanner.Range;
import loomchat.report.series.LogTimes;

/**
 * The last part of a rollup: the sums and distributions of each block of the segment, which is some bytes of whole
 * lines. A range that cuts through the segment adds up the blocks that lie in it and reads the lines of the few others,
 * so that it is exact. Filled by the scanning threads, each block once; read by one thread.
 */
final class RollupBlocks {
    /** A segment has about this many at most: as many lines as one of them has are read at each end of a range. */
    private static final int MOST = 128;

    private static final int FIELDS = 6;
    private static final byte[] OPEN = "{\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CLOSE = "\n}".getBytes(StandardCharsets.US_ASCII);

    /**
     * A block.
     *
     * @param first the least time of its lines, {@link LogTimes#UNKNOWN} without one
     * @param last the greatest
     * @param untimed how many lines have no time that can be read
     * @param at where its sums begin, in the bytes that they were read from
     * @param length of these
     */
    record Block(Range bytes, long first, long last, long untimed, int at, int length) {
        boolean isWithin(long from, long to) {
            return untimed == 0 && first != LogTimes.UNKNOWN && first > from && last < to;
        }

        /** One millisecond more on both sides: a sample counts for the time before its own. */
        boolean overlaps(long from, long to) {
            return untimed > 0 || first != LogTimes.UNKNOWN && last >= from && first - 1 < to;
        }

        /** Whether most of it lies in a range, as far as its times tell. */
        boolean isMostlyWithin(long from, long to) {
            long middle = first + (last - first) / 2;
            return first != LogTimes.UNKNOWN && middle >= from && middle < to;
        }
    }

    /** How many parts of a file make a block. */
    static int partsInBlock(int parts) {
        return Math.max(1, (parts + MOST - 1) / MOST);
    }

    private final Block[] blocks;
    private final byte[][] sums;

    RollupBlocks(int count) {
        blocks = new Block[count];
        sums = new byte[count][];
    }

    void set(int number, Block block, byte[] sumsOfBlock) {
        blocks[number] = block;
        sums[number] = sumsOfBlock;
    }

    /** The part of the file without the bracket that closes it. */
    byte[] written() throws IOException {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        long[] index = new long[FIELDS * blocks.length];
        for (int i = 0; i < blocks.length; i++) {
            Block block = blocks[i];
            records.writeBytes(OPEN);
            long[] fields = {
                block.bytes.from(), block.bytes.to(), block.first, block.last, block.untimed, sums[i].length
            };
            System.arraycopy(fields, 0, index, FIELDS * i, FIELDS);
            records.writeBytes(sums[i]);
            records.writeBytes(CLOSE);
            records.write(i + 1 < blocks.length ? ',' : ']');
        }
        RollupWriter out = new RollupWriter();
        out.longs("blocks", index);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(out.bytes());
        whole.writeBytes(",\n\"blockSums\":[\n".getBytes(StandardCharsets.US_ASCII));
        whole.writeBytes(records.size() == 0 ? "]".getBytes(StandardCharsets.US_ASCII) : records.toByteArray());
        return whole.toByteArray();
    }

    /** The blocks whose index begins at {@code from}, in bytes that were checked. */
    static Block[] read(byte[] bytes, int from, int to) throws IOException {
        RollupReader in = new RollupReader(bytes, from, to, 2);
        long[] index = in.longs("blocks");
        Block[] blocks = new Block[index.length / FIELDS];
        int at = in.end();
        for (int i = 0; i < blocks.length; i++) {
            long[] fields = Arrays.copyOfRange(index, FIELDS * i, FIELDS * (i + 1));
            at += OPEN.length;
            blocks[i] =
                    new Block(new Range(fields[0], fields[1]), fields[2], fields[3], fields[4], at, (int) fields[5]);
            at += (int) fields[5] + CLOSE.length + 1;
        }
        return blocks;
    }
}
