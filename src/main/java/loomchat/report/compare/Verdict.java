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
    UNKNOWN("noise not known", "");

    /** A smaller share than this is not worth a word, however sure it is. */
    static final double LEAST_SHARE = 0.01;
    /** When a difference of this share can be ruled out, the two are the same. */
    static final double SAME_SHARE = 0.03;

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
        double share = Math.abs(difference.share());
        if (!difference.isSeen() || share < LEAST_SHARE) {
            boolean never = difference.difference() == 0 && difference.margin() == 0;
            return never || share + difference.marginShare() < SAME_SHARE ? SAME : NOT_SEEN;
        }
        return switch (better) {
            case NEITHER -> DIFFERENT;
            case LOWER -> difference.difference() < 0 ? BETTER : WORSE;
            case HIGHER -> difference.difference() > 0 ? BETTER : WORSE;
        };
    }
}
