package loomchat.graph;

import java.util.Arrays;
import java.util.List;

/**
 * A graph over time: one or more lines over the same buckets of time, marks, and load tests. The arrays are not copied.
 *
 * @param id its name in the page, of letters, digits and hyphens
 * @param loadTests shaded
 */
public record TimeGraph(
        String id, String title, Unit unit, Times times, List<Line> lines, List<Mark> marks, List<Span> loadTests) {
    /** Without load tests. */
    public TimeGraph(String id, String title, Unit unit, Times times, List<Line> lines, List<Mark> marks) {
        this(id, title, unit, times, lines, marks, List.of());
    }

    /**
     * The axis of time, in milliseconds since the epoch or since a start.
     *
     * @param bucketMillis width of a bucket; a gap of more than half a bucket interrupts the lines
     * @param starts of the buckets that have a value, in order
     */
    public record Times(long from, long to, long bucketMillis, long[] starts, boolean sinceStart) {
        /** Since the epoch. */
        public Times(long from, long to, long bucketMillis, long[] starts) {
            this(from, to, bucketMillis, starts, false);
        }

        /** Since a start, until {@code to}. */
        public static Times sinceStart(long to, long bucketMillis, long[] starts) {
            return new Times(0, to, bucketMillis, starts, true);
        }

        /** A label of the axis. */
        String tick(long at) {
            return sinceStart ? Numbers.sinceStart(at) : Numbers.tick(at, range());
        }

        int rows() {
            return starts.length;
        }

        boolean hasBucketsOf(Times other) {
            return bucketMillis == other.bucketMillis && Arrays.equals(starts, other.starts);
        }

        long range() {
            return Math.max(1, to - from);
        }

        /** Where a bucket is drawn: at the middle of its part in the range. */
        long middle(int row) {
            return (Math.max(starts[row], from) + Math.min(starts[row] + bucketMillis, to)) / 2;
        }

        boolean isAfterGap(int row) {
            return row > 0 && starts[row] - starts[row - 1] > bucketMillis * 3 / 2;
        }
    }

    /**
     * A value for each bucket, NaN for none.
     *
     * @param min the least value in each bucket, or null where only means are known
     * @param max the greatest, or null as well
     */
    public record Line(String label, double[] mean, double[] min, double[] max) {
        /** The greatest value of a bucket, as far as it is known. */
        double top(int row) {
            return max == null || Double.isNaN(max[row]) ? mean[row] : max[row];
        }

        boolean hasBand() {
            return max != null;
        }
    }

    /**
     * Something that happened.
     *
     * @param kind {@code start}, {@code stop}, {@code crash}, {@code load test start}, {@code load test end} or another
     *     name
     * @param id pairs the start of a load test with its end, else empty
     */
    public record Mark(long millis, String kind, String id, String text) {
        static final String TEST_START = "load test start";
        static final String TEST_END = "load test end";

        boolean isOfLoadTest() {
            return kind.equals(TEST_START) || kind.equals(TEST_END);
        }
    }

    /** When a load test ran; its ends may lie outside of the graph. */
    public record Span(long from, long to, String text) {}

    /** Whether its only line needs no name beside the title. */
    boolean isOfOneValue() {
        return lines.size() == 1 && lines.getFirst().label.isEmpty();
    }

    /** Whether there is no value at all. */
    public boolean isEmpty() {
        return lines.stream().noneMatch(line -> Arrays.stream(line.mean).anyMatch(each -> !Double.isNaN(each)));
    }

    /** The greatest value of all lines. */
    public double greatest() {
        double greatest = 0;
        for (Line line : lines) {
            for (int row = 0; row < times.rows(); row++) {
                greatest = Double.isNaN(line.top(row)) ? greatest : Math.max(greatest, line.top(row));
            }
        }
        return greatest;
    }

    /** The least mean of all lines that is above 0; 1 without one. */
    double leastAboveZero() {
        return lines.stream()
                .flatMapToDouble(line -> Arrays.stream(line.mean))
                .filter(each -> each > 0)
                .min()
                .orElse(1);
    }
}
