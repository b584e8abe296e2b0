package loomchat.loadtest.dashboard;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import loomchat.html.HtmlWriter;

/**
 * Renders a {@link RunView}: the verdict, the graphs, the tables. {@code run-graphs.js} draws the graphs; the rest is
 * complete without a script, and in the file the graphs are pictures until it has run. The live page fetches itself
 * again and takes over the elements that have a {@code data-part}. Any thread.
 */
final class RunPage {
    /**
     * What surrounds the content, from the program itself.
     *
     * @param head ends the head: style sheet and scripts
     * @param icon address of the picture in the heading
     * @param foot ends the body
     * @param pictures whether graphs are drawn without a script too
     */
    record Frame(String head, String icon, String foot, boolean pictures) {}

    private final RunView view;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final HtmlWriter html = new HtmlWriter(out);

    private RunPage(RunView view) {
        this.view = view;
    }

    /** The page with the rows of the timeline {@code from} there on. */
    static byte[] of(RunView view, Frame frame, int from, long revision) {
        try {
            return new RunPage(view).write(frame, from, revision);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] write(Frame frame, int from, long revision) throws IOException {
        html.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .element("title", view.verdict().headline() + ": " + view.title() + " – Loomchat")
                .raw("\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                        + "<meta name=\"color-scheme\" content=\"light dark\">\n")
                .open("link", "rel", "icon", "href", frame.icon(), "type", "image/svg+xml")
                .raw("\n" + frame.head())
                .raw("</head>\n<body>\n<a class=\"button skip\" href=\"#main\">Skip to the content</a>\n"
                        + "<header class=\"top\">\n<span class=\"brand\">")
                .open("img", "src", frame.icon(), "alt", "", "width", "28", "height", "28")
                .raw("<span>Loomchat</span></span>\n<span class=\"soft\">Load test</span>\n"
                        + "<button class=\"icon-button\" type=\"button\" data-theme-switch hidden></button>\n"
                        + "</header>\n<main class=\"page run\" id=\"main\" tabindex=\"-1\">\n");
        verdict();
        progress();
        conditions();
        tiles();
        graphs(frame.pictures());
        tables();
        notes();
        html.raw("</main>\n<script type=\"application/json\" id=\"run-data\">")
                .raw(RunData.of(view, from, revision))
                .raw("</script>\n" + frame.foot() + "</body>\n</html>\n")
                .flush();
        return out.toByteArray();
    }

    private void verdict() throws IOException {
        RunView.Verdict verdict = view.verdict();
        html.raw("<div data-part=\"verdict\">\n<section class=\"verdict"
                + verdict.tone().style() + "\" aria-labelledby=\"verdict\">");
        html.element("p", view.title(), "class", "scenario");
        html.element("h1", verdict.headline(), "id", "verdict");
        if (!verdict.reasons().isEmpty()) {
            html.raw("<ul class=\"reasons\">");
            for (String each : verdict.reasons()) {
                html.element("li", each);
            }
            html.raw("</ul>");
        }
        html.element("p", verdict.delivery(), "class", "delivery");
        html.raw("<ul class=\"facts\">");
        for (String each : view.facts()) {
            html.element("li", each);
        }
        html.raw("</ul></section>\n</div>\n<div data-part=\"links\"></div>\n");
    }

    private void progress() throws IOException {
        html.raw("<div data-part=\"progress\">");
        if (view.progress() != null) {
            new PlanPicture(html, view.progress()).write();
        }
        html.raw("</div>\n");
    }

    private void conditions() throws IOException {
        html.raw("<div data-part=\"conditions\">");
        if (!view.conditions().isEmpty()) {
            html.raw("<section aria-labelledby=\"conditions\"><h2 id=\"conditions\">Conditions</h2>"
                    + "<ul class=\"conditions\">");
            for (RunView.Condition each : view.conditions()) {
                html.raw("<li class=\"card\">")
                        .element("span", each.text(), "class", "condition")
                        .element("span", each.value(), "class", "value")
                        .element(
                                "span",
                                each.outcome(),
                                "class",
                                "chip" + each.tone().style())
                        .raw("</li>");
            }
            html.raw("</ul></section>");
        }
        html.raw("</div>\n");
    }

    private void tiles() throws IOException {
        html.raw("<dl class=\"tiles\" data-part=\"tiles\">");
        for (RunView.Tile each : view.tiles()) {
            html.raw("<div class=\"tile\">")
                    .element("dt", each.name())
                    .element("dd", each.value())
                    .raw("</div>");
        }
        html.raw("</dl>\n");
    }

    private void graphs(boolean pictures) throws IOException {
        html.raw("<section aria-labelledby=\"graphs\"><h2 id=\"graphs\">Over time</h2>")
                .raw(
                        "<p class=\"soft graph-help\" data-needs-script hidden>Drag across a graph to look closer, press twice to "
                                + "see all of it. Latency counts from when a message should have been sent.</p>")
                .raw(pictures ? "" : "<noscript><p class=\"notice warn\">The graphs need JavaScript.</p></noscript>\n")
                .raw("<div class=\"graphs\" data-part=\"graphs\">\n");
        for (RunGraph each : RunGraph.shownOf(view)) {
            graph(each, pictures);
        }
        html.raw("</div></section>\n");
    }

    private void graph(RunGraph graph, boolean pictures) throws IOException {
        html.open("figure", "class", graph.isWide() ? "card graph wide" : "card graph", "data-graph", graph.id)
                .raw("<figcaption>")
                .element("h3", graph.title)
                .raw("<ul class=\"legend\">");
        for (int i = 0; i < graph.lines.size(); i++) {
            html.raw("<li>")
                    .open("span", "class", "swatch s" + (i + 1))
                    .close("span")
                    .text(graph.lines.get(i).label())
                    .raw("</li>");
        }
        html.raw("</ul></figcaption>\n<div class=\"plot\">");
        if (pictures) {
            RunPicture.write(html, view, graph);
        }
        html.raw("</div></figure>\n");
    }

    private void tables() throws IOException {
        html.raw("<div class=\"columns\" data-part=\"tables\">");
        for (int i = 0; i < view.tables().size(); i++) {
            RunView.Table table = view.tables().get(i);
            if (!table.rows().isEmpty()) {
                table("table-" + i, table);
            }
        }
        html.raw("</div>\n");
    }

    private void table(String id, RunView.Table table) throws IOException {
        html.open("div", "class", table.head().size() > 3 ? "card wide" : "card")
                .element("h2", table.title(), "id", id)
                .open("div", "class", "table-scroll", "tabindex", "0", "role", "region", "aria-labelledby", id)
                .raw("<table class=\"data\"><thead><tr>");
        List<String> head = table.head();
        for (int i = 0; i < head.size(); i++) {
            html.element("th", head.get(i), "scope", "col", "class", i == 0 ? null : "number");
        }
        html.raw("</tr></thead><tbody>\n");
        for (List<String> row : table.rows()) {
            html.raw("<tr>").element("th", row.getFirst(), "scope", "row");
            for (String each : row.subList(1, row.size())) {
                // Two large numbers have to fit a phone.
                html.element("td", each, "class", each.contains(" to ") ? "number range" : "number");
            }
            html.raw("</tr>\n");
        }
        html.raw("</tbody></table></div></div>\n");
    }

    private void notes() throws IOException {
        html.raw("<div data-part=\"notes\">");
        for (String each : view.notes()) {
            html.element("p", each, "class", "soft");
        }
        html.raw("</div>\n");
    }
}
