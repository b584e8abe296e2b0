package loomchat.report.render;

import java.io.IOException;
import loomchat.graph.TimeText;
import loomchat.html.HtmlWriter;
import loomchat.report.history.Crowd;
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
    void state() throws IOException {
        if (report.nodes().size() > 1) {
            long running = report.nodes().stream().filter(this::isRunning).count();
            long silent = report.stalls().silent().size();
            boolean all = running == report.nodes().size();
            html.element(
                    "span",
                    running + " of " + report.nodes().size() + " servers running"
                            + (silent == 0 ? "" : ", " + silent + (silent == 1 ? " writes" : " write") + " no samples"),
                    "class",
                    all ? "chip good" : "chip warn");
        } else {
            Crowd crowd = report.crowd();
            String who = crowd == null || crowd.name() == null ? "Server" : crowd.name();
            state(report.nodes().getFirst(), who + " ");
        }
    }

    /** A server that was started this moment has no sample yet. */
    private boolean isRunning(Report.Node node) {
        return node.now().live() || node.hasJustStarted(report.axis().at());
    }

    /** What became of a server, with the time. */
    private void state(Report.Node node, String who) throws IOException {
        Report.NodeRun run = node.latest();
        if (isRunning(node)) {
            html.element("span", who + "running", "class", "chip good");
        } else if (run == null) {
            html.element("span", who + "not running", "class", "chip");
        } else {
            boolean stopped = run.end().equals("stopped");
            String what = node.claimed() ? "running, no sample since " : stopped ? "stopped " : "went down ";
            html.open("span", "class", stopped && !node.claimed() ? "chip" : "chip bad")
                    .text(who + what);
            TimeText.time(html, run.run().end());
            html.close("span");
        }
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
        html.raw("<td>");
        state(node, "");
        html.raw("</td>");
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
