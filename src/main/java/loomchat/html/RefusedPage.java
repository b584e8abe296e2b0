package loomchat.html;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.SequencedMap;

/** In place of an operators' page whose address cannot be answered: why, and ways on. No state. */
public final class RefusedPage {
    private RefusedPage() {}

    /** @param ways texts of links by their addresses, the first one stands out */
    public static byte[] of(String title, String path, String why, SequencedMap<String, String> ways) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(4 * 1024);
        HtmlWriter html = new HtmlWriter(bytes);
        try {
            PageFrame.open(html, title, path);
            html.element("h1", title)
                    .element("p", why, "class", "notice warn", "role", "alert")
                    .raw("\n<p class=\"row\">");
            String style = "button primary";
            for (Map.Entry<String, String> each : ways.entrySet()) {
                html.element("a", each.getValue(), "class", style, "href", each.getKey())
                        .raw("\n");
                style = "button";
            }
            html.raw("</p>\n");
            PageFrame.close(html);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // never of memory
        }
    }
}
