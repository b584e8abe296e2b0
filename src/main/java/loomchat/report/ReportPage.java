package loomchat.report;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/**
 * A {@link Report} as a page: whole without JavaScript; {@code report.js} adds graphs to look into and keeps it fresh, for which
 * it fetches the page again and takes over the parts that have a {@code data-part}. Any thread.
 */
final class ReportPage {
    private static final int TABLE_ROWS = 60;
    private static final int PICTURE_POINTS = 400;
    private static final int RUNS_SHOWN = 20;
    private static final int MARKS_SHOWN = 40;

    private final Report report;
    private final ChatTally chat;
    private final Html html;

    private ReportPage(Report report, OutputStream out) {
        this.report = report;
        this.chat = report.chat();
        this.html = new Html(out);
    }

    static void write(Report report, OutputStream out) throws IOException {
        new ReportPage(report, out).write();
    }

    private void write() throws IOException {
        PageFrame.open(
                html,
                "Report",
                "/report",
                "<meta name=\"description\" content=\"The whole history of this server, read from its log files.\">",
                "<link rel=\"stylesheet\" href=\"/report/uPlot.css\">",
                "<link rel=\"stylesheet\" href=\"/styles/report.css\">",
                "<script src=\"/report/uPlot.js\" defer></script>",
                "<script src=\"/scripts/report.js\" type=\"module\"></script>");
        heading();
        new RangePicker(html, report).write();
        problems();
        now();
        totals();
        graphs();
        distributions();
        html.raw("<div class=\"columns\">\n");
        reasons();
        scan();
        html.raw("</div>\n");
        runs();
        marks();
        ReportData.write(html, report);
        PageFrame.close(html);
    }

    private void heading() throws IOException {
        html.raw("<div class=\"row report-head\" data-part=\"head\"><h1>Report</h1>");
        boolean live = report.now().live();
        html.element("span", live ? "Server running" : "Server not running", "class", live ? "chip good" : "chip warn");
        html.open("p", "class", "soft");
        if (report.isEmpty()) {
            html.text("Nothing was recorded yet. Open the chat in two tabs, or run make stress, and come back.");
        } else {
            html.text(Format.time(report.from()) + " to " + Format.time(report.to()) + " UTC, "
                    + Format.duration((report.to() - report.from()) / 1000.0));
        }
        html.close("p").raw("</div>\n");
    }

    private void problems() throws IOException {
        html.raw("<div data-part=\"problems\">");
        for (String each : report.problems()) {
            html.element("p", each, "class", "notice bad", "role", "status");
        }
        html.raw("</div>\n");
    }

    private void now() throws IOException {
        Now now = report.now();
        html.raw("<section aria-labelledby=\"now\"><h2 id=\"now\">Now</h2><dl class=\"tiles\" data-part=\"now\">");
        tile("Connections", Format.count(now.whole(SampleColumn.CONNECTIONS)), null);
        tile("Waiting", Format.count(now.whole(SampleColumn.WAITING)), null);
        tile("Pairs", Format.count(now.whole(SampleColumn.PAIRS)), null);
        bytes("Memory (RSS)", now.value(SampleColumn.RSS_BYTES));
        bytes("Heap in use", now.value(SampleColumn.HEAP_USED_BYTES));
        tile("CPU, 100 % a core", Format.number(now.value(SampleColumn.CPU_PERCENT)) + " %", null);
        tile("CPU cores", Format.count(now.whole(SampleColumn.CPU_CORES)), null);
        tile("Log queue, lines", Format.count(now.whole(SampleColumn.LOG_QUEUE)), null);
        html.raw("</dl>\n");
        html.raw("</section>\n");
    }

    private void totals() throws IOException {
        html.raw("<section aria-labelledby=\"totals\">");
        html.element("h2", report.query().isAll() ? "Since the beginning" : "In this range", "id", "totals");
        html.raw("<dl class=\"tiles\" data-part=\"totals\">");
        tile("Connections", Format.count(chat.connections), null);
        tile("Matches", Format.count(chat.matches), null);
        tile("Messages", Format.count(chat.messages), null);
        tile("Disconnects", Format.count(chat.disconnects), null);
        bytes("Relayed text", chat.bytes);
        bytes("Bandwidth in", report.amount(SampleColumn.BYTES_IN));
        bytes("Bandwidth out", report.amount(SampleColumn.BYTES_OUT));
        tile("Uptime", Format.duration(report.uptimeSeconds()), null);
        tile("Starts", Format.count(report.starts()), null);
        tile("Crashes", Format.count(report.crashes()), "A start without a stop before it");
        tile("Log stalls", Format.count(chat.stalls), Format.duration(chat.stalledMillis / 1000.0) + " in all");
        tile("Torn tails", Format.count(chat.torn), Format.count(chat.tornBytes) + " bytes cut off");
        html.raw("</dl></section>\n");
    }

