package loomchat.statistics;

/** What a difference comes to beside its noise: one rule and one word, wherever two measurements are compared. */
public enum Finding {
    /** It is larger than noise explains. */
    SEEN("different"),
    /** A difference of {@link #SAME_SHARE} or more can be ruled out. */
    SAME("same"),
    /** The two may be the same, or noise hides a difference. */
    NOT_SEEN("no difference seen"),
    /** Noise is as large as the value itself. */
    UNEVEN("too short or too uneven to tell"),
    /** There are too few values, or none, to know the noise. */
    UNKNOWN("noise not known");

    /** A smaller share than this is not worth a word, however sure it is. */
    private static final double LEAST_SHARE = 0.01;
    /** When a difference of this share can be ruled out, the two are the same. */
    private static final double SAME_SHARE = 0.03;
    /** Noise of a greater share hides whatever there is to see. */
    public static final double MOST_NOISE = 1;

    public final String word;

    Finding(String word) {
        this.word = word;
    }

    /**
     * @param share by which the two differ
     * @param noise by which they may be apart without a reason, as a share too; NaN where nobody can tell
     */
    public static Finding of(double share, double noise) {
        double size = Math.abs(share);
        if (Double.isNaN(noise)) {
            return UNKNOWN;
        }
        if (size <= noise && noise > MOST_NOISE) {
            return UNEVEN;
        }
        return size > noise && size >= LEAST_SHARE ? SEEN : size + noise < SAME_SHARE ? SAME : NOT_SEEN;
    }
}
