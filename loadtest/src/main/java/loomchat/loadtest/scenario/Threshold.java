package loomchat.loadtest.scenario;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One condition that a run has to meet: {@code p99 < 50ms}, {@code lost == 0}, {@code failed < 0.1%},
 * {@code chatty.p99.9 <= 1s}.
 *
 * @param group {@code actual}, {@code connect}, {@code match} or a persona, empty for all messages
 * @param figure what is compared, a count by its name in the summary, {@code rate}, {@code max} or a percentile
 *     such as {@code p99.9}
 * @param limit in nanoseconds for times, as a fraction for percentages
 */
public record Threshold(String text, String group, String figure, String comparison, double limit, boolean percent) {
    static final String ALLOWED = """
            a figure, one of < <= == >= >, and a number with its unit (ms, s, % or none)
              counts: lost, duplicated, reordered, corrupted, misdelivered, violations, neverMatched, missed, unconfirmed,
                cutOff, notTaken, unmatched, foreign; connections that failed, refused, broken
              with identities: lockedOut, replaysMissed, forgeriesAccepted, expiriesMissed, sessionsFailed
              with a cluster: killed, putOff, resumesFailed, stillWaiting
              with calls: signalsLost, signalsDuplicated, signalsReordered, signalsAltered, signalsMisdelivered,
                signalsMistimed
              messages delivered a second: rate
              latency: p50 to p99.99 or max; actual., connect., match., signal. or a persona's name may be in front""";

    /** What is proven of messages: it has to hold whatever other conditions a run has. */
    private static final List<String> CHECKS = List.of(
            "lost == 0", "duplicated == 0", "reordered == 0", "corrupted == 0", "misdelivered == 0", "violations == 0");

    /** Beside those, for a scenario in which somebody has something to say to a partner. */
    private static final String SOMEBODY_MATCHED = "neverMatched == 0";

    /** Beside the checks, for a scenario that names no conditions. */
    private static final String NOBODY_FAILED = "failed == 0";

    /** Beside those, for a scenario with identities. */
    private static final List<String> OF_IDENTITIES = List.of(
            "lockedOut == 0",
            "replaysMissed == 0",
            "forgeriesAccepted == 0",
            "expiriesMissed == 0",
            "sessionsFailed == 0");

    /** Beside those, for a scenario with calls. */
    private static final List<String> OF_CALLS = List.of(
            "signalsLost == 0",
            "signalsDuplicated == 0",
            "signalsReordered == 0",
            "signalsAltered == 0",
            "signalsMisdelivered == 0",
            "signalsMistimed == 0");

    static final Set<String> COUNTS = Set.of(
            "lost",
            "duplicated",
            "reordered",
            "corrupted",
            "misdelivered",
            "neverMatched",
            "failed",
            "refused",
            "broken",
            "unconfirmed",
            "unmatched",
            "cutOff",
            "notTaken",
            "foreign",
            "violations",
            "missed",
            "lockedOut",
            "replaysMissed",
            "forgeriesAccepted",
            "expiriesMissed",
            "sessionsFailed",
            "killed",
            "putOff",
            "resumesFailed",
            "stillWaiting",
            "signalsLost",
            "signalsDuplicated",
            "signalsReordered",
            "signalsAltered",
            "signalsMisdelivered",
            "signalsMistimed",
            "rate");

    private static final Pattern SHAPE = Pattern.compile(
            "((?:[A-Za-z][A-Za-z0-9_-]{0,40}\\.)?)(p\\d{1,2}(?:\\.\\d{1,3})?|max|[A-Za-z]{3,20}) ?(<=|>=|==|<|>) ?(\\d{1,12}(?:\\.\\d{1,6})?) ?(%|[a-zµ]{0,3})");

    /** For a scenario with these personas that names none. */
    static List<String> defaults(List<Persona> personas) {
        return Stream.concat(checks(personas).stream(), Stream.of(NOBODY_FAILED))
                .toList();
    }

    private static List<String> checks(List<Persona> personas) {
        boolean identities = personas.stream().anyMatch(each -> each.identity() != null);
        boolean calls = personas.stream().anyMatch(each -> each.calls() != null);
        boolean talks = personas.stream().anyMatch(Persona::needsPartner);
        return Stream.of(
                        CHECKS,
                        talks ? List.of(SOMEBODY_MATCHED) : List.<String>of(),
                        identities ? OF_IDENTITIES : List.<String>of(),
                        calls ? OF_CALLS : List.<String>of())
                .flatMap(List::stream)
                .toList();
    }

    /** These conditions, and behind them each check that they do not set otherwise. */
    static List<Threshold> withChecks(List<Threshold> asked, List<Persona> personas) {
        return Stream.concat(asked.stream(), without(checks(personas), asked)).toList();
    }

    /** What is asked for otherwise, and is not among {@code all}. */
    static List<String> leftOut(List<String> otherwise, List<Threshold> all) {
        return without(
                        Stream.concat(otherwise.stream(), Stream.of(NOBODY_FAILED))
                                .toList(),
                        all)
                .map(Threshold::text)
                .distinct()
                .toList();
    }

    private static Stream<Threshold> without(List<String> conditions, List<Threshold> others) {
        return conditions.stream()
                .map(Threshold::parse)
                .filter(each -> others.stream()
                        .noneMatch(other -> other.figure.equals(each.figure) && other.group.equals(each.group)));
    }

    /** Null when {@code text} is not a threshold. */
    public static Threshold parse(String text) {
        Matcher match = SHAPE.matcher(text.strip());
        if (!match.matches()) {
            return null;
        }
        String figure = match.group(2);
        String unit = match.group(5);
        boolean time = isTime(figure);
        String group = match.group(1).replace(".", "");
        boolean known = time || group.isEmpty() && COUNTS.contains(figure);
        double number = Double.parseDouble(match.group(4));
        double limit = time ? Quantity.nanos(match.group(4) + unit) : unit.equals("%") ? number / 100 : number;
        if (!known
                || limit < 0
                || !time && !unit.isEmpty() && !unit.equals("%")
                || unit.equals("%") && figure.equals("rate")) {
            return null;
        }
        return new Threshold(text.strip(), group, figure, match.group(3), limit, unit.equals("%"));
    }

    /** Whether the figure is a latency. */
    public boolean isTime() {
        return isTime(figure);
    }

    private static boolean isTime(String figure) {
        return figure.equals("max") || figure.matches("p\\d.*");
    }

    /** Whether a threshold was met; without a value ({@code NaN}) it was missed. */
    public record Outcome(Threshold threshold, double value, boolean met) {
        public String shown() {
            if (Double.isNaN(value)) {
                return "nothing was measured";
            }
            if (threshold.isTime()) {
                return Quantity.time(value);
            }
            return threshold.percent()
                    ? Quantity.number(100 * value) + " %"
                    : String.format(Locale.ROOT, "%,.0f", value);
        }
    }

    public Outcome check(Function<Threshold, Double> figure) {
        double value = figure.apply(this);
        boolean met = switch (comparison) {
            case "<" -> value < limit;
            case "<=" -> value <= limit;
            case "==" -> value == limit;
            case ">=" -> value >= limit;
            case ">" -> value > limit;
            default -> throw new AssertionError(comparison);
        };
        return new Outcome(this, value, met);
    }
}
