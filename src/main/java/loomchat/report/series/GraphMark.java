package loomchat.report.series;

/** A mark on the time axis of the graphs. {@code text} comes from the log and is shown escaped. */
public record GraphMark(long millis, Kind kind, String id, String text) implements Comparable<GraphMark> {
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

    private static final int MOST_TEXT = 200;

    public GraphMark {
        text = cut(text);
        id = cut(id);
    }

    /** The same, told of this node. */
    public GraphMark of(String node) {
        return new GraphMark(millis, kind, id, node + ": " + text);
    }

    @Override
    public int compareTo(GraphMark other) {
        return Long.compare(millis, other.millis);
    }

    private static String cut(String text) {
        return text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT - 1) + "…";
    }
}
