package loomchat.html;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The frame that the server's pages share, with the one navigation for operators. Visitors get the frame without it.
 * No state.
 */
public final class PageFrame {
    private record Link(String href, String label) {}

    private static final List<Link> NAVIGATION = List.of(
            new Link("/", "Chat"),
            new Link("/report", "Report"),
            new Link("/logs", "Log"),
            new Link("/operator", "Bans"));

    private PageFrame() {}

    /**
     * Opens an operator's page up to its {@code main}.
     *
     * @param path its address, to mark it in the navigation
     */
    public static void open(HtmlWriter html, String title, String path, String... headMarkup) throws IOException {
        head(html, title, headMarkup);
        navigation(html, path);
        body(html);
    }

    /** Opens a page up to its {@code main}, without the operators' navigation. */
    public static void openForVisitors(HtmlWriter html, String title, String... headMarkup) throws IOException {
        head(html, title, headMarkup);
        body(html);
    }

    /** The operators' navigation by itself, for a page that is not written by this class. */
    public static String navigation(String path) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        HtmlWriter html = new HtmlWriter(bytes);
        try {
            navigation(html, path);
            html.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** An operator's page for others: without the navigation. */
    public static byte[] forVisitors(byte[] page, String path) {
        String text = new String(page, StandardCharsets.UTF_8);
        return text.replace(navigation(path), "").getBytes(StandardCharsets.UTF_8);
    }

    public static void close(HtmlWriter html) throws IOException {
        html.raw("</main>\n</body>\n</html>\n").flush();
    }

    private static void head(HtmlWriter html, String title, String... headMarkup) throws IOException {
        html.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .element("title", title + " – Loomchat")
                .raw("\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .raw("<meta name=\"color-scheme\" content=\"light dark\">\n")
                .raw("<link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">\n")
                .raw("<link rel=\"stylesheet\" href=\"/styles/base.css\">\n");
        for (String each : headMarkup) {
            html.raw(each).raw("\n");
        }
        html.raw("<script src=\"/scripts/theme.js\"></script>\n</head>\n<body>\n")
                .raw("<a class=\"button skip\" href=\"#main\">Skip to the content</a>\n<header class=\"top\">\n")
                .raw("<a class=\"brand\" href=\"/\">"
                        + "<img src=\"/favicon.svg\" alt=\"\" width=\"28\" height=\"28\">Loomchat</a>\n");
    }

    private static void body(HtmlWriter html) throws IOException {
        html.raw("<button class=\"icon-button\" type=\"button\" data-theme-switch hidden></button>\n</header>\n")
                .raw("<main class=\"page\" id=\"main\" tabindex=\"-1\">\n");
    }

    private static void navigation(HtmlWriter html, String path) throws IOException {
        html.raw("<nav class=\"nav\" lang=\"en\" aria-label=\"Operator’s pages\">\n");
        for (Link each : NAVIGATION) {
            html.element("a", each.label, "href", each.href, "aria-current", current(each.href, path))
                    .raw("\n");
        }
        html.raw("</nav>\n");
    }

    /** A page below another one belongs to it, without being it. */
    private static String current(String href, String path) {
        if (path.equals(href)) {
            return "page";
        }
        return path.startsWith(href + "/") ? "true" : null;
    }
}
