package loomchat.report.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import loomchat.graph.TimeText;
import loomchat.html.HtmlWriter;
import loomchat.report.history.Report;
import loomchat.report.render.HumanFormat;

/** Two ranges or load tests side by side: set-up first, then what differs beyond noise, then everything. */
public final class ComparePage {
    private final ComparePages page;
    private final HtmlWriter html;
    private final LoadTests known;
    private final Comparison comparison;

    private ComparePage(ComparePages page, LoadTests known, Comparison comparison) {
        this.page = page;
        this.html = page.html;
        this.known = known;
        this.comparison = comparison;
    }

    public static byte[] of(LoadTests known, ComparedRange a, Report reportA, ComparedRange b, Report reportB) {
        Comparison comparison = Comparison.of(a, reportA, b, reportB);
        return ComparePages.page("Comparison", page -> new ComparePage(page, known, comparison).write());
    }

    /** Before anything is chosen, or when that was not allowed; {@code problem} may be empty. */
    public static byte[] choose(LoadTests known, String a, String b, String problem) {
        return ComparePages.page("Compare", page -> {
            page.html.raw("<div class=\"row head\"><h1>Compare</h1></div>\n");
            page.servers(known, "All servers", known.choices(), chooseAddress(a, b));
            if (!problem.isEmpty()) {
                page.html.element("p", problem, "class", "notice warn", "role", "alert");
            }
            LoadTestList.forms(page, known, a, b);
            LoadTestList.write(page, known);
        });
    }

    private static String chooseAddress(String a, String b) {
        String address = ComparePages.compareAddress(a, b, null);
        return a.isEmpty() ? address.replace("a=&", "").replaceFirst("\\?b=$", "") : address;
    }

    private void write() throws IOException {
        heading();
        if (comparison.hasEmptySide()) {
            nothing();
            return;
        }
        setUp();
        summary();
        table("measured", "Over time, with noise", comparison.measured());
        noise();
        if (!comparison.faults().isEmpty()) {
            table("faults", "Faults", comparison.faults());
        }
        html.raw("<section aria-labelledby=\"course\"><h2 id=\"course\">Since each start</h2>\n");
        page.graphs(
                OverlayGraphs.of(List.of(comparison.a(), comparison.b())),
                comparison.a().range().name() + " beside "
                        + comparison.b().range().name());
        html.raw("</section>\n");
        if (!comparison.singles().isEmpty()) {
            table("singles", "Totals and percentiles", comparison.singles());
        }
        LoadTestList.forms(
                page,
                known,
                comparison.a().range().address(),
                comparison.b().range().address());
    }

    /** There is nothing to compare, and the times are most likely a mistake. */
    private void nothing() throws IOException {
        html.element("p", comparison.invalid(), "class", "notice warn", "role", "alert");
        LoadTestList.forms(
                page,
                known,
                comparison.a().range().address(),
                comparison.b().range().address());
    }

    private void heading() throws IOException {
        html.raw("<div class=\"row head\"><h1>Comparison</h1></div>\n<ul class=\"sides\">");
        side("a", 1, comparison.a());
        side("b", 2, comparison.b());
        html.raw("</ul>\n<p class=\"row\">");
        String a = comparison.a().range().address();
        String b = comparison.b().range().address();
        page.link(ComparePages.compareAddress(b, a, known.node()), "Swap a and b", "button");
        page.link(
                ComparePages.compareAddress(a, b, known.node()).replace("/report/compare?", "/report/compare.json?"),
                "JSON",
                "button");
        html.raw("</p>\n");
        if (comparison.b().report().crowd() != null) {
            html.element("p", comparison.b().report().crowd().sentence(), "class", "soft");
        }
        page.servers(
                known, isRanges() ? "All servers" : "As announced", choices(), ComparePages.compareAddress(a, b, null));
    }

    /** The servers that know both sides: any knows a range of time. */
    private List<String> choices() {
        List<String> choices = new ArrayList<>(known.choices());
        for (Comparison.Side each : List.of(comparison.a(), comparison.b())) {
            if (each.range().test() != null) {
                choices.retainAll(known.counted(each.range().test()));
            }
        }
        return choices;
    }

    private boolean isRanges() {
        return comparison.a().range().test() == null && comparison.b().range().test() == null;
    }

