package loomchat.report.compare;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import loomchat.graph.TimeText;
import loomchat.graph.Unit;
import loomchat.html.HtmlWriter;
import loomchat.report.render.HumanFormat;

/** The list of all load tests, and the forms that choose what to compare. No state. */
public final class LoadTestList {
    private LoadTestList() {}

    public static byte[] page(LoadTests known) {
        return ComparePages.page("Load tests", page -> {
            page.html.raw("<div class=\"row head\"><h1>Load tests</h1></div>\n");
            page.servers(known, "All servers", known.choices(), "/report/loadtest");
            forms(page, known, "", "");
            write(page, known);
        });
    }

    /** For an address that names none. */
    public static byte[] notFound(LoadTests known, String id) {
        return ComparePages.page("No such load test", page -> {
            page.html
                    .raw("<div class=\"row\"><h1>No such load test</h1></div>\n")
                    .element(
                            "p",
                            known.node() == null
                                    ? "The history has no load test that is called " + id + "."
                                    : "The history of " + known.node() + " has no load test that is called " + id
                                            + "; another server may have it.",
                            "class",
                            "notice warn");
            if (known.node() != null) {
                page.html.raw("<p>");
                page.link("/report/loadtest?id=" + ComparePages.encoded(id), "Look at all servers", "button");
                page.html.raw("</p>");
            }
            write(page, known);
        });
    }

    static void write(ComparePages page, LoadTests known) throws IOException {
        HtmlWriter html = page.html;
        page.openCard("tests", "Load tests, the newest first");
        if (known.all().isEmpty()) {
            html.element(
                    "p", "None was announced to this server yet. Run make stress, and come back.", "class", "soft");
        } else {
            page.openTable(
                    "Load tests",
                    "Run",
                    ComparePages.STARTED,
                    "Scenario",
                    "Result",
                    "p99",
                    "Delivered a second",
                    "Lost",
                    "Lasted",
                    "Beside the run before");
            for (LoadTest each : known.all().subList(0, Math.min(known.all().size(), ComparePages.MOST_LISTED))) {
                html.raw("<tr><th scope=\"row\">");
                page.link(ComparePages.testAddress(known, each), each.id(), null);
                html.raw("</th>");
                html.raw("<td>");
                TimeText.time(html, each.start());
                html.raw("</td>");
                page.words(each.played());
                html.raw("<td>");
                page.result(each);
                html.raw("</td>");
                html.raw("<td class=\"number\">")
                        .element(each.isValid() ? "span" : "del", Unit.MILLIS.format(each.p99()))
                        .raw("</td>");
                page.number(HumanFormat.number(each.deliveredPerSecond()));
                page.number(Unit.COUNT.format(each.count("lost")));
                page.number(HumanFormat.duration((each.endOr(known.now()) - each.start()) / 1000.0));
                html.raw("<td class=\"number\">");
                var before = known.before(each);
                if (before.isPresent()) {
                    html.element(
                            "a",
                            "compare",
                            "href",
                            ComparePages.compareAddress(before.get().id(), each.id(), known.node()),
                            "aria-label",
                            "Compare " + each.id() + " with the run before");
                }
                html.raw("</td></tr>\n");
            }
            page.closeTable();
        }
        page.closeCard();
    }

    /** {@code a} and {@code b} are the present values; may be empty. */
    static void forms(ComparePages page, LoadTests known, String a, String b) throws IOException {
        HtmlWriter html = page.html;
        page.openCard("choose", "Compare");
        boolean isRange = known.all().isEmpty() || a.contains("..") || b.contains("..");
        if (!known.all().isEmpty()) {
            html.raw("<form class=\"row choose\" action=\"/report/compare\" method=\"get\" id=\"compare-tests\">");
            node(html, known);
            choice(html, known, "a", a);
            choice(html, known, "b", b.isEmpty() ? known.all().getFirst().id() : b);
            html.element(
                            "button",
                            "Compare load tests",
                            "class",
                            isRange ? "button" : "button primary",
                            "type",
                            "submit")
                    .raw("</form>\n");
        }
        html.raw("<details")
                .raw(isRange ? " open" : "")
                .raw("><summary>Two ranges of time</summary>")
                .raw("<form class=\"row choose\" action=\"/report/compare\" method=\"get\" id=\"compare-ranges\">");
        node(html, known);
        for (String side : new String[] {"a", "b"}) {
            html.raw("<fieldset><legend>").text(side).raw(" (<span data-zone>UTC</span>)</legend>");
            String range = side.equals("b") ? b : a.isEmpty() ? before(b) : a;
            time(html, side + "From", "From", range, 0);
            time(html, side + "To", "to", range, 1);
            html.raw("</fieldset>");
        }
        html.element("button", "Compare ranges", "class", isRange ? "button primary" : "button", "type", "submit")
                .raw("</form></details>\n");
        page.closeCard();
    }

    /** As long as a range, and right before it; empty for what is no range between two instants. */
    private static String before(String range) {
        String[] ends = range.split("\\.\\.");
        try {
            Instant from = Instant.parse(ends[0]);
            return ends.length == 2 ? from.minus(Duration.between(from, Instant.parse(ends[1]))) + ".." + from : "";
        } catch (DateTimeException e) {
            return "";
        }
    }

    /** The server that was chosen stays. */
    private static void node(HtmlWriter html, LoadTests known) throws IOException {
        if (known.node() != null) {
            html.open("input", "type", "hidden", "name", "node", "value", known.node());
        }
    }

    private static void choice(HtmlWriter html, LoadTests known, String name, String chosen) throws IOException {
        html.raw("<label>").text(name).raw(" ").open("select", "name", name);
        if (name.equals("a")) {
            html.element("option", "the run before b", "value", "previous");
        }
        for (LoadTest each : known.all().subList(0, Math.min(known.all().size(), ComparePages.MOST_LISTED))) {
            html.element(
                    "option",
                    HumanFormat.time(each.start()) + ", " + each.played() + ", " + each.state()
                            + (each.isValid() ? "" : ", not valid") + " (" + each.id() + ")",
                    "value",
                    each.id(),
                    "data-began",
                    Instant.ofEpochMilli(each.start()).toString(),
                    "selected",
                    each.id().equals(chosen) ? "" : null);
        }
        html.close("select").raw("</label>");
    }

    private static void time(HtmlWriter html, String name, String label, String range, int part) throws IOException {
        String[] ends = range.split("\\.\\.");
        html.raw("<label>")
                .text(label)
                .raw(" ")
                .open(
                        "input",
                        "name",
                        name,
                        "value",
                        ends.length == 2 ? ends[part] : null,
                        "placeholder",
                        "2026-11-24T01:50",
                        "required",
                        "",
                        "autocomplete",
                        "off")
                .raw("</label>");
    }
}
