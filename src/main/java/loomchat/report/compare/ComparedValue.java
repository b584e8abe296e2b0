package loomchat.report.compare;

import loomchat.report.render.HumanFormat;
import loomchat.statistics.Difference;

/**
 * One line of a comparison.
 *
 * @param more in a sentence, for a greater value
 * @param less for a smaller one
 * @param difference its margin is NaN where the noise is not known, as of a single count
 */
record ComparedValue(
        String key, String title, String more, String less, Metric.Unit unit, Difference difference, Verdict verdict) {
    static ComparedValue of(Metric metric, Difference difference) {
        return new ComparedValue(
                metric.key,
                metric.title,
                "more",
                metric.less,
                metric.unit,
                difference,
                Verdict.of(difference, metric.better));
    }

    static ComparedValue ofLatency(String figure, String title, Difference difference) {
        return new ComparedValue(
                figure,
                title,
                "higher",
                "lower",
                Metric.Unit.MILLIS,
                difference,
                Verdict.of(difference, Metric.Better.LOWER));
    }

    /** Of a number that comes once: its noise is not known. */
    static ComparedValue single(String key, String title, Metric.Unit unit, double first, double second) {
        return new ComparedValue(
                key,
                title,
                "more",
                "fewer",
                unit,
                new Difference(first, second, second - first, Double.NaN),
                Verdict.UNKNOWN);
    }

    /** Of a count of faults: one more is worse, whatever the noise. */
    static ComparedValue faults(String key, String title, double first, double second) {
        Verdict verdict = first == second ? Verdict.SAME : second < first ? Verdict.BETTER : Verdict.WORSE;
        return new ComparedValue(
                key,
                title,
                "more",
                "fewer",
                Metric.Unit.COUNT,
                new Difference(first, second, second - first, 0),
                verdict);
    }

    boolean isSeen() {
        return verdict == Verdict.BETTER || verdict == Verdict.WORSE || verdict == Verdict.DIFFERENT;
    }

    /** The difference with its sign, and its margin where that is known. */
    String change() {
        if (Double.isNaN(difference.difference())) {
            return "–";
        }
        if (!Double.isFinite(difference.share())) {
            return difference.difference() == 0 ? "0" : signed(unit.format(Math.abs(difference.difference())));
        }
        double margin = difference.marginShare();
        return signed(percent(Math.abs(difference.share())))
                + (Double.isNaN(margin) || margin == 0 ? "" : " (±" + percent(margin) + ")");
    }

    /** Without a sign where nothing is left of it. */
    private String signed(String size) {
        if (size.matches("0( .*)?")) {
            return size;
        }
        return (difference.difference() < 0 ? "−" : difference.difference() > 0 ? "+" : "") + size;
    }

    /** What is to say of it in a sentence. */
    String sentence() {
        String what = lowerFirst(title);
        return switch (verdict) {
            case BETTER, WORSE, DIFFERENT -> {
                String direction = difference.difference() < 0 ? less : more;
                String end = verdict == Verdict.DIFFERENT ? "." : ": " + verdict.word + ".";
                if (!Double.isFinite(difference.share())) {
                    yield title + " went from " + unit.format(difference.first()) + " in a to "
                            + unit.format(difference.second()) + " in b" + end;
                }
                String margin = difference.margin() == 0 ? "" : " (±" + percent(difference.marginShare()) + ")";
                yield "b had " + percent(Math.abs(difference.share())) + margin + " " + direction + " " + what + end;
            }
            case SAME -> title + " was the same" + (difference.difference() == 0 ? "." : " to within 3 %.");
            case NOT_SEEN ->
                "No difference seen in " + what
                        + (Double.isFinite(difference.marginShare())
                                ? ": one of less than " + percent(difference.marginShare()) + " would not show."
                                : ".");
            case UNKNOWN -> "How much " + what + " varies by itself is not known.";
        };
    }

    private static String lowerFirst(String text) {
        return Character.isUpperCase(text.charAt(1)) ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }

    static String percent(double share) {
        return HumanFormat.number(significant(share * 100)) + " %";
    }

    private static double significant(double percent) {
        return percent >= 10 ? Math.rint(percent) : Math.rint(percent * 10) / 10;
    }
}
