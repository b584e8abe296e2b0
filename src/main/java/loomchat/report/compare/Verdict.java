package loomchat.report.compare;

import loomchat.statistics.Difference;

/** What a difference comes to. */
enum Verdict {
    BETTER("better", "good"),
    WORSE("worse", "bad"),
    /** It differs, and neither is the better one. */
    DIFFERENT("different", ""),
    /** A difference that would matter can be ruled out. */
    SAME("same", ""),
    /** The two may be the same, or noise hides a difference. */
    NOT_SEEN("no difference seen", ""),
    /** There are too few values, or none, to know the noise. */
    UNKNOWN("noise not known", ""),
    /** Noise is as large as the value itself. */
    UNEVEN("too short or too uneven to tell", ""),
    /** Too little was measured, such as half a second of CPU. */
    TOO_LITTLE("too little to tell", ""),
    /** One of the two is not valid or was interrupted. */
    NOT_JUDGED("not judged", "");

    /** A smaller share than this is not worth a word, however sure it is. */
    static final double LEAST_SHARE = 0.01;
    /** When a difference of this share can be ruled out, the two are the same. */
    static final double SAME_SHARE = 0.03;
    /** Noise of a greater share hides whatever there is to see. */
    static final double MOST_NOISE = 1;
    /** Where the noise is not known, a latency that is this many times as high or as low counts all the same. */
    static final double COARSE = 3;

    final String word;
    /** The style of its chip; may be empty. */
    final String style;

    Verdict(String word, String style) {
        this.word = word;
        this.style = style;
    }

    static Verdict of(Difference difference, Metric.Better better) {
        if (Double.isNaN(difference.margin())) {
            return UNKNOWN;
        }
        if (!difference.isSeen() && difference.marginShare() > MOST_NOISE) {
            return UNEVEN;
        }
        double share = Math.abs(difference.share());
        if (!difference.isSeen() || share < LEAST_SHARE) {
            boolean never = difference.difference() == 0 && difference.margin() == 0;
            return never || share + difference.marginShare() < SAME_SHARE ? SAME : NOT_SEEN;
        }
        return better(difference, better);
    }

    /** Of what users feel: where the noise is not known, the coarse limit holds. */
    static Verdict ofLatency(Difference difference) {
        Verdict verdict = of(difference, Metric.Better.LOWER);
        double times = difference.second() / difference.first();
        boolean far = times >= COARSE || times <= 1 / COARSE;
        return far && (verdict == UNKNOWN || verdict == UNEVEN) ? better(difference, Metric.Better.LOWER) : verdict;
    }

    private static Verdict better(Difference difference, Metric.Better better) {
        return switch (better) {
            case NEITHER -> DIFFERENT;
            case LOWER -> difference.difference() < 0 ? BETTER : WORSE;
            case HIGHER -> difference.difference() > 0 ? BETTER : WORSE;
        };
    }
}
