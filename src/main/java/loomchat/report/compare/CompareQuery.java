package loomchat.report.compare;

import loomchat.report.history.InvalidQuery;
import loomchat.report.history.ReportQuery;
import loomchat.report.series.LogTimes;

/** The two sides that an address asks for. */
public record CompareQuery(ComparedRange a, ComparedRange b) {
    private static final String PREVIOUS = "previous";
    private static final String ALLOWED =
            "the id of a load test, latest, or a range such as 2026-11-24T01:50..2026-11-24T02:00";

    /** There is no load test of that id. */
    public static final class UnknownLoadTest extends Exception {
        public final String id;

        /** @param node the only server that was looked at, or null */
        public UnknownLoadTest(String id, String node) {
            super(
                    "There is no load test " + InvalidQuery.shown(id) + " in the history"
                            + (node == null ? "" : " of " + node + "; another server may have it"),
                    null,
                    false,
                    false);
            this.id = id;
        }
    }

    /** @throws InvalidQuery a value that is not allowed; the message says what is */
    public static CompareQuery of(String a, String b, LoadTests known) throws UnknownLoadTest {
        if (given(a) && given(b)) {
            ComparedRange second = side("b", b, known);
            return new CompareQuery(a.equals(PREVIOUS) ? before(second, known) : side("a", a, known), second);
        }
        throw new InvalidQuery("a and b are needed: each is " + ALLOWED + "; a may be " + PREVIOUS);
    }

    /** Whether the value can be one of a and b without knowing the history. */
    static boolean given(String value) {
        return value != null && !value.isEmpty();
    }

    private static ComparedRange before(ComparedRange second, LoadTests known) {
        if (second.test() == null) {
            throw new InvalidQuery("a", PREVIOUS, "only where b is a load test");
        }
        return known.before(second.test())
                .map(each -> ComparedRange.of(each, known))
                .orElseThrow(() ->
                        new InvalidQuery("a", PREVIOUS, second.test().id() + " has no run of its scenario before it"));
    }

    private static ComparedRange side(String name, String value, LoadTests known) throws UnknownLoadTest {
        var test = known.find(value);
        if (test.isPresent()) {
            return ComparedRange.of(test.get(), known);
        }
        int dots = value.indexOf("..");
        if (dots >= 0) {
            return range(name, value, dots, known);
        }
        if (value.matches("[0-9A-Za-z._:-]{1,64}")) {
            throw new UnknownLoadTest(value, known.node());
        }
        throw new InvalidQuery(name, value, ALLOWED);
    }

    private static ComparedRange range(String name, String value, int dots, LoadTests known) {
        try {
            String from = value.substring(0, dots);
            String to = value.substring(dots + 2);
            ReportQuery range = ReportQuery.parse(null, from, to, null, false, null, known.now());
            if (range.from() != LogTimes.UNKNOWN && range.to() != Long.MAX_VALUE) {
                return ComparedRange.of(range.from(), range.to(), known);
            }
        } catch (InvalidQuery e) {
            throw new InvalidQuery(
                    name + "=" + InvalidQuery.shown(value) + " is not allowed: " + ALLOWED + "; " + e.getMessage());
        }
        throw new InvalidQuery(name, value, ALLOWED);
    }
}
