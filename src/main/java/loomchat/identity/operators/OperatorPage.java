package loomchat.identity.operators;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import loomchat.html.HtmlWriter;
import loomchat.html.PageFrame;
import loomchat.identity.bans.Ban;

/**
 * The pages for operators: what refuses others, signing in, and bans. They need no JavaScript. No state. Long, because
 * they share their parts.
 */
public final class OperatorPage {
    /** How many bans are shown; the search finds the others. */
    static final int MOST_SHOWN = 200;

    private static final String PATH = "/operator";
    private static final Set<String> PAGES = Set.of("/report", "/report/loadtest", "/report/compare", "/logs");
    private static final int MOST_ADDRESS = 1000;
    private static final Pattern QUERY = Pattern.compile("[!-~]*");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneOffset.UTC);
    private static final List<List<String>> LENGTHS = List.of(
            List.of("1h", "1 hour"),
            List.of("24h", "24 hours"),
            List.of("7d", "7 days"),
            List.of("30d", "30 days"),
            List.of("good", "for good"));
    private static final String USUAL_LENGTH = "24h";

    /** What a page says at its top; {@link #code} asks for it in an address, so that no address holds a text. */
    public enum Notice {
        NONE("", "", ""),
        SIGNED_IN("in", "good", "You are signed in."),
        SIGNED_OUT("out", "good", "You are signed out."),
        BANNED("banned", "good", "The ban holds."),
        /** {@link #longer} says which. */
        LONGER("longer", "warn", ""),
        LIFTED("lifted", "good", "The ban is lifted."),
        NOT_BANNED("not-banned", "warn", "There was no such ban any more."),
        NOBODY_BANNED("", "warn", "You are signed out: nobody was banned. What you entered waits for your sign-in."),
        NOT_LIFTED("", "warn", "You are signed out: the ban was not lifted."),
        NOBODY_BANNED_YET("", "warn", "You are signed in. Nobody was banned yet: please check, and press Ban."),
        WRONG_TOKEN("", "bad", "This is not an operator’s token."),
        TOO_OFTEN("", "bad", "Too many attempts. Please wait a minute."),
        NEEDS_HTTPS(
                "",
                "warn",
                "Signing in needs HTTPS here: over plain HTTP a browser keeps it for localhost only. Use HTTPS, or an SSH"
                        + " tunnel to the server."),
        NOT_KEPT(
                "",
                "bad",
                "Your browser did not keep the sign-in. Over plain HTTP it keeps one for localhost only: use HTTPS, or"
                        + " an SSH tunnel to the server.");

        public final String code;
        private final String kind;
        private final String text;

        Notice(String code, String kind, String text) {
            this.code = code;
            this.kind = kind;
            this.text = text;
        }

        /** {@link #NONE} for an unknown code. */
        public static Notice of(String code) {
            return Arrays.stream(values())
                    .filter(each -> each.code.equals(code))
                    .findFirst()
                    .orElse(NONE);
        }
    }

    /**
     * What somebody entered in the form for a ban.
     *
     * @param error why it was refused; empty when it was not
     */
    public record BanForm(String target, String length, String reason, String error) {
        public static final BanForm EMPTY = new BanForm("", USUAL_LENGTH, "", "");

        public BanForm refused(String why) {
            return new BanForm(target, length, reason, why);
        }
    }

    /**
     * What a form asked for when nobody was signed in. The form to sign in has it in hidden fields.
     *
     * @param ban empty unless somebody was to be banned
     * @param lift whose ban was to be lifted; empty for nobody's
     */
    public record Unsent(BanForm ban, String lift) {
        public static final Unsent NOTHING = new Unsent(BanForm.EMPTY, "");

        public boolean isNothing() {
            return ban.target.isEmpty() && ban.reason.isEmpty() && lift.isEmpty();
        }

        /** What the page says after the sign-in. */
        public Notice notice() {
            return lift.isEmpty() ? Notice.NOBODY_BANNED_YET : Notice.SIGNED_IN;
        }

        private void write(HtmlWriter html) throws IOException {
            if (!lift.isEmpty()) {
                hidden(html, "lift", lift);
            } else if (!isNothing()) {
                hidden(html, "target", ban.target);
                hidden(html, "for", ban.length);
                hidden(html, "reason", ban.reason);
            }
        }
    }

    private interface Content {
        void write(HtmlWriter html) throws IOException;
    }

    private OperatorPage() {}

    /** Whether an address to which a sign-in may lead, with or without a query, is that of a page of ours. */
    public static boolean isPage(String address) {
        int query = address.indexOf('?');
        return PAGES.contains(query < 0 ? address : address.substring(0, query))
                && address.length() <= MOST_ADDRESS
                && (query < 0 || QUERY.matcher(address.substring(query)).matches());
    }

    /** In place of the page at {@code address}, for those who are no operators. */
    public static byte[] refused(String address) {
        return page(
                "For operators",
                null,
                html -> html.raw("<h1>This page is for operators</h1>\n<p>")
                        .element(
                                "a",
                                "Sign in",
                                "class",
                                "button primary",
                                "href",
                                PATH + "?to=" + URLEncoder.encode(address, StandardCharsets.UTF_8))
                        .raw(
                                "</p>\n<p class=\"soft\">An operator has a token, or uses a browser on the server’s own machine.</p>\n"));
    }

    /** @param to the address that was asked for, empty for this one */
    public static byte[] signIn(Notice notice, String to, Unsent unsent) {
        return page("Sign in", null, html -> {
            html.raw("<h1>Sign in</h1>\n");
            notice(html, notice.kind, notice.text);
            html.raw("<form class=\"card fields narrow\" method=\"post\" action=\"/operator/sign-in\">\n")
                    .raw("<div class=\"field wide\"><label for=\"token\">Operator’s token</label>")
                    .raw(
                            "<input id=\"token\" name=\"token\" type=\"password\" required maxlength=\"100\" autofocus"
                                    + " autocomplete=\"current-password\" spellcheck=\"false\" aria-describedby=\"how\"></div>\n");
            if (isPage(to)) {
                hidden(html, "to", to);
            }
            unsent.write(html);
            html.raw("<button class=\"button primary\" type=\"submit\">Sign in</button>\n</form>\n")
                    .raw("<p class=\"soft\" id=\"how\">On the server, <code>make operator-token</code> makes a token. A"
                            + " sign-in lasts for 12 hours.</p>\n");
        });
    }

    /**
     * @param operator who sees it
     * @param signedIn whether there is a sign-in to end
     * @param all the bans, newest first
     * @param find shows only bans in which this occurs
     * @param trouble why bans are not durable, or null
     */
    public static byte[] bans(
            String operator,
            boolean signedIn,
            List<Ban> all,
            String find,
            Notice notice,
            String trouble,
            BanForm form) {
        return page("Bans", PATH, html -> {
            html.raw("<div class=\"row\"><h1>Bans</h1><span class=\"row end\"><span class=\"soft\">Operator</span> ")
                    .element("span", operator, "class", "chip good");
            if (signedIn) {
                html.raw("<form method=\"post\" action=\"/operator/sign-out\">"
                        + "<button class=\"button\" type=\"submit\">Sign out</button></form>");
            }
            html.raw("</span></div>\n");
            notice(html, notice.kind, notice == Notice.LONGER ? longer(all, find) : notice.text);
            if (trouble != null) {
                notice(
                        html,
                        "warn",
                        "Bans hold, but are lost when the server stops: the file cannot be written (" + trouble + ").");
            }
            form(html, form);
            list(html, all, find);
        });
    }

    /** Empty when the ban was lifted since: an address says nothing that is not so. */
    private static String longer(List<Ban> all, String target) {
        return all.stream()
                .filter(each -> each.target().toString().equals(target))
                .map(each -> "Nothing was changed: a longer ban holds "
                        + (each.isForGood() ? "for good" : "until " + time(each.untilMillis()))
                        + ". To shorten it, lift it and ban " + target + " again.")
                .findFirst()
                .orElse("");
    }

    private static void form(HtmlWriter html, BanForm form) throws IOException {
        boolean wrong = !form.error.isEmpty();
        html.raw("<section class=\"card\" aria-labelledby=\"ban\">\n<h2 id=\"ban\">Ban somebody</h2>\n")
                .raw("<form class=\"fields\" method=\"post\" action=\"/operator/ban\">\n")
                .raw("<div class=\"field wide\"><label for=\"target\">Identity, address or network</label>");
        html.open(
                "input",
                "id",
                "target",
                "name",
                "target",
                "required",
                "",
                "maxlength",
                "300",
                "autocomplete",
                "off",
                "autocapitalize",
                "none",
                "spellcheck",
                "false",
                "placeholder",
                "203.0.113.0/24",
                "value",
                form.target,
                "autofocus",
                wrong ? "" : null,
                "aria-invalid",
                wrong ? "true" : null,
                "aria-describedby",
                wrong ? "wrong" : "which");
        html.raw("</div>\n<div class=\"field\"><label for=\"for\">For</label><select id=\"for\" name=\"for\">");
        for (List<String> each : LENGTHS) {
            String selected = each.getFirst().equals(form.length) ? "" : null;
            html.element("option", each.getLast(), "value", each.getFirst(), "selected", selected);
        }
        html.raw(
                        "</select></div>\n<div class=\"field wide\"><label for=\"reason\">Reason, shown to whoever is banned</label>")
                .open("input", "id", "reason", "name", "reason", "maxlength", "200", "value", form.reason)
                .raw("</div>\n<button class=\"button danger\" type=\"submit\">Ban</button>\n");
        if (wrong) {
            html.element("p", form.error, "id", "wrong", "class", "notice bad whole", "role", "alert");
        } else {
            html.raw(
                            "<p class=\"soft whole\" id=\"which\">The identities of visitors who were reported are in the log: ")
                    .raw("<a href=\"/logs?event=Reported\">Reports</a>. A ban ends their connections at once.</p>\n");
        }
        html.raw("</form>\n</section>\n");
    }

    private static void list(HtmlWriter html, List<Ban> all, String find) throws IOException {
        List<Ban> found = find.isEmpty()
                ? all
                : all.stream().filter(each -> contains(each, find)).toList();
        html.raw(
                        "<section class=\"card\" aria-labelledby=\"bans\">\n<div class=\"row\"><h2 id=\"bans\">Banned now</h2>")
                .element("span", count(all.size(), found.size(), find), "class", "soft")
                .raw("</div>\n");
        if (!all.isEmpty()) {
            html.raw("<form class=\"row search\" method=\"get\" action=\"/operator\" role=\"search\">")
                    .open("input", "name", "find", "aria-label", "Find a ban", "placeholder", "Find", "value", find)
                    .raw("<button class=\"button\" type=\"submit\">Find</button>")
                    .raw(find.isEmpty() ? "" : "<a class=\"button\" href=\"/operator\">All</a>")
                    .raw("</form>\n");
        }
        if (!found.isEmpty()) {
            html.raw("<table class=\"data bans\"><thead><tr><th scope=\"col\">Who</th><th scope=\"col\">Until</th>"
                    + "<th scope=\"col\">Reason</th><th scope=\"col\">Since</th><th scope=\"col\">By</th>"
                    + "<th scope=\"col\"><span class=\"visually-hidden\">Lift</span></th></tr></thead><tbody>\n");
            for (Ban each : found.subList(0, Math.min(MOST_SHOWN, found.size()))) {
                row(html, each);
            }
            html.raw("</tbody></table>\n");
        }
        html.raw("</section>\n");
    }

    private static String count(int all, int found, String find) {
        if (all == 0) {
            return "Nobody is banned.";
        }
        String which = find.isEmpty() ? "" + all : found + " of " + all;
        return found <= MOST_SHOWN ? which : which + ", the newest " + MOST_SHOWN + " are shown";
    }

    private static boolean contains(Ban ban, String find) {
        String text = ban.target() + "\n" + ban.reason() + "\n" + ban.by();
        return text.toLowerCase(Locale.ROOT).contains(find.toLowerCase(Locale.ROOT));
    }

    private static void row(HtmlWriter html, Ban ban) throws IOException {
        String target = ban.target().toString();
        html.raw("<tr>").element("td", target, "class", "mono who");
        cell(html, "Until", ban.isForGood() ? "for good" : time(ban.untilMillis()));
        cell(html, "Reason", ban.reason());
        cell(html, "Since", time(ban.sinceMillis()));
        cell(html, "By", ban.by());
        html.raw("<td class=\"act\"><form method=\"post\" action=\"/operator/lift\">")
                .open("input", "type", "hidden", "name", "target", "value", target)
                .element(
                        "button",
                        "Lift",
                        "class",
                        "button",
                        "type",
                        "submit",
                        "aria-label",
                        "Lift the ban of " + target)
                .raw("</form></td></tr>\n");
    }

    private static void hidden(HtmlWriter html, String name, String value) throws IOException {
        html.open("input", "type", "hidden", "name", name, "value", value).raw("\n");
    }

    private static void cell(HtmlWriter html, String column, String text) throws IOException {
        html.element("td", text, "data-column", column);
    }

    private static String time(long millis) {
        return TIME.format(Instant.ofEpochMilli(millis)) + " UTC";
    }

    private static void notice(HtmlWriter html, String kind, String text) throws IOException {
        if (!text.isEmpty()) {
            html.element("p", text, "class", "notice " + kind, "role", "status").raw("\n");
        }
    }

    /** @param path to mark in the navigation; null for readers who are no operators */
    private static byte[] page(String title, String path, Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(16 * 1024);
        HtmlWriter html = new HtmlWriter(bytes);
        try {
            String style = "<link rel=\"stylesheet\" href=\"/styles/operator.css\">";
            if (path == null) {
                PageFrame.openForVisitors(html, title, style);
            } else {
                PageFrame.open(html, title, path, style);
            }
            content.write(html);
            PageFrame.close(html);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
