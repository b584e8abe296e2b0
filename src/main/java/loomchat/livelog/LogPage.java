package loomchat.livelog;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import loomchat.html.HtmlWriter;
import loomchat.html.PageFrame;
import loomchat.json.JsonWriter;

/**
 * The live log as a page and as events. Without JavaScript the page shows the last entries, newest at the bottom;
 * {@code logs.js} adds new ones in the same form. No state.
 */
public final class LogPage {
    private static final Pattern SESSION = Pattern.compile("[Ss]ession (\\d{1,18})");
    private static final int DAY = "2026-11-24".length();

    private LogPage() {}

    /**
     * The page.
     *
     * @param servers of the crowd; empty for a server of its own
     * @param trouble why the server admits nobody now, such as a log that cannot be written; may be empty
     */
    public static byte[] page(LogExcerpt excerpt, LogFilter filter, List<ServerNow> servers, String trouble) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(32 * 1024);
        try {
            write(new HtmlWriter(bytes), excerpt, filter, servers, trouble);
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
            json.member("time", entry.time()).member("event", entry.event());
            json.member("kind", entry.kind().code()).member("details", entry.details());
            json.member("seq", entry.seq()).member("session", entry.session());
            json.member("partner", entry.partner()).member("chat", entry.pair());
            json.member("messages", entry.messages()).endObject().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /**
     * How far the log was searched, as the data of an event.
     *
     * @param servers of the crowd; empty for a server of its own
     */
    public static String event(LogExcerpt excerpt, List<ServerNow> servers) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try {
            JsonWriter json = new JsonWriter(bytes).object();
            json.member("whole", excerpt.whole() && !excerpt.gone()).member("since", excerpt.since());
            json.member("older", excerpt.older())
                    .member("nothing", excerpt.nothing(ServerNow.ownName(servers)))
                    .endObject()
                    .flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toString(StandardCharsets.UTF_8);
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

    /** Writes an event of a stream of server-sent events. */
    public static void send(OutputStream out, String name, String data) throws IOException {
        out.write(("event: " + name + "\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void write(
            HtmlWriter html, LogExcerpt excerpt, LogFilter filter, List<ServerNow> servers, String trouble)
            throws IOException {
        String own = ServerNow.ownName(servers);
        String heading = own.isEmpty() ? "Log" : "Log of " + own;
        PageFrame.open(
                html,
                heading,
                "/logs",
                "<meta name=\"description\" content=\"What happens on this server, as it is written to its log.\">",
                "<link rel=\"stylesheet\" href=\"/styles/logs.css\">",
                "<script src=\"/scripts/logs.js\" type=\"module\"></script>");
        html.raw("<div class=\"log-bar\">\n<div class=\"row log-head\">")
                .element("h1", heading, "id", "heading")
                .raw("<span class=\"chip\" id=\"state\" role=\"status\">The newest entries, at the bottom</span>")
                .raw("<span class=\"row end\"><select id=\"zone\" aria-label=\"Times\" hidden>")
                .raw("<option value=\"utc\">UTC</option><option value=\"local\">Local time</option></select>")
                .raw("<button class=\"button\" id=\"pause\" type=\"button\" hidden>Pause</button></span></div>\n");
        html.raw("<p class=\"notice bad\" id=\"trouble\" role=\"status\"" + (trouble.isEmpty() ? " hidden>" : ">"))
                .text(trouble)
                .raw("</p>\n");
        form(html, filter);
        following(html, filter);
        html.raw("</div>\n");
        servers(html, servers);
        html.raw("<div class=\"card log\">");
        html.element("p", excerpt.older(), "class", "soft older", "id", "older", "hidden", hidden(excerpt));
        html.raw("<ol class=\"entries\" id=\"entries\"" + " aria-label=\"Events, newest at the bottom\">\n");
        String day = "";
        for (LogEntry each : excerpt.entries()) {
            if (!day(each).isEmpty() && !day(each).equals(day)) {
                day = day(each);
                html.element("li", day + " UTC", "class", "day").raw("\n");
            }
            entry(html, each, filter);
        }
        html.raw("</ol>");
        html.open(
                "p",
                "class",
                "soft",
                "id",
                "nothing",
                "hidden",
                excerpt.entries().isEmpty() ? null : "");
        html.text(excerpt.nothing(own))
                .raw("</p></div>\n")
                .raw("<button class=\"button primary newest\" id=\"newest\" type=\"button\" hidden></button>\n");
        PageFrame.close(html);
    }

    private static String hidden(LogExcerpt excerpt) {
        return excerpt.older().isEmpty() || excerpt.entries().isEmpty() ? "" : null;
    }

    private static void servers(HtmlWriter html, List<ServerNow> servers) throws IOException {
        if (servers.isEmpty()) {
            return;
        }
        html.raw("<div class=\"card table-scroll\"><table class=\"data\">"
                        + "<caption class=\"label\">Servers now</caption>")
                .raw("<thead><tr><th scope=\"col\">Server</th><th scope=\"col\" class=\"number\">Connections</th>")
                .raw("<th scope=\"col\" class=\"number\">Chats</th>")
                .raw("<th scope=\"col\" class=\"number\">Waiting</th></tr></thead><tbody id=\"servers\">\n");
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
        html.raw("<form class=\"filter\" id=\"filter\" action=\"/logs\" method=\"get\">")
                .raw("<label class=\"wide\"><span class=\"label\">Event</span><select name=\"event\">");
        html.element("option", "all", "value", "", "selected", filter.event() == null ? "" : null);
        for (var group : LogFilter.GROUPS.entrySet()) {
            String name = group.getKey();
            html.open("optgroup", "label", name);
            html.element("option", name + ", all", "value", name, "selected", name.equals(filter.event()) ? "" : null);
            for (String each : group.getValue()) {
                html.element("option", each, "value", each, "selected", each.equals(filter.event()) ? "" : null);
            }
            html.close("optgroup");
        }
        html.raw("</select></label>");
        number(html, "Session", "session", filter.session());
        number(html, "Chat", "chat", filter.pair());
        html.raw("<label class=\"each\">")
                .open("input", "type", "checkbox", "name", "relays", "value", "each", "checked", checked(filter))
                .raw(" Each message</label><button class=\"button\" type=\"submit\">Show</button></form>\n");
    }

    private static String checked(LogFilter filter) {
        return filter.eachRelay() ? "" : null;
    }

    private static void number(HtmlWriter html, String label, String name, long value) throws IOException {
        html.raw("<label>").element("span", label, "class", "label");
        html.open(
                "input",
                "name",
                name,
                "inputmode",
                "numeric",
                "pattern",
                "[1-9][0-9]{0,17}",
                "title",
                "A number, such as 12",
                "autocomplete",
                "off",
                "size",
                "6",
                "placeholder",
                "any",
                "value",
                value == 0 ? "" : Long.toString(value));
        html.raw("</label>");
    }

    /** What is followed, each with a way to end that. */
    private static void following(HtmlWriter html, LogFilter filter) throws IOException {
        boolean none = filter.session() == 0 && filter.pair() == 0;
        html.open("p", "class", "row", "id", "following", "hidden", none ? "" : null);
        if (filter.session() > 0) {
            clear(html, "Session " + filter.session(), filter.withSession(0));
        }
        if (filter.pair() > 0) {
            clear(html, "Chat " + filter.pair(), filter.withPair(0));
        }
        html.raw("</p>\n");
    }

    private static void clear(HtmlWriter html, String what, LogFilter without) throws IOException {
        html.open("a", "class", "chip clear", "href", without.address(), "aria-label", "Do not filter by " + what)
                .text("Only " + what + " ")
                .raw("<span aria-hidden=\"true\">✕</span></a>");
    }

    private static void entry(HtmlWriter html, LogEntry entry, LogFilter filter) throws IOException {
        html.open("li", "class", "entry " + entry.kind().code() + (entry.isSum() ? " sum" : ""))
                .element("time", clock(entry.time()), "class", "when mono", "datetime", entry.time())
                .element("span", entry.event(), "class", "what")
                .raw("<span class=\"details\">");
        Matcher session = SESSION.matcher(entry.details());
        boolean named = false;
        int at = 0;
        while (session.find()) {
            long number = Long.parseLong(session.group(1));
            if (number > 0 && (number == entry.session() || number == entry.partner())) {
                named |= number == entry.session();
                html.text(entry.details().substring(at, session.start()));
                html.element(
                        "a", session.group(), "href", filter.withSession(number).address());
                at = session.end();
            }
        }
        html.text(entry.details().substring(at)).raw("</span><span class=\"links\">");
        if (entry.session() > 0 && !named) {
            String address = filter.withSession(entry.session()).address();
            html.element("a", "Session " + entry.session(), "href", address).raw(" ");
        }
        if (entry.pair() > 0) {
            html.element(
                    "a",
                    "Chat " + entry.pair(),
                    "href",
                    filter.withPair(entry.pair()).address());
        }
        html.raw("</span></li>\n");
    }

    private static String day(LogEntry entry) {
        return isIso(entry.time()) ? entry.time().substring(0, DAY) : "";
    }

    /** The part of a time behind its day. */
    private static String clock(String time) {
        return isIso(time) ? time.substring(DAY + 1, time.length() - 1) : time;
    }

    private static boolean isIso(String time) {
        return time.length() > DAY + 1 && time.charAt(DAY) == 'T' && time.endsWith("Z");
    }
}
