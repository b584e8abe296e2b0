package loomchat.report.compare;

import loomchat.statistics.Difference;
import loomchat.statistics.Finding;

/** What a difference comes to. */
enum Verdict {
    BETTER("better", "good"),
    WORSE("worse", "bad"),
    /** It differs, and neither is the better one. */
    DIFFERENT(Finding.SEEN.word, ""),
    SAME(Finding.SAME.word, ""),
    NOT_SEEN(Finding.NOT_SEEN.word, ""),
    UNKNOWN(Finding.UNKNOWN.word, ""),
    UNEVEN(Finding.UNEVEN.word, ""),
    /** Too little was measured, such as half a second of CPU. */
    TOO_LITTLE("too little to tell", ""),
    /** One of the two is not valid or was interrupted. */
    NOT_JUDGED("not judged", "");

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
        return switch (difference.finding()) {
            case SEEN -> better(difference, better);
            case SAME -> SAME;
            case NOT_SEEN -> NOT_SEEN;
            case UNEVEN -> UNEVEN;
            case UNKNOWN -> UNKNOWN;
        };
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
