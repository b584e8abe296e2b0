package loomchat.report.render;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import loomchat.graph.TimeText;
import loomchat.html.HtmlWriter;
import loomchat.html.PageFrame;
import loomchat.report.history.Report;
import loomchat.report.history.ReportQuery;
import loomchat.report.series.ChatCount;
import loomchat.report.series.ChatTotals;
import loomchat.report.series.Distribution;
import loomchat.report.series.GraphMark;

/**
 * A {@link Report} as a page. It is complete without JavaScript; {@code report.js} adds interactive graphs and keeps
 * the page fresh: it fetches the page again and takes over the elements that have a {@code data-part}. Any thread.
 */
final class ReportPage {
    private static final int RUNS_SHOWN = 20;
    private static final int MARKS_SHOWN = 40;

    private final Report report;
    private final ChatTotals chat;
    private final HtmlWriter html;
    private final boolean forOperators;

    private ReportPage(Report report, OutputStream out, boolean forOperators) {
        this.forOperators = forOperators;
        this.report = report;
        this.chat = report.chat();
        this.html = new HtmlWriter(out);
    }

    static void write(Report report, OutputStream out) throws IOException {
        new ReportPage(report, out, true).write();
    }

    /** The page without the operators' navigation. */
    static void writePublic(Report report, OutputStream out) throws IOException {
        new ReportPage(report.forVisitors(), out, false).write();
    }

    private void write() throws IOException {
        String[] head = {
            "<meta name=\"description\" content=\"The whole history of this server, read from its log files.\">",
            "<link rel=\"stylesheet\" href=\"/report/uPlot.css\">",
            "<link rel=\"stylesheet\" href=\"/styles/report-shared.css\">",
            "<link rel=\"stylesheet\" href=\"/styles/report.css\">",
            "<script src=\"/report/uPlot.js\" defer></script>",
            "<script src=\"/scripts/report.js\" type=\"module\"></script>"
        };
        if (forOperators) {
            PageFrame.open(html, "Report", "/report", head);
        } else {
            PageFrame.openForVisitors(html, "Report", head);
        }
        RecordHealth health = new RecordHealth(html, report);
        NodeTable nodes = new NodeTable(html, report);
        GraphSection graphs = new GraphSection(html, report);
        heading(nodes);
        health.warnings();
        new RangePicker(html, report).write();
        new LoadTestCards(html, report).write();
        new KeyNumbers(html, report).write();
        graphs.write();
        nodes.write();
        now();
        totals();
        new CallSection(html, report).write();
        runs();
        distributions();
        html.raw("<div class=\"columns\">\n");
        reasons();
        reports();
        html.raw("</div>\n");
        marks();
        health.card();
        graphs.data();
        PageFrame.close(html);
    }

    private void heading(NodeTable nodes) throws IOException {
        html.raw("<div class=\"row report-head\" data-part=\"head\"><h1>Report</h1>");
        nodes.state();
        html.open("p", "class", "soft");
        if (report.isEmpty()) {
            html.text("Nothing was recorded yet. Open the chat in two tabs, or run make stress, and come back.");
        } else {
            html.text(ReportQuery.LAST.equals(report.query().range()) ? "Last activity: " : "");
            TimeText.time(html, report.axis().from());
            html.text(" to ");
            TimeText.time(html, report.axis().to());
            html.raw(" <span data-zone>UTC</span>");
            html.text(", " + HumanFormat.duration(report.axis().millis() / 1000.0));
        }
        html.close("p");
        if (report.crowd() != null) {
            html.element("p", report.crowd().sentence(), "class", "soft");
        }
        html.raw("</div>\n");
    }

    private void now() throws IOException {
        html.raw("<section aria-labelledby=\"now\"><h2 id=\"now\">Now</h2><dl class=\"tiles\" data-part=\"now\">");
        tiles(KeyFigure.now(report));
        html.raw("</dl>\n</section>\n");
    }

    private void totals() throws IOException {
        html.raw("<section aria-labelledby=\"totals\">");
        html.element(
                "h2",
                report.query().isAll() && !report.isPartlyGone() ? "Since the beginning" : "In this range",
                "id",
                "totals");
        html.raw("<dl class=\"tiles\" data-part=\"totals\">");
        tiles(KeyFigure.totals(report));
        html.raw("</dl></section>\n");
    }

    private void tiles(List<KeyFigure> figures) throws IOException {
        for (KeyFigure each : figures) {
            each.tile(html);
        }
    }

    private void cell(String text) throws IOException {
        html.element("td", text, "class", "number");
    }

    private void distributions() throws IOException {
        html.raw("<section aria-labelledby=\"spread\"><h2 id=\"spread\">Distributions</h2>")
                .raw("<div class=\"graphs\" data-part=\"distributions\">\n");
        for (Distribution each : Distribution.values()) {
            if (report.hasCalls() || !Distribution.OF_CALLS.contains(each)) {
                new SvgHistogram(html, each, chat.histogram(each)).write();
            }
        }
        html.raw("</div></section>\n");
    }

