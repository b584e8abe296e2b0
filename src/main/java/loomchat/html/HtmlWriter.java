package loomchat.html;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes HTML to a stream. Text and attribute values are always escaped; whoever opens a tag closes it. One thread.
 */
public final class HtmlWriter {
    private static final int FLUSH_AT = 16 * 1024;

    private final OutputStream out;
    private final StringBuilder pending = new StringBuilder();

    public HtmlWriter(OutputStream out) {
        this.out = out;
    }

    /** Markup from the program itself, never from data. */
    public HtmlWriter raw(String markup) throws IOException {
        pending.append(markup);
        if (pending.length() > FLUSH_AT) {
            flush();
        }
        return this;
    }

    public HtmlWriter text(String text) throws IOException {
        for (int i = 0; i < text.length(); i++) {
            escape(text.charAt(i));
        }
        return this;
    }

    /** {@code attributes} are names and values in turn; a null value leaves the attribute out. */
    public HtmlWriter open(String tag, String... attributes) throws IOException {
        pending.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            if (attributes[i + 1] != null) {
                pending.append(' ').append(attributes[i]).append("=\"");
                text(attributes[i + 1]);
                pending.append('"');
            }
        }
        return raw(">");
    }

    public HtmlWriter close(String tag) throws IOException {
        return raw("</" + tag + ">");
    }

    public HtmlWriter element(String tag, String text, String... attributes) throws IOException {
        return open(tag, attributes).text(text).close(tag);
    }

    /** Opens a picture of this size; {@code label} says what it shows. */
    public HtmlWriter svg(int width, int height, String label) throws IOException {
        raw("<svg class=\"graph-svg\" viewBox=\"0 0 " + width + " " + height + "\" role=\"img\" aria-label=\"");
        return text(label).raw("\">");
    }

    /** A label in a picture. */
    public HtmlWriter label(String text, String style, String x, String y) throws IOException {
        return element("text", text, "class", style, "x", x, "y", y);
    }

    /** Opens a folded table up to its headings; {@link #closeFoldedTable} closes it. */
    public HtmlWriter foldedTable(String id, String summary, String title) throws IOException {
        return open("details", "data-keep", "table-" + id)
                .element("summary", summary)
                .scrolledTable(title);
    }

    public HtmlWriter closeFoldedTable() throws IOException {
        return closeScrolledTable().raw("</details>\n");
    }

    /** Opens a table that may be wider than its card, up to its headings; {@link #closeScrolledTable} closes it. */
    public HtmlWriter scrolledTable(String title) throws IOException {
        return raw("<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"")
                .text(title)
                .raw(", table\"><table class=\"data\"><thead><tr>");
    }

    public HtmlWriter closeScrolledTable() throws IOException {
        return raw("</tbody></table></div>");
    }

    public void flush() throws IOException {
        out.write(pending.toString().getBytes(StandardCharsets.UTF_8));
        pending.setLength(0);
    }

    private void escape(char each) {
        switch (each) {
            case '&' -> pending.append("&amp;");
            case '<' -> pending.append("&lt;");
            case '>' -> pending.append("&gt;");
            case '"' -> pending.append("&quot;");
            case '\'' -> pending.append("&#39;");
            default -> pending.append(each < ' ' && each != '\n' && each != '\t' ? '\uFFFD' : each);
        }
    }
}
