package loomchat.report.compare;

import loomchat.statistics.CoarseLimit;
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
    /** A latency that is mostly the lateness of the client that measured it. */
    OWN("mostly the load client's own", ""),
    /** One of the two is not valid or was interrupted. */
    NOT_JUDGED("not judged", "");

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

    /**
     * Of what users feel: where the noise is not known, the coarse limit holds.
     *
     * @param late how late the load client was itself, in milliseconds
     */
    static Verdict ofLatency(Difference difference, double late) {
        Verdict verdict = of(difference, Metric.Better.LOWER);
        boolean unknown = verdict == UNKNOWN || verdict == UNEVEN;
        return unknown && CoarseLimit.isExceeded(difference.first(), difference.second(), late)
                ? better(difference, Metric.Better.LOWER)
                : verdict;
    }

    /**
     * Of a latency that is mostly the load client's own in a or b: far more than there is worse, and nothing is better
     * than what was no measure of the server.
     *
     * @param secondOwn whether it is in b
     */
    static Verdict ofOwnLatency(Difference difference, double late, boolean secondOwn) {
        boolean isWorse = difference.second() > difference.first()
                && CoarseLimit.isExceeded(difference.first(), difference.second(), late);
        return isWorse && !secondOwn ? WORSE : OWN;
    }

    private static Verdict better(Difference difference, Metric.Better better) {
        return switch (better) {
            case NEITHER -> DIFFERENT;
            case LOWER -> difference.difference() < 0 ? BETTER : WORSE;
            case HIGHER -> difference.difference() > 0 ? BETTER : WORSE;
        };
    }
}
