package loomchat.report.render;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import loomchat.html.HtmlWriter;
import loomchat.report.history.Report;
import loomchat.report.history.ReportQuery;
import loomchat.report.series.LogTimes;

/** The form that sets the range of the page. It works without JavaScript. One thread. */
final class RangePicker {
    private static final String[][] RANGES = {
        {"last", "Last activity"},
        {"all", "All"},
        {"1d", "Day"},
        {"1h", "Hour"},
        {"15m", "15 min"},
    };

    /** Beyond that many servers, one is chosen from a list. */
    private static final int MOST_BUTTONS = 8;

    private final HtmlWriter html;
    private final Report report;

    RangePicker(HtmlWriter html, Report report) {
        this.html = html;
        this.report = report;
    }

    void write() throws IOException {
        ReportQuery query = report.query();
        html.raw("<div class=\"card picker\" data-part=\"picker\"><nav class=\"ranges\" aria-label=\"Range\">");
        for (String[] range : RANGES) {
            html.element(
                    "a",
                    range[1],
                    "class",
                    "button",
                    "href",
                    "/report?range=" + range[0] + node(query),
                    "data-range",
                    range[0],
                    "aria-current",
                    range[0].equals(query.range()) ? "true" : null);
        }
        html.raw("<span class=\"script-only\" hidden>")
                .raw(button("earlier", "Earlier", "‹"))
                .raw(button("later", "Later", "›"))
                .raw(button("zoom-in", "Zoom in", "+"))
                .raw(button("zoom-out", "Zoom out", "−"))
                .raw("<button class=\"button\" type=\"button\" id=\"reset\" hidden>Reset</button>")
                .raw("</span></nav>\n");
        if (report.hasChoices()) {
            nodes();
        }
        html.raw("<details class=\"dates\" data-keep=\"dates\"><summary>Dates and times</summary>")
                .raw("<form class=\"row\" action=\"/report\" method=\"get\" id=\"range-form\">");
        time("from", "From", report.axis().from());
        // Up to the next whole second, so that the last line is included.
        time("to", "To", report.axis().to() + 999);
        if (query.node() != null) {
            html.open("input", "type", "hidden", "name", "node", "value", query.node());
        }
        html.raw("<button class=\"button\" type=\"submit\">Show</button></form>")
                .raw("<p class=\"soft\">24 hours, in <span data-zone>UTC</span>. A span back from now, such as 2h, "
                        + "and now are times, too.</p>")
                .raw("<p class=\"row script-only\" hidden><label class=\"row\"><span class=\"label\">Times in</span> "
                        + "<select id=\"zone\"><option value=\"utc\">UTC</option>"
                        + "<option value=\"local\">the time zone of this browser</option></select></label></p>")
                .raw("</details>");
        if (!report.isEmpty()) {
            String shown = LogTimes.iso(report.axis().from()) + ".."
                    + LogTimes.iso(report.axis().to());
            html.element(
                    "a", "Compare…", "class", "compare", "href", "/report/compare?b=" + shown + node(report.query()));
        }
        html.raw("<label class=\"row script-only live\" hidden><input type=\"checkbox\" id=\"live\"> Live"
                + "</label></div>\n");
    }

    /** The servers, to look at all of them or at one. */
    private void nodes() throws IOException {
        if (report.choices().size() > MOST_BUTTONS) {
            list();
            return;
        }
        html.raw("<nav class=\"ranges\" aria-label=\"Servers\">");
        choice("All servers", null);
        for (String each : report.choices()) {
            choice(each, each);
        }
        html.raw("</nav>");
    }

    private void choice(String label, String node) throws IOException {
        ReportQuery query = report.query();
        html.element(
                "a",
                label,
                "class",
                "button",
                "href",
                "/report" + address(query.of(node)),
                "aria-current",
                Objects.equals(node, query.node()) ? "true" : null);
    }

    private void list() throws IOException {
        ReportQuery query = report.query();
        html.raw("<form class=\"row\" action=\"/report\" method=\"get\" id=\"node-form\">");
        if (query.range() != null) {
            html.open("input", "type", "hidden", "name", "range", "value", query.range());
        } else {
            html.open(
                    "input",
                    "type",
                    "hidden",
                    "name",
                    "from",
                    "value",
                    "" + report.axis().from());
            html.open(
                    "input",
                    "type",
                    "hidden",
                    "name",
                    "to",
                    "value",
                    "" + report.axis().to());
        }
        html.raw("<label class=\"row\"><span class=\"label\">Server</span> <select id=\"node\" name=\"node\">");
        html.element("option", "All " + report.choices().size() + " servers", "value", "");
        for (String each : report.choices()) {
            html.element("option", each, "value", each, "selected", each.equals(query.node()) ? "" : null);
        }
        html.raw("</select></label><button class=\"button\" type=\"submit\">Show</button></form>");
    }

    /** The node that was chosen, as a parameter behind others. */
    static String node(ReportQuery query) {
        return query.node() == null ? "" : "&node=" + URLEncoder.encode(query.node(), StandardCharsets.UTF_8);
    }

    private static String button(String id, String name, String sign) {
        return "<button class=\"button\" type=\"button\" id=\"%s\" aria-label=\"%s\" title=\"%s\">%s</button>"
                .formatted(id, name, name, sign);
    }

    /** A plain field: those for date and time have 12 hours in some places. */
    private void time(String name, String label, long millis) throws IOException {
        html.raw("<label class=\"row\">").element("span", label, "class", "label");
        html.raw(" <input type=\"text\" size=\"19\" maxlength=\"30\" placeholder=\"2026-11-24 13:50:42\" "
                        + "autocomplete=\"off\" spellcheck=\"false\" name=\"" + name + "\" required=\"\"")
                .raw(report.isEmpty() ? "" : " value=\"" + HumanFormat.time(millis) + "\"")
                .raw("></label>");
    }

    /** A link to the same range in another form. */
    static void link(HtmlWriter html, String path, ReportQuery query, String label) throws IOException {
        html.element("a", label, "class", "button", "href", path + address(query));
    }

    /** The query as parameters of an address, with the question mark. */
    static String address(ReportQuery query) {
        StringBuilder address = new StringBuilder();
        if (query.range() != null) {
            address.append("?range=").append(query.range());
        } else {
            if (query.from() != LogTimes.UNKNOWN) {
                address.append(address.isEmpty() ? '?' : '&').append("from=").append(query.from());
            }
            if (query.to() != Long.MAX_VALUE) {
                address.append(address.isEmpty() ? '?' : '&').append("to=").append(query.to());
            }
        }
        if (query.bucketSeconds() > 0) {
            address.append(address.isEmpty() ? '?' : '&').append("bucket=").append(query.bucketSeconds());
        }
        String node = node(query)
                + (query.event() == null ? "" : "&event=" + URLEncoder.encode(query.event(), StandardCharsets.UTF_8));
        return address.isEmpty() && !node.isEmpty() ? "?" + node.substring(1) : address + node;
    }
}
