package loomchat.graph;

import java.io.IOException;
import java.time.Instant;
import loomchat.html.HtmlWriter;

/**
 * Times in a page, in UTC as {@link Numbers} writes them. A script may show them in the time of the reader's place: the
 * element has the instant and how much of it is shown. No state.
 */
public final class TimeText {
    private TimeText() {}

    /** A time to the second. */
    public static void time(HtmlWriter html, long millis) throws IOException {
        write(html, millis, "second", Numbers.time(millis));
    }

    /** The start of a bucket, no finer than its width. */
    public static void bucket(HtmlWriter html, long millis, long seconds) throws IOException {
        String shown = seconds >= 86_400 ? "day" : seconds < 60 ? "second" : "minute";
        write(html, millis, shown, Numbers.bucket(millis, seconds));
    }

    private static void write(HtmlWriter html, long millis, String shown, String text) throws IOException {
        html.element("time", text, "datetime", Instant.ofEpochMilli(millis).toString(), "data-shown", shown);
    }
}
