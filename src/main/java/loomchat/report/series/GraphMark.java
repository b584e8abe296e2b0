package loomchat.report.series;

/**
 * A mark on the time axis of the graphs. {@code text} comes from the log and is shown escaped.
 *
 * @param id of a load test, else empty
 * @param loadTest what its client said, else {@link LoadTest#NONE}
 */
public record GraphMark(long millis, Kind kind, String id, String text, LoadTest loadTest)
        implements Comparable<GraphMark> {
    public enum Kind {
        START("start"),
        CRASH("crash"),
        STOP("stop"),
        STALL("log stall"),
        FILE("log file replaced"),
        LOAD_TEST_START("load test start"),
        LOAD_TEST_END("load test end");

        public final String label;

        Kind(String label) {
            this.label = label;
        }

        public static Kind of(String label) {
            for (Kind each : values()) {
                if (each.label.equals(label)) {
                    return each;
                }
            }
            throw new IllegalArgumentException("unknown mark " + label);
        }
    }

    /**
     * What a load client said of its run, at the begin or at the end. A string is empty and a number below zero when it was
     * not told.
     *
     * @param clients how many it simulates; told at the begin, all below at the end
     * @param result {@code passed}, {@code failed}, {@code overloaded} or {@code interrupted}
     * @param missed the thresholds that were missed, in words
     * @param p99Millis 99th percentile of the time from when a message should have been sent to its arrival
     * @param messagesPerSecond messages delivered a second
     * @param lost messages lost
     */
    public record LoadTest(
            String scenario,
            long clients,
            String result,
            String missed,
            double p99Millis,
            double messagesPerSecond,
            long lost) {
        public static final LoadTest NONE = new LoadTest("", -1, "", "", -1, -1, -1);
    }

    private static final int MOST_TEXT = 200;

    public GraphMark(long millis, Kind kind, String id, String text) {
        this(millis, kind, id, text, LoadTest.NONE);
    }

    public GraphMark {
        text = cut(text);
        id = cut(id);
    }

    /** The same, told of this node. */
    public GraphMark of(String node) {
        return new GraphMark(millis, kind, id, node + ": " + text, loadTest);
    }

    @Override
    public int compareTo(GraphMark other) {
        return Long.compare(millis, other.millis);
    }

    private static String cut(String text) {
        return text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT - 1) + "…";
    }
}
