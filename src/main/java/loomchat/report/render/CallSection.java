package loomchat.report.render;

import java.io.IOException;
import java.util.Map;
import loomchat.html.HtmlWriter;
import loomchat.report.history.Report;
import loomchat.report.series.BucketWidths;
import loomchat.report.series.ChatCount;
import loomchat.report.series.CountSeries;

/** The part of the page about calls; empty where there were none. One thread. */
final class CallSection {
    private static final int DAYS_SHOWN = 31;
    private static final long DAY_SECONDS = 86_400;

    private final HtmlWriter html;
    private final Report report;

    CallSection(HtmlWriter html, Report report) {
        this.html = html;
        this.report = report;
    }

    void write() throws IOException {
        html.raw("<div data-part=\"calls\">");
        if (report.hasCalls()) {
            html.raw("<section aria-labelledby=\"calls\"><h2 id=\"calls\">Calls</h2><dl class=\"tiles\">");
            for (KeyFigure each : KeyFigure.calls(report.chat())) {
                each.tile(html);
            }
            html.raw("</dl><div class=\"columns\">");
            days();
            reasons();
            html.raw("</div></section>");
        }
        html.raw("</div>\n");
    }

    /** A row for each day with a call, or for each bucket where they are longer than a day. */
    private void days() throws IOException {
        CountSeries series = report.chat()
                .series()
                .copy(Math.max(DAY_SECONDS, report.chat().series().seconds()));
        String title = series.seconds() == DAY_SECONDS
                ? "Calls a day"
                : "Calls, " + BucketWidths.name(series.seconds()) + " a row";
        html.raw("<div class=\"card\">").element("h3", title).scrolledTable(title);
        html.element("th", "From (UTC)", "scope", "col");
        for (String each : new String[] {"Calls", "Connected", "Relayed", "Media"}) {
            html.element("th", each, "scope", "col", "class", "number");
        }
        html.raw("</tr></thead><tbody>");
        int[] order = series.sorted();
        int shown = 0;
        for (int i = order.length - 1; i >= 0 && shown < DAYS_SHOWN; i--) {
            if (sum(series, order[i], ChatCount.CALLS) + sum(series, order[i], ChatCount.CALLS_ENDED) > 0) {
                day(series, order[i]);
                shown++;
            }
        }
        html.closeScrolledTable().raw("</div>");
    }

    private void day(CountSeries series, int row) throws IOException {
        long connected = sum(series, row, ChatCount.CALLS_CONNECTED);
        html.raw("<tr>").element("th", HumanFormat.bucket(series.startOf(row), series.seconds()), "scope", "row");
        cell(HumanFormat.count(sum(series, row, ChatCount.CALLS)));
        cell(HumanFormat.share(connected, sum(series, row, ChatCount.CALLS_ENDED)));
        cell(HumanFormat.share(sum(series, row, ChatCount.CALLS_RELAYED), connected));
        cell(HumanFormat.bytes(sum(series, row, ChatCount.MEDIA_BYTES)));
        html.raw("</tr>");
    }

    private void reasons() throws IOException {
        html.raw("<div class=\"card\"><h3>Why calls ended</h3>");
        Map<String, Long> reasons = report.chat().callReasons().all();
        if (reasons.isEmpty()) {
            html.raw("<p class=\"soft\">No call has ended in this range.</p></div>");
            return;
        }
        html.scrolledTable("Why calls ended")
                .raw("<th scope=\"col\">Reason</th><th scope=\"col\" class=\"number\">Calls</th>"
                        + "<th scope=\"col\" class=\"number\">Share</th>"
                        + "</tr></thead><tbody>");
        long all = reasons.values().stream().mapToLong(Long::longValue).sum();
        for (Map.Entry<String, Long> each : reasons.entrySet()) {
            html.raw("<tr>").element("th", each.getKey(), "scope", "row");
            cell(HumanFormat.count(each.getValue()));
            cell(HumanFormat.share(each.getValue(), all));
            html.raw("</tr>");
        }
        html.closeScrolledTable().raw("</div>");
    }

    private static long sum(CountSeries series, int row, ChatCount column) {
        return series.sum(row, column.ordinal());
    }

    private void cell(String text) throws IOException {
        html.element("td", text, "class", "number");
    }
}
