package loomchat.report.render;

import java.io.IOException;
import loomchat.html.HtmlWriter;
import loomchat.report.history.CurrentState;
import loomchat.report.history.Report;
import loomchat.report.series.SampleColumn;

/** The part of the page that shows each of several servers; empty where there is one. One thread. */
final class NodeTable {
    private final HtmlWriter html;
    private final Report report;

    NodeTable(HtmlWriter html, Report report) {
        this.html = html;
        this.report = report;
    }

    /** Whether the servers run, in a few words. */
    static String state(Report report) {
        if (report.nodes().size() == 1) {
            return report.now().live() ? "Server running" : "Server not running";
        }
        long running = report.nodes().stream().filter(each -> each.now().live()).count();
        return running + " of " + report.nodes().size() + " servers running";
    }

    void write() throws IOException {
        html.raw("<div data-part=\"nodes\">");
        if (report.hasChoices()) {
            table();
        }
        html.raw("</div>\n");
    }

    private void table() throws IOException {
        html.raw("<section class=\"card\" aria-labelledby=\"nodes\"><h2 id=\"nodes\">Servers</h2>"
                + "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Servers, table\">"
                + "<table class=\"data\"><thead><tr><th scope=\"col\">Node</th><th scope=\"col\">Now</th>");
        for (String each : new String[] {"Open", "Waiting", "Pairs"}) {
            html.element("th", each, "scope", "col", "class", "number");
        }
        if (report.hasCalls()) {
            html.element("th", "Calls", "scope", "col", "class", "number");
        }
        for (String each : new String[] {"CPU", "Memory", "Connections", "Messages", "Uptime", "Crashes"}) {
            html.element("th", each, "scope", "col", "class", "number");
        }
        html.raw("</tr></thead><tbody>");
        for (Report.Node each : report.nodes()) {
            node(each);
        }
        html.raw("</tbody></table></div></section>");
    }

    private void node(Report.Node node) throws IOException {
        CurrentState now = node.now();
        html.raw("<tr>").element("th", node.name(), "scope", "row");
        html.raw("<td>")
                .element(
                        "span", now.live() ? "running" : "not running", "class", now.live() ? "chip good" : "chip warn")
                .raw("</td>");
        cell(HumanFormat.count(now.wholeNumber(SampleColumn.CONNECTIONS)));
        cell(HumanFormat.count(now.wholeNumber(SampleColumn.WAITING)));
        cell(HumanFormat.count(now.wholeNumber(SampleColumn.PAIRS)));
        if (report.hasCalls()) {
            cell(HumanFormat.count(now.wholeNumber(SampleColumn.CALLS)));
        }
        cell(HumanFormat.number(now.value(SampleColumn.CPU_PERCENT)) + " %");
        cell(HumanFormat.bytes(now.value(SampleColumn.RSS_BYTES)));
        cell(HumanFormat.count(node.connections()));
        cell(HumanFormat.count(node.messages()));
        cell(HumanFormat.duration(node.uptimeSeconds(report.query())));
        cell(HumanFormat.count(node.crashes(report.query())));
        html.raw("</tr>");
    }

    private void cell(String text) throws IOException {
        html.element("td", text, "class", "number");
    }
}
