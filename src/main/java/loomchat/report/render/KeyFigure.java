package loomchat.report.render;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import loomchat.html.HtmlWriter;
import loomchat.report.history.CurrentState;
import loomchat.report.history.Report;
import loomchat.report.series.ChatCount;
import loomchat.report.series.ChatTotals;
import loomchat.report.series.Distribution;
import loomchat.report.series.Histogram;
import loomchat.report.series.SampleColumn;

/**
 * One of the figures that the page shows as tiles and the text in columns.
 *
 * @param name the text shows it up to the comma
 * @param title what the page shows of it on request, or null
 */
record KeyFigure(String name, String value, String title) {
    static List<KeyFigure> now(Report report) {
        CurrentState now = report.now();
        List<KeyFigure> figures = new ArrayList<>(List.of(
                count("Connections", now.wholeNumber(SampleColumn.CONNECTIONS)),
                count("Waiting", now.wholeNumber(SampleColumn.WAITING)),
                count("Pairs", now.wholeNumber(SampleColumn.PAIRS)),
                bytes("Memory (RSS)", now.value(SampleColumn.RSS_BYTES)),
                bytes("Heap in use", now.value(SampleColumn.HEAP_USED_BYTES)),
                plain("CPU, 100 % a core", HumanFormat.number(now.value(SampleColumn.CPU_PERCENT)) + " %"),
                count("CPU cores", now.wholeNumber(SampleColumn.CPU_CORES)),
                count("Log queue, lines", now.wholeNumber(SampleColumn.LOG_QUEUE))));
        if (report.hasCalls()) {
            figures.add(3, count("Calls", now.wholeNumber(SampleColumn.CALLS)));
        }
        return figures;
    }

    static List<KeyFigure> totals(Report report) {
        ChatTotals chat = report.chat();
        String stalled = HumanFormat.duration(report.stalls().millis() / 1000.0) + " in all";
        String cutOff = HumanFormat.count(chat.count(ChatCount.TORN_BYTES)) + " bytes cut off";
        return List.of(
                count("Connections", chat.count(ChatCount.CONNECTIONS)),
                count("Matches", chat.count(ChatCount.MATCHES)),
                count("Messages", chat.count(ChatCount.MESSAGES)),
                count("Disconnects", chat.count(ChatCount.DISCONNECTS)),
                bytes("Relayed text", chat.count(ChatCount.BYTES)),
                bytes("Bandwidth in", report.amount(SampleColumn.BYTES_IN)),
                bytes("Bandwidth out", report.amount(SampleColumn.BYTES_OUT)),
                plain("Uptime", HumanFormat.duration(report.uptimeSeconds())),
                count("Starts", report.starts()),
                count("Crashes", report.crashes()).titled("A start without a stop before it"),
                count("Log stalls", report.stalls().count()).titled(stalled),
                count("Torn tails", chat.torn()).titled(cutOff));
    }

    static List<KeyFigure> calls(ChatTotals chat) {
        long ended = chat.count(ChatCount.CALLS_ENDED);
        long connected = chat.count(ChatCount.CALLS_CONNECTED);
        long relayed = chat.count(ChatCount.CALLS_RELAYED);
        Histogram setup = chat.histogram(Distribution.FIRST_FRAME_MILLIS);
        Histogram length = chat.histogram(Distribution.CALL_MILLIS);
        return List.of(
                count("Calls", chat.count(ChatCount.CALLS)),
                plain("Connected", HumanFormat.share(connected, ended)).titled(of(connected, ended, "that ended")),
                plain("Relayed", HumanFormat.share(relayed, connected)).titled(of(relayed, connected, "connected")),
                setup("Setup p50, to the first frame", setup, setup.percentile(50)),
                setup("Setup p95, to the first frame", setup, setup.percentile(95)),
                setup("Setup max, to the first frame", setup, setup.max()),
                plain("Length p50", HumanFormat.value(Distribution.CALL_MILLIS, length.percentile(50))),
                plain("Length max", HumanFormat.value(Distribution.CALL_MILLIS, length.max())),
                plain("Time in calls", HumanFormat.duration(length.sum() / 1000)),
                bytes("Media", chat.count(ChatCount.MEDIA_BYTES)));
    }

    private static String of(long part, long all, String which) {
        return HumanFormat.count(part) + " of " + HumanFormat.count(all) + " " + which;
    }

    private static KeyFigure setup(String name, Histogram setup, long value) {
        return plain(name, setup.count() == 0 ? "–" : HumanFormat.value(Distribution.FIRST_FRAME_MILLIS, value));
    }

    static List<KeyFigure> percentiles(Distribution what, Histogram histogram) {
        return List.of(
                plain("p50", HumanFormat.value(what, histogram.percentile(50))),
                plain("p90", HumanFormat.value(what, histogram.percentile(90))),
                plain("p99", HumanFormat.value(what, histogram.percentile(99))),
                plain("max", HumanFormat.value(what, histogram.max())));
    }

    void tile(HtmlWriter html) throws IOException {
        html.raw("<div class=\"tile\">")
                .element("dt", name)
                .element("dd", value, "title", title)
                .raw("</div>");
    }

    private static KeyFigure plain(String name, String value) {
        return new KeyFigure(name, value, null);
    }

    private static KeyFigure count(String name, long value) {
        return plain(name, HumanFormat.count(value));
    }

    private static KeyFigure bytes(String name, double value) {
        return plain(name, HumanFormat.bytes(value)).titled(HumanFormat.count(Math.round(value)) + " bytes");
    }

    private KeyFigure titled(String title) {
        return new KeyFigure(name, value, title);
    }
}
