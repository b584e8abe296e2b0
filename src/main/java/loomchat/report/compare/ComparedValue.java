package loomchat.report.compare;

import loomchat.graph.Unit;
import loomchat.report.render.HumanFormat;
import loomchat.statistics.Difference;
import loomchat.statistics.Finding;

/**
 * One line of a comparison.
 *
 * @param more in a sentence, for a greater value
 * @param less for a smaller one
 * @param difference its margin is NaN where the noise is not known, as of a single count
 */
record ComparedValue(
        String key, String title, String more, String less, Unit unit, Difference difference, Verdict verdict) {
    /** From here on, a factor says more than a share. */
    private static final double LEAST_TIMES = 10;

    private static final String COARSE_LIMIT = " (coarse limit)";

    static ComparedValue of(Metric metric, Difference difference, Verdict verdict) {
        return new ComparedValue(metric.key, metric.title, "more", metric.less, metric.unit, difference, verdict);
    }

    static ComparedValue ofLatency(String key, String title, Difference difference, Verdict verdict) {
        return new ComparedValue(key, title, "higher", "lower", Unit.MILLIS, difference, verdict);
    }

    /** Of a number that comes once: its noise is not known. */
    static ComparedValue single(String key, String title, Unit unit, double first, double second) {
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
                key, title, "more", "fewer", Unit.COUNT, new Difference(first, second, second - first, 0), verdict);
    }

    boolean isSeen() {
        return verdict == Verdict.BETTER || verdict == Verdict.WORSE || verdict == Verdict.DIFFERENT;
    }

    /** Whether it is better or worse although the noise is not known. */
    private boolean isCoarse() {
        return (verdict == Verdict.BETTER || verdict == Verdict.WORSE) && !difference.isSeen();
    }

    /** The verdict in words, with the limit by which it came about. */
    String verdictInWords() {
        return verdict.word + (isCoarse() ? COARSE_LIMIT : "");
    }

    /** The same without a verdict. */
    ComparedValue judged(Verdict other) {
        return new ComparedValue(key, title, more, less, unit, difference, other);
    }

    private double times() {
        return difference.first() > 0 ? difference.second() / difference.first() : Double.NaN;
    }

    /** Such as {@code 77 times} or {@code 1/77}; empty where a share says it better. */
    private String factor() {
        double times = times();
        return times >= LEAST_TIMES
                ? HumanFormat.count(Math.round(times)) + " times"
                : times > 0 && times <= 1 / LEAST_TIMES ? "1/" + HumanFormat.count(Math.round(1 / times)) : "";
    }

    /** The difference with its sign, and its margin where that says something. */
    String change() {
        if (Double.isNaN(difference.difference())) {
            return "–";
        }
        if (!Double.isFinite(difference.share())) {
            return difference.difference() == 0 ? "0" : signed(unit.format(Math.abs(difference.difference())));
        }
        return factor().isEmpty() ? signed(percent(Math.abs(difference.share()))) + margin() : factor();
    }

    private String margin() {
        double margin = difference.marginShare();
        return margin > 0 && margin <= Finding.MOST_NOISE ? " (±" + percent(margin) + ")" : "";
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
                String end = verdict == Verdict.DIFFERENT ? "." : ": " + verdictInWords() + ".";
                if (!Double.isFinite(difference.share())) {
                    yield title + " went from " + unit.format(difference.first()) + " in a to "
                            + unit.format(difference.second()) + " in b" + end;
                }
                if (!factor().isEmpty()) {
                    yield title + " was " + factor() + (times() < 1 ? " in b of" : " in b") + " what it was in a" + end;
                }
                yield "b had " + percent(Math.abs(difference.share())) + margin() + " " + direction + " " + what + end;
            }
            case SAME -> title + " was the same" + (difference.difference() == 0 ? "." : " to within 3 %.");
            case NOT_SEEN ->
                "No difference seen in " + what
                        + (Double.isFinite(difference.marginShare())
                                ? ": one of less than " + percent(difference.marginShare()) + " would not show."
                                : ".");
            case UNKNOWN -> "How much " + what + " varies by itself is not known.";
            case UNEVEN -> "a and b are too short or too uneven to tell a difference in " + what + ".";
            case TOO_LITTLE -> "Too little was measured to tell a difference in " + what + ".";
            case OWN -> title + " is mostly the load client's own lateness, and says little of the server.";
            case NOT_JUDGED -> title + " is not judged.";
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