    private void reasons() throws IOException {
        card("reasons", "Why connections ended");
        if (chat.count(ChatCount.DISCONNECTS) == 0) {
            soft("No connection has ended in this range.");
        } else {
            reasons("Connections", chat.reasons().all(), chat.count(ChatCount.DISCONNECTS));
        }
        html.raw("</div></section>\n");
    }

    /** Why visitors reported each other; nothing where none did. */
    private void reports() throws IOException {
        html.raw("<div data-part=\"reports\">");
        if (chat.count(ChatCount.REPORTS) > 0) {
            html.raw("<div class=\"card\"><h2>Why partners were reported</h2>");
            reasons("Reports", chat.reportReasons().all(), chat.count(ChatCount.REPORTS));
            html.raw("</div>");
        }
        html.raw("</div>\n");
    }

    private void reasons(String of, Map<String, Long> counts, long all) throws IOException {
        html.scrolledTable(of + " by reason")
                .raw("<th scope=\"col\">Reason</th>")
                .element("th", of, "scope", "col", "class", "number")
                .raw("<th scope=\"col\" class=\"number\">Share</th></tr></thead><tbody>");
        for (Map.Entry<String, Long> each : counts.entrySet()) {
            html.raw("<tr>").element("th", each.getKey(), "scope", "row");
            cell(HumanFormat.count(each.getValue()));
            cell(HumanFormat.share(each.getValue(), all));
            html.raw("</tr>");
        }
        html.closeScrolledTable();
    }

    private void runs() throws IOException {
        List<Report.NodeRun> runs = report.runs();
        card("runs", "Server runs");
        if (runs.isEmpty()) {
            soft("No start of a server is recorded in this range.");
        } else {
            html.raw(
                            "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Server runs, table\">"
                                    + "<table class=\"data\"><thead><tr><th scope=\"col\">Started (<span data-zone>UTC</span>)</th>")
                    .raw(report.hasChoices() ? "<th scope=\"col\">Node</th>" : "")
                    .raw("<th scope=\"col\">Ended</th><th scope=\"col\" class=\"number\">Uptime</th>"
                            + "<th scope=\"col\">How it ended</th>")
                    .raw("</tr></thead><tbody>");
            for (int i = runs.size() - 1; i >= Math.max(0, runs.size() - RUNS_SHOWN); i--) {
                run(runs.get(i));
            }
            html.raw("</tbody></table></div>");
            leftOut(runs.size() - RUNS_SHOWN + report.runsLeftOut(), "earlier run", "earlier runs");
        }
        html.raw("</div></section>\n");
    }

    private void run(Report.NodeRun one) throws IOException {
        String how = one.end();
        html.raw("<tr><th scope=\"row\">");
        TimeText.time(html, one.run().start());
        html.text(one.run().startSeen() ? "" : " (start not recorded)").raw("</th>");
        if (report.hasChoices()) {
            html.element("td", one.node().name());
        }
        html.raw("<td>");
        if (how.equals("running")) {
            html.text("–");
        } else {
            TimeText.time(html, one.run().end());
        }
        html.raw("</td>");
        cell(HumanFormat.duration((one.run().end() - one.run().start()) / 1000.0));
        String kind = switch (how) {
            case "running", "stopped" -> "chip good";
            default -> "chip bad";
        };
        html.raw("<td>").element("span", one.endShown(), "class", kind).raw("</td></tr>");
    }

    private void marks() throws IOException {
        List<GraphMark> marks = report.marks().all();
        card("marks", "Events worth a mark");
        if (marks.isEmpty()) {
            soft("None in this range.");
        } else {
            html.raw("<ul class=\"marks\">");
            for (int i = marks.size() - 1; i >= Math.max(0, marks.size() - MARKS_SHOWN); i--) {
                GraphMark mark = marks.get(i);
                html.raw("<li><span class=\"mono\">");
                TimeText.time(html, mark.millis());
                html.raw("</span>")
                        .element("span", mark.kind().label, "class", chip(mark.kind()))
                        .element("span", mark.text(), "class", "soft")
                        .raw("</li>");
            }
            html.raw("</ul>");
            leftOut(marks.size() - MARKS_SHOWN + report.marks().leftOut(), "earlier one", "earlier ones");
        }
        html.raw("</div></section>\n");
    }

    private static String chip(GraphMark.Kind kind) {
        return switch (kind) {
            case START -> "chip good";
            case CRASH -> "chip bad";
            case STALL, FILE -> "chip warn";
            case STOP, LOAD_TEST_START, LOAD_TEST_END -> "chip";
        };
    }

    private void card(String id, String title) throws IOException {
        html.raw("<section class=\"card\" aria-labelledby=\"" + id + "\"><h2 id=\"" + id + "\">" + title + "</h2>");
        html.raw("<div data-part=\"" + id + "\">");
    }

    private void soft(String text) throws IOException {
        html.element("p", text, "class", "soft");
    }

    private void leftOut(long count, String one, String several) throws IOException {
        if (count > 0) {
            soft("And " + HumanFormat.count(count, one, several) + "; the JSON has more.");
        }
    }
}