    private void bytes(String name, double value) throws IOException {
        tile(name, Format.bytes(value), Format.count(Math.round(value)) + " bytes");
    }

    private void tile(String name, String value, String title) throws IOException {
        html.raw("<div class=\"tile\">")
                .element("dt", name)
                .element("dd", value, "title", title)
                .raw("</div>");
    }

    private void graphs() throws IOException {
        SeriesTable points = SeriesTable.of(report, PICTURE_POINTS);
        SeriesTable rows = SeriesTable.of(report, TABLE_ROWS);
        html.raw("<section aria-labelledby=\"graphs\"><h2 id=\"graphs\">Over time</h2>");
        html.raw(
                        "<p class=\"soft graph-help\">Lines are means, bands reach from the least to the greatest value. All times are UTC.")
                .raw("<span class=\"script-only\" hidden> Drag across a graph to look closer.</span></p>")
                .raw("<div class=\"graphs\" data-part=\"graphs\">\n");
        for (Graph graph : Graph.values()) {
            graph(graph, points, rows);
        }
        html.raw("</div></section>\n");
    }

    private void graph(Graph graph, SeriesTable points, SeriesTable rows) throws IOException {
        html.open("figure", "class", "card graph", "id", "graph-" + graph.id, "data-graph", graph.id);
        html.raw("<figcaption>").element("h3", graph.title);
        html.raw("<ul class=\"legend\">");
        for (int i = 0; i < graph.lines.size(); i++) {
            html.raw("<li>").open("span", "class", "swatch s" + (i + 1)).close("span");
            html.text(graph.lines.get(i).label()).raw("</li>");
        }
        html.raw("</ul></figcaption>\n");
        SvgGraph svg = new SvgGraph(html, report, points, graph);
        if (svg.isEmpty()) {
            html.raw("<p class=\"soft nothing\">Nothing was recorded in this range.</p>");
        } else {
            html.raw("<div class=\"plot\">");
            svg.write();
            html.raw("</div>\n");
            table(graph, rows);
        }
        html.close("figure").raw("\n");
    }

    private void table(Graph graph, SeriesTable rows) throws IOException {
        html.open("details", "data-keep", "table-" + graph.id);
        html.element("summary", "Table, " + Buckets.name(rows.seconds()) + " a row");
        html.open(
                "div",
                "class",
                "table-scroll",
                "tabindex",
                "0",
                "role",
                "region",
                "aria-label",
                graph.title + ", table");
        html.raw("<table class=\"data\"><thead><tr><th scope=\"col\">From (UTC)</th>");
        for (Graph.Line line : graph.lines) {
            if (line.sample() == null) {
                html.element("th", line.label(), "scope", "col", "class", "number");
                continue;
            }
            for (String which : new String[] {"least", "mean", "greatest"}) {
                html.element("th", line.label() + ", " + which, "scope", "col", "class", "number");
            }
        }
        html.raw("</tr></thead><tbody>\n");
        for (int row = 0; row < rows.rows(); row++) {
            html.raw("<tr>").element("th", Format.bucket(rows.start(row), rows.seconds()), "scope", "row");
            for (Graph.Line line : graph.lines) {
                if (line.sample() != null) {
                    cell(graph.unit.format(rows.min(row, line)));
                }
                cell(graph.unit.format(rows.mean(row, line)));
                if (line.sample() != null) {
                    cell(graph.unit.format(rows.max(row, line)));
                }
            }
            html.raw("</tr>\n");
        }
        html.raw("</tbody></table></div></details>\n");
    }

    private void cell(String text) throws IOException {
        html.element("td", text, "class", "number");
    }

    private void distributions() throws IOException {
        html.raw("<section aria-labelledby=\"spread\"><h2 id=\"spread\">Distributions</h2>")
                .raw("<div class=\"graphs\" data-part=\"distributions\">\n");
        for (Distribution each : Distribution.values()) {
            new SvgHistogram(html, each, each.of(chat)).write();
        }
        html.raw("</div></section>\n");
    }

    private void reasons() throws IOException {
        html.raw(
                "<section class=\"card\" aria-labelledby=\"reasons\"><h2 id=\"reasons\">Why connections ended</h2><div data-part=\"reasons\">");
        if (chat.disconnects == 0) {
            html.raw("<p class=\"soft\">No connection has ended in this range.</p>");
        } else {
            html.raw(
                            "<table class=\"data\"><thead><tr><th scope=\"col\">Reason</th><th scope=\"col\" class=\"number\">Connections</th>")
                    .raw("<th scope=\"col\" class=\"number\">Share</th></tr></thead><tbody>");
            for (Map.Entry<String, Long> each : chat.reasons.all().entrySet()) {
                html.raw("<tr>").element("th", each.getKey(), "scope", "row");
                cell(Format.count(each.getValue()));
                cell(Format.number(Math.round(1000.0 * each.getValue() / chat.disconnects) / 10.0) + " %");
                html.raw("</tr>");
            }
            html.raw("</tbody></table>");
        }
        html.raw("</div></section>\n");
    }

