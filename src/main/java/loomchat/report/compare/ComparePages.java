package loomchat.report.compare;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import loomchat.graph.GraphFigure;
import loomchat.graph.GraphJson;
import loomchat.graph.TimeGraph;
import loomchat.graph.TimeText;
import loomchat.html.HtmlWriter;
import loomchat.html.PageFrame;
import loomchat.report.history.Report;
import loomchat.report.render.HumanFormat;

/** What the pages of this package have in common. Used by one thread, once for each page. */
final class ComparePages {
    /** The longest list to choose from; the addresses of older ones work as well. */
    static final int MOST_LISTED = 100;

    private static final int MOST_NAMED = 3;

    static final String STARTED = "Started";

    /** Columns of words, at the left. */
    private static final Set<String> WORDS = Set.of(STARTED, "Scenario", "Result");

    final ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 * 1024);
    final HtmlWriter html = new HtmlWriter(bytes);

    /** Writes the inside of a page. */
    interface Content {
        void write(ComparePages page) throws IOException;
    }

    static byte[] page(String title, Content content) {
        ComparePages page = new ComparePages();
        try {
            PageFrame.open(
                    page.html,
                    title,
                    "/report",
                    "<link rel=\"stylesheet\" href=\"/report/uPlot.css\">",
                    "<link rel=\"stylesheet\" href=\"/styles/report-shared.css\">",
                    "<link rel=\"stylesheet\" href=\"/styles/report-compare.css\">",
                    "<script src=\"/report/uPlot.js\" defer></script>",
                    "<script src=\"/scripts/report-compare.js\" type=\"module\"></script>");
            content.write(page);
            PageFrame.close(page.html);
            return page.bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // never of memory
        }
    }

    /** Of two load tests with one id, each has an address with its server. */
    static String testAddress(LoadTests known, LoadTest test) {
        boolean isOne = known.find(test.id()).filter(test::equals).isPresent();
        return "/report/loadtest?id=" + encoded(test.id())
                + node(isOne ? known.node() : test.nodes().getFirst());
    }

    /** @param node the only server to look at, or null */
    static String compareAddress(String a, String b, String node) {
        return "/report/compare?a=" + encoded(a) + "&b=" + encoded(b) + node(node);
    }

    /** The server that was chosen, as a parameter behind others. */
    static String node(String name) {
        return name == null || name.isEmpty() ? "" : "&node=" + encoded(name);
    }

    /** Which servers a report counts, in words; empty where there is one. */
    static String counted(Report report) {
        List<String> names = report.nodes().stream().map(Report.Node::name).toList();
        if (!report.hasChoices()) {
            return "";
        }
        if (names.size() == report.choices().size()) {
            return "all " + names.size() + " servers";
        }
        return names.size() > MOST_NAMED
                ? names.size() + " of " + report.choices().size() + " servers"
                : String.join(", ", names);
    }

    /** The servers to look at, where there are several: all of these, or one. {@code address} is that of all. */
    void servers(LoadTests known, String all, List<String> names, String address) throws IOException {
        if (names.size() < 2) {
            return;
        }
        html.raw("<nav class=\"row servers\" aria-label=\"Servers\">");
        String current = known.node();
        String sign = address.contains("?") ? "&" : "?";
        html.element("a", all, "class", "button", "href", address, "aria-current", current == null ? "true" : null);
        for (String each : names) {
            html.element(
                    "a",
                    each,
                    "class",
                    "button",
                    "href",
                    address + sign + node(each).substring(1),
                    "aria-current",
                    each.equals(current) ? "true" : null);
        }
        html.raw("</nav>\n");
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    void chip(String text, String style) throws IOException {
        html.element("span", text, "class", style.isEmpty() ? "chip" : "chip " + style);
    }

    void link(String address, String text, String style) throws IOException {
        html.element("a", text, "href", address, "class", style);
    }

    /** The chip of a load test's result, and one that says that its times are not valid. */
    void result(LoadTest test) throws IOException {
        chip(
                test.state(),
                switch (test.state()) {
                    case "passed" -> "good";
                    case "failed" -> "bad";
                    case "running", "ended" -> "";
                    default -> "warn";
                });
        if (!test.isValid() && !test.result().equals("overloaded")) {
            html.raw(" ");
            chip("not valid", "warn");
        }
    }

    void openCard(String id, String title) throws IOException {
        html.raw("<section class=\"card\" aria-labelledby=\"" + id + "\"><h2 id=\"" + id + "\">")
                .text(title)
                .raw("</h2>\n");
    }

    void closeCard() throws IOException {
        html.raw("</section>\n");
    }

    /** Opens a table that may be wider than the page. */
    void openTable(String title, String... columns) throws IOException {
        openTableOf("data", title, columns);
    }

    /** @param style of the table, {@code data} and what is its own */
    void openTableOf(String style, String title, String... columns) throws IOException {
        html.raw("<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"")
                .text(title)
                .raw(", table\"><table class=\"" + style + "\"><thead><tr>");
        for (int i = 0; i < columns.length; i++) {
            boolean isWords = i == 0 || WORDS.contains(columns[i]);
            html.open("th", "scope", "col", "class", isWords ? null : "number").text(columns[i]);
            html.raw(columns[i].equals(STARTED) ? " (<span data-zone>UTC</span>)</th>" : "</th>");
        }
        html.raw("</tr></thead><tbody>\n");
    }

    void closeTable() throws IOException {
        html.raw("</tbody></table></div>\n");
    }

    void words(String text) throws IOException {
        html.element("td", text);
    }

    void number(String text) throws IOException {
        html.element("td", text, "class", "number");
    }

    /** From then on, no number has them, and what all servers have together is less. */
    static String down(Report report) {
        return HumanFormat.count(report.goneDown(), "server", "servers") + " went down without a stop";
    }

    /** Names and values side by side. */
    void facts(Map<String, String> facts) throws IOException {
        html.raw("<dl class=\"facts\">");
        for (Map.Entry<String, String> each : facts.entrySet()) {
            html.raw("<div>")
                    .element("dt", upperFirst(each.getKey()))
                    .element("dd", each.getValue())
                    .raw("</div>");
        }
        html.raw("</dl>\n");
    }

    void tile(String name, String value) throws IOException {
        html.raw("<div class=\"tile\">")
                .element("dt", name)
                .element("dd", value)
                .raw("</div>");
    }

    /** @param name what is compared, for what a reader saves of it */
    void graphs(List<TimeGraph> graphs, String name) throws IOException {
        html.raw("<p class=\"soft graph-help script-only\" hidden>Drag across a graph to look closer, press twice to"
                + " go back.</p>\n<div class=\"graphs\">\n");
        for (TimeGraph each : graphs) {
            TimeGraph rows = OverlayGraphs.table(each);
            GraphFigure.write(html, each, rows, seconds(rows.times().bucketMillis()));
        }
        html.raw("</div>\n");
        if (!graphs.isEmpty()) {
            GraphJson.block(html, "graph-data", graphs, json -> json.member("name", name));
        }
    }

    private static String seconds(long millis) {
        return millis % 1000 == 0 && millis < 60_000 ? millis / 1000 + " s" : HumanFormat.duration(millis / 1000.0);
    }

    static String upperFirst(String text) {
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    /** When a load test began, in the reader's time zone, and how long it was. */
    void when(LoadTest test, long now) throws IOException {
        TimeText.time(html, test.start());
        html.raw(" <span data-zone>UTC</span>")
                .text(", " + HumanFormat.duration((test.endOr(now) - test.start()) / 1000.0));
    }
}
