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
        {"15m", "15 minutes"},
        {"1h", "Hour"},
        {"1d", "Day"},
        {"all", "All"},
    };

    private final HtmlWriter html;
    private final Report report;

    RangePicker(HtmlWriter html, Report report) {
        this.html = html;
        this.report = report;
    }

    void write() throws IOException {
        ReportQuery query = report.query();
        html.raw("<div class=\"card picker\" data-part=\"picker\"><nav class=\"row\" aria-label=\"Range\">");
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
        html.raw("<span class=\"row script-only\" hidden>")
                .raw(button("earlier", "Earlier", "‹"))
                .raw(button("later", "Later", "›"))
                .raw(button("zoom-in", "Zoom in", "+"))
                .raw(button("zoom-out", "Zoom out", "−"))
                .raw("</span></nav>\n<form class=\"row\" action=\"/report\" method=\"get\" id=\"range-form\">");
        time("from", "From (UTC)", report.axis().from());
        // Up to the next whole second, so that the last line is included.
        time("to", "to", report.axis().to() + 999);
        if (query.node() != null) {
            html.open("input", "type", "hidden", "name", "node", "value", query.node());
        }
        html.raw("<button class=\"button\" type=\"submit\">Show</button>")
                .raw("<label class=\"row script-only live\" hidden><input type=\"checkbox\" id=\"live\"> Live</label>")
                .raw("</form>");
        if (report.hasChoices()) {
            nodes();
        }
        html.raw("</div>\n");
    }

    /** The servers, to look at all of them or at one. */
    private void nodes() throws IOException {
        html.raw("<nav class=\"row\" aria-label=\"Servers\">");
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

    /** The node that was chosen, as a parameter behind others. */
    private static String node(ReportQuery query) {
        return query.node() == null ? "" : "&node=" + URLEncoder.encode(query.node(), StandardCharsets.UTF_8);
    }

    private static String button(String id, String name, String sign) {
        return "<button class=\"button\" type=\"button\" id=\"%s\" aria-label=\"%s\" title=\"%s\">%s</button>"
                .formatted(id, name, name, sign);
    }

    private void time(String name, String label, long millis) throws IOException {
        html.raw("<label class=\"row\">").element("span", label, "class", "label");
        html.raw("<input type=\"datetime-local\" step=\"1\" name=\"" + name + "\" required=\"\"")
                .raw(report.isEmpty() ? "" : " value=\"" + HumanFormat.input(millis) + "\"")
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