    private void scan() throws IOException {
        Report.ScanFigures scan = report.scan();
        html.raw(
                "<section class=\"card\" aria-labelledby=\"scan\"><h2 id=\"scan\">What was read</h2><div data-part=\"scan\">");
        html.element(
                "p",
                Format.count(scan.lines()) + " lines, " + Format.bytes(scan.bytes()) + ", in "
                        + Format.count(scan.millis()) + " ms.");
        String files = scan.segments() == 1 ? "1 file" : Format.count(scan.segments()) + " files";
        html.element(
                "p",
                scan.rollups() == 0
                        ? "Every line of " + files + " was read for this page."
                        : files + ", " + Format.count(scan.rollups()) + " of them through the sums kept beside them ("
                                + Format.bytes(scan.rolledUpBytes()) + ").",
                "class",
                "soft");
        if (scan.linesSince() != Times.UNKNOWN) {
            html.element(
                    "p",
                    "Single lines are there since " + Format.time(scan.linesSince())
                            + " UTC; of older ones the sums are kept.",
                    "class",
                    "soft");
        }
        html.element(
                "p",
                scan.skippedLines() == 0
                        ? "No line was damaged."
                        : Format.count(scan.skippedLines()) + " damaged lines were skipped.",
                "class",
                "soft");
        if (chat.withoutTime > 0) {
            html.element(
                    "p",
                    Format.count(chat.withoutTime)
                            + " lines have no time that could be read: they count, but are in no graph.",
                    "class",
                    "soft");
        }
        html.raw("<p class=\"row\">");
        RangePicker.link(html, "/report.json", report.query(), "JSON");
        RangePicker.link(html, "/report.csv", report.query(), "CSV");
        html.raw("</p></div></section>\n");
    }

    private void runs() throws IOException {
        List<Runs.Run> runs =
                report.runs().within(report.query().from(), report.query().to());
        html.raw(
                "<section class=\"card\" aria-labelledby=\"runs\"><h2 id=\"runs\">Server runs</h2><div data-part=\"runs\">");
        if (runs.isEmpty()) {
            html.raw("<p class=\"soft\">No start of a server is recorded in this range.</p>");
        } else {
            html.raw(
                            "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Server runs, table\"><table class=\"data\"><thead><tr><th scope=\"col\">Started (UTC)</th>")
                    .raw(
                            "<th scope=\"col\">Ended</th><th scope=\"col\" class=\"number\">Uptime</th><th scope=\"col\">How it ended</th>")
                    .raw("</tr></thead><tbody>");
            for (int i = runs.size() - 1; i >= Math.max(0, runs.size() - RUNS_SHOWN); i--) {
                run(runs.get(i));
            }
            html.raw("</tbody></table></div>");
            leftOut(runs.size() - RUNS_SHOWN + report.runs().leftOut(), "earlier runs");
        }
        html.raw("</div></section>\n");
    }

    private void run(Runs.Run run) throws IOException {
        String how = report.describe(run);
        html.raw("<tr>")
                .element(
                        "th",
                        Format.time(run.start()) + (run.startSeen() ? "" : " (start not recorded)"),
                        "scope",
                        "row");
        html.element("td", how.equals("running") ? "–" : Format.time(run.end()));
        cell(Format.duration((run.end() - run.start()) / 1000.0));
        String kind = switch (how) {
            case "running", "stopped" -> "chip good";
            case "crashed" -> "chip bad";
            default -> "chip warn";
        };
        html.raw("<td>").element("span", how, "class", kind).raw("</td></tr>");
    }

    private void marks() throws IOException {
        List<Mark> marks = report.marks();
        html.raw(
                "<section class=\"card\" aria-labelledby=\"marks\"><h2 id=\"marks\">Events worth a mark</h2><div data-part=\"marks\">");
        if (marks.isEmpty()) {
            html.raw("<p class=\"soft\">None in this range.</p>");
        } else {
            html.raw("<ul class=\"marks\">");
            for (int i = marks.size() - 1; i >= Math.max(0, marks.size() - MARKS_SHOWN); i--) {
                Mark mark = marks.get(i);
                html.raw("<li>")
                        .element("span", Format.time(mark.millis()), "class", "mono")
                        .element("span", mark.kind().label, "class", mark.kind().chip)
                        .element("span", mark.text(), "class", "soft")
                        .raw("</li>");
            }
            html.raw("</ul>");
            leftOut(marks.size() - MARKS_SHOWN + report.marksLeftOut(), "earlier ones");
        }
        html.raw("</div></section>\n");
    }

    private void leftOut(long count, String what) throws IOException {
        if (count > 0) {
            html.element("p", "And " + Format.count(count) + " " + what + "; the JSON has more.", "class", "soft");
        }
    }
}
