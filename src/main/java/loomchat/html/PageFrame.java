package loomchat.html;

import java.io.IOException;

/** The frame that the pages for operators share. No state. */
public final class PageFrame {
    private PageFrame() {}

    /**
     * Opens the page up to its {@code main}.
     *
     * @param path its address, to mark it in the navigation
     */
    public static void open(HtmlWriter html, String title, String path, String... headMarkup) throws IOException {
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
                        + "<img src=\"/favicon.svg\" alt=\"\" width=\"28\" height=\"28\">"
                        + "<span class=\"brand-name\">Loomchat</span></a>\n")
                .raw("<nav class=\"nav\" aria-label=\"Pages\">\n");
        link(html, "/report", "Report", path);
        link(html, "/logs", "Log", path);
        link(html, "/operator", "Operator", path);
        html.raw("</nav>\n<button class=\"icon-button\" type=\"button\" data-theme-switch hidden>"
                        + "</button>\n</header>\n")
                .raw("<main class=\"page\" id=\"main\" tabindex=\"-1\">\n");
    }

    public static void close(HtmlWriter html) throws IOException {
        html.raw("</main>\n</body>\n</html>\n").flush();
    }

    private static void link(HtmlWriter html, String href, String label, String current) throws IOException {
        html.element("a", label, "href", href, "aria-current", href.equals(current) ? "page" : null)
                .raw("\n");
    }
}
