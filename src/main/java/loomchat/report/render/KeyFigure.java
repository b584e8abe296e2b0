package loomchat.report.render;

import java.util.List;
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
    static List<KeyFigure> now(CurrentState now) {
        return List.of(
                count("Connections", now.wholeNumber(SampleColumn.CONNECTIONS)),
                count("Waiting", now.wholeNumber(SampleColumn.WAITING)),
                count("Pairs", now.wholeNumber(SampleColumn.PAIRS)),
                bytes("Memory (RSS)", now.value(SampleColumn.RSS_BYTES)),
                bytes("Heap in use", now.value(SampleColumn.HEAP_USED_BYTES)),
                plain("CPU, 100 % a core", HumanFormat.number(now.value(SampleColumn.CPU_PERCENT)) + " %"),
                count("CPU cores", now.wholeNumber(SampleColumn.CPU_CORES)),
                count("Log queue, lines", now.wholeNumber(SampleColumn.LOG_QUEUE)));
    }

    static List<KeyFigure> totals(Report report) {
        ChatTotals chat = report.chat();
        String stalled = HumanFormat.duration(chat.count(ChatCount.STALLED_MILLIS) / 1000.0) + " in all";
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
                count("Log stalls", chat.count(ChatCount.STALLS)).titled(stalled),
                count("Torn tails", chat.torn()).titled(cutOff));
    }

    static List<KeyFigure> percentiles(Distribution what, Histogram histogram) {
        return List.of(
                plain("p50", HumanFormat.value(what, histogram.percentile(50))),
                plain("p90", HumanFormat.value(what, histogram.percentile(90))),
                plain("p99", HumanFormat.value(what, histogram.percentile(99))),
                plain("max", HumanFormat.value(what, histogram.max())));
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