    private void side(String name, int number, Comparison.Side side) throws IOException {
        ComparedRange range = side.range();
        html.raw("<li class=\"card\"><span class=\"side-name\">")
                .open("span", "class", "swatch s" + number)
                .close("span")
                .text(name)
                .raw("</span> ");
        if (range.test() == null) {
            TimeText.time(html, range.from());
            html.text(" to ");
            TimeText.time(html, range.to());
            html.raw(" <span data-zone>UTC</span>").text(", " + HumanFormat.duration(range.seconds()));
        } else {
            page.link(
                    ComparePages.testAddress(known, range.test()), range.test().id(), null);
            html.text(" " + range.test().played() + ", ");
            page.when(range.test(), known.now());
            html.text(" ");
            page.result(range.test());
        }
        String counted = ComparePages.counted(side.report());
        if (!counted.isEmpty()) {
            html.raw(" ").element("span", "of " + counted, "class", "soft");
        }
        if (side.report().goneDown() > 0) {
            html.raw(" ").element("span", ComparePages.down(side.report()), "class", "chip bad");
        }
        html.raw("</li>");
    }

    private void setUp() throws IOException {
        if (comparison.setUp().isEmpty()) {
            html.element(
                    "p",
                    "Nothing that is known of the set-up differs between a and b.",
                    "class",
                    "notice",
                    "id",
                    "set-up");
            return;
        }
        html.raw("<section class=\"notice warn\" aria-labelledby=\"set-up\">")
                .element("h2", "The set-ups differ", "id", "set-up")
                .element("p", "What differs below may come from this, and not from the server:");
        html.raw("<ul>");
        for (SetUp.Difference each : comparison.setUp()) {
            html.element("li", each.what() + ": " + each.first() + " in a, " + each.second() + " in b");
        }
        html.raw("</ul></section>\n");
    }

    /** Faults come first, then what is worse, better, different. */
    private void summary() throws IOException {
        page.openCard("summary", "What differs");
        if (!comparison.invalid().isEmpty()) {
            html.element("p", comparison.invalid());
            page.closeCard();
            return;
        }
        List<ComparedValue> seen = new ArrayList<>();
        for (Verdict each : new Verdict[] {Verdict.WORSE, Verdict.BETTER, Verdict.DIFFERENT}) {
            for (List<ComparedValue> values :
                    List.of(comparison.faults(), comparison.measured(), comparison.singles())) {
                values.stream().filter(value -> value.verdict() == each).forEach(seen::add);
            }
        }
        if (seen.isEmpty()) {
            html.element("p", nothingSeen());
        } else {
            html.raw("<ul class=\"sentences\">");
            for (ComparedValue each : seen) {
                html.open("li", "class", each.verdict().style)
                        .text(each.sentence())
                        .raw("</li>");
            }
            html.raw("</ul>\n");
        }
        for (Verdict each : new Verdict[] {
            Verdict.SAME, Verdict.NOT_SEEN, Verdict.UNEVEN, Verdict.TOO_LITTLE, Verdict.OWN, Verdict.UNKNOWN
        }) {
            long count = comparison.measured().stream()
                    .filter(value -> value.verdict() == each)
                    .count();
            if (count > 0) {
                html.element(
                        "p", count + " of " + comparison.measured().size() + ": " + each.word + ".", "class", "soft");
            }
        }
        page.closeCard();
    }

    /** That most could not be judged is no finding. */
    private String nothingSeen() {
        long judged = comparison.measured().stream()
                .filter(each -> each.verdict() == Verdict.SAME || each.verdict() == Verdict.NOT_SEEN)
                .count();
        return judged == 0
                ? "Too little to tell a difference."
                : judged == comparison.measured().size()
                        ? "No difference seen."
                        : "No difference seen in the " + judged + " of "
                                + comparison.measured().size() + " that can be told.";
    }

    private void noise() throws IOException {
        html.element(
                "p",
                "± is the noise within a and b: if nothing had changed, all differences of the table together would stay"
                        + " within theirs in 95 of 100 comparisons. It rests on blocks of seconds, because seconds"
                        + " after each other are alike"
                        + (comparison.paired()
                                ? "; each second of a is set against the one of b at the same time since the start."
                                : ".")
                        + " A difference below 1 % counts as none. Where the noise is not known or as large as the value,"
                        + " a latency that is 3 times as high or as low counts all the same (coarse limit), unless the"
                        + " load client was that late itself. Two runs of the same program may differ by a few percent"
                        + " more: repeat them before you believe a small difference.",
                "class",
                "soft");
    }

    private void table(String id, String title, List<ComparedValue> values) throws IOException {
        page.openCard(id, title);
        page.openTableOf("data compared", title, "What", "a", "b", "Difference");
        for (ComparedValue each : values) {
            html.raw("<tr>").element("th", each.title(), "scope", "row");
            page.number(each.unit().format(each.difference().first()));
            page.number(each.unit().format(each.difference().second()));
            html.raw("<td class=\"number change\">")
                    .element("span", each.change())
                    .raw(" ");
            if (!id.equals("singles") || each.isSeen() || each.verdict() == Verdict.OWN) {
                page.chip(each.verdictInWords(), each.verdict().style);
            }
            html.raw("</td></tr>\n");
        }
        page.closeTable();
        page.closeCard();
    }
}
