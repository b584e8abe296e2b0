package loomchat.statistics;

/**
 * What holds where the noise of a figure is not known, and of a latency beside the lateness of the load client that
 * measured it: one rule, wherever two measurements are compared. No state.
 */
public final class CoarseLimit {
    /** So many times as much or as little counts, and no change that is smaller. */
    public static final int TIMES = 3;
    /** In milliseconds: below that, nobody minds whose it is. */
    private static final double NOTICEABLE = 5;

    private CoarseLimit() {}

    /**
     * Whether a change counts although the noise is not known.
     *
     * @param late how late the load client was itself, in the unit of the figure: no change by less counts
     */
    public static boolean isExceeded(double before, double now, double late) {
        boolean far = now >= TIMES * before || TIMES * now <= before;
        return far && Math.abs(now - before) > late;
    }

    /** Whether a latency is mostly the lateness of the load client, both in milliseconds and at the same percentile. */
    public static boolean isOwn(double late, double measured) {
        return late > NOTICEABLE && late > measured / 2;
    }
}
