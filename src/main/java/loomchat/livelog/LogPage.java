package loomchat.livelog;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import loomchat.html.HtmlWriter;
import loomchat.html.PageFrame;
import loomchat.json.JsonWriter;

/**
 * The live log as a page and as events. Without JavaScript the page shows the last entries, newest first;
 * {@code logs.js} adds new ones. No state.
 */
public final class LogPage {
    private LogPage() {}

    /** @param servers of the crowd; empty for a server of its own */
    public static byte[] page(List<LogEntry> entries, LogFilter filter, List<ServerNow> servers) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(32 * 1024);
        try {
            write(new HtmlWriter(bytes), entries, filter, servers);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** One entry as the data of an event. */
    public static String event(LogEntry entry) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try {
            JsonWriter json = new JsonWriter(bytes).object();
            json.member("time", entry.time()).member("event", entry.event()).member("details", entry.details());
            json.member("seq", entry.seq())
                    .member("session", entry.session())
                    .endObject()
                    .flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static void write(HtmlWriter html, List<LogEntry> entries, LogFilter filter, List<ServerNow> servers)
            throws IOException {
        PageFrame.open(
                html,
                "Log",
                "/logs",
                "<meta name=\"description\" content=\"What happens on this server, as it is written to its log.\">",
                "<link rel=\"stylesheet\" href=\"/styles/logs.css\">",
                "<script src=\"/scripts/logs.js\" type=\"module\"></script>");
        html.raw("<div class=\"row\"><h1>Log</h1><span class=\"chip\" id=\"state\" role=\"status\">")
                .raw("The last entries, newest first</span></div>\n");
        servers(html, servers);
        form(html, filter);
        html.raw("<p class=\"soft\" id=\"left-out\" hidden></p>\n")
                .raw("<div class=\"card log\">"
                        + "<ol class=\"entries\" id=\"entries\" aria-label=\"Events, newest first\">\n");
        for (int i = entries.size() - 1; i >= 0; i--) {
            entry(html, entries.get(i));
        }
        html.raw("</ol>");
        html.open("p", "class", "soft", "id", "nothing", "hidden", entries.isEmpty() ? null : "");
        html.raw("No such event was logged yet.</p></div>\n");
        PageFrame.close(html);
    }

    /** The servers of the crowd as the data of an event. */
    public static String event(List<ServerNow> servers) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try {
            JsonWriter json = new JsonWriter(bytes).array();
            for (ServerNow each : servers) {
                json.object()
                        .member("name", each.name())
                        .member("own", each.own())
                        .member("connections", each.connections())
                        .member("chats", each.chats())
                        .member("waiting", each.waiting())
                        .endObject();
            }
            json.endArray().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static void servers(HtmlWriter html, List<ServerNow> servers) throws IOException {
        if (servers.isEmpty()) {
            return;
        }
        html.raw(
                        "<div class=\"card table-scroll\"><table class=\"data\"><caption class=\"label\">Servers now</caption>")
                .raw("<thead><tr><th scope=\"col\">Server</th><th scope=\"col\" class=\"number\">Connections</th>")
                .raw(
                        "<th scope=\"col\" class=\"number\">Chats</th><th scope=\"col\" class=\"number\">Waiting</th></tr>")
                .raw("</thead><tbody id=\"servers\">\n");
        for (ServerNow each : servers) {
            html.raw("<tr>")
                    .element("th", each.name() + (each.own() ? " (this one)" : ""), "scope", "row")
                    .element("td", Long.toString(each.connections()), "class", "number")
                    .element("td", Long.toString(each.chats()), "class", "number")
                    .element("td", Long.toString(each.waiting()), "class", "number")
                    .raw("</tr>\n");
        }
        html.raw("</tbody></table></div>\n");
    }

    private static void form(HtmlWriter html, LogFilter filter) throws IOException {
        html.raw("<form class=\"card row\" id=\"filter\" action=\"/logs\" method=\"get\"><label class=\"row\">")
                .raw("<span class=\"label\">Event</span><select name=\"event\">");
        html.element("option", "all", "value", "", "selected", filter.event() == null ? "" : null);
        for (String each : LogFilter.EVENTS) {
            html.element("option", each, "value", each, "selected", each.equals(filter.event()) ? "" : null);
        }
        html.raw("</select></label><label class=\"row\"><span class=\"label\">Session</span>")
                .raw("<input name=\"session\" inputmode=\"numeric\" pattern=\"[1-9][0-9]*\" size=\"8\"")
                .raw(" placeholder=\"any\" value=\"" + (filter.session() == 0 ? "" : filter.session()) + "\">");
        html.raw("</label><button class=\"button\" type=\"submit\">Show</button>")
                .raw(
                        "<button class=\"button script-only\" id=\"pause\" type=\"button\" aria-pressed=\"false\" hidden>Pause</button>"
                                + "</form>\n");
    }

    private static void entry(HtmlWriter html, LogEntry entry) throws IOException {
        html.raw("<li>")
                .element("span", entry.time(), "class", "when mono")
                .element("span", entry.event(), "class", "what")
                .element("span", entry.details(), "class", "details")
                .raw("</li>\n");
    }

    /** Writes an event of a stream of server-sent events. */
    public static void send(OutputStream out, String name, String data) throws IOException {
        out.write(("event: " + name + "\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
    }
}
