package loomchat.report.render;

import java.io.IOException;
import loomchat.html.HtmlWriter;
import loomchat.report.history.Report;
import loomchat.report.series.ChatCount;
import loomchat.report.series.ChatTotals;
import loomchat.report.series.SampleColumn;

/** The few numbers of the range that say most, each with a line that says more. One thread. */
final class KeyNumbers {
    private final HtmlWriter html;
    private final Report report;
    private final SeriesTable table;

    KeyNumbers(HtmlWriter html, Report report) {
        this.html = html;
        this.report = report;
        this.table = SeriesTable.of(report);
    }

    void write() throws IOException {
        ChatTotals chat = report.chat();
        html.raw("<section aria-labelledby=\"keys\"><h2 id=\"keys\" class=\"visually-hidden\">Key figures</h2>"
                + "<dl class=\"keys\" data-part=\"keys\">");
        figure(
                "Messages",
                HumanFormat.count(chat.count(ChatCount.MESSAGES)),
                "at most " + HumanFormat.number(busiest()) + "/s");
        figure(
                "Open connections, at most",
                HumanFormat.number(greatest(SampleColumn.CONNECTIONS)),
                report.now().live()
                        ? HumanFormat.count(report.now().wholeNumber(SampleColumn.CONNECTIONS)) + " now"
                        : HumanFormat.count(chat.count(ChatCount.CONNECTIONS)) + " came");
        figure(
                "Chats",
                HumanFormat.count(chat.count(ChatCount.MATCHES)),
                "at most " + HumanFormat.number(greatest(SampleColumn.PAIRS)) + " at once");
        figure("CPU, at most", HumanFormat.number(greatest(SampleColumn.CPU_PERCENT)) + " %", "100 % is one core");
        figure(
                "Memory, at most",
                HumanFormat.bytes(greatest(SampleColumn.RSS_BYTES)),
                HumanFormat.bytes(greatest(SampleColumn.HEAP_USED_BYTES)) + " of Java heap");
        figure(
                "Uptime",
                uptime(report.uptimeSeconds()),
                report.crashes() == 0
                        ? "no crash"
                        : report.crashes() == 1 ? "1 crash" : HumanFormat.count(report.crashes()) + " crashes");
        html.raw("</dl></section>\n");
    }

    private void figure(String name, String value, String more) throws IOException {
        html.raw("<div>")
                .element("dt", name)
                .element("dd", value)
                .element("dd", more, "class", "more")
                .raw("</div>");
    }

    /** Messages in the busiest second. */
    double busiest() {
        double busiest = 0;
        for (int row = 0; row < table.rows(); row++) {
            busiest = Math.max(busiest, table.peak(row, Graph.MESSAGES.lines.getFirst()));
        }
        return busiest;
    }

    /** The greatest value of the range, 0 without a sample. */
    private double greatest(SampleColumn column) {
        double greatest = 0;
        for (int row = 0; row < table.rows(); row++) {
            double value = table.max(row, column);
            greatest = Double.isNaN(value) ? greatest : Math.max(greatest, value);
        }
        return greatest;
    }

    /** Short enough for its place: whole minutes from one on, whole hours from ten on. */
    private static String uptime(double seconds) {
        if (seconds >= 36_000 && seconds < 172_800) {
            return (long) seconds / 3600 + " h";
        }
        return seconds >= 60 && seconds < 3600 ? (long) seconds / 60 + " min" : HumanFormat.duration(seconds);
    }
}
