package loomchat.report.render;

import java.io.IOException;
import java.util.List;
import java.util.function.DoubleFunction;
import loomchat.html.HtmlWriter;
import loomchat.report.history.Peak;
import loomchat.report.history.Report;
import loomchat.report.series.ChatCount;
import loomchat.report.series.ChatTotals;
import loomchat.report.series.SampleColumn;

/** The few numbers of the range that say most, each with a line that says more. One thread. */
final class KeyNumbers {
    /** Those of which the greatest value matters. */
    static final List<SampleColumn> PEAKS = List.of(
            SampleColumn.CONNECTIONS,
            SampleColumn.PAIRS,
            SampleColumn.CPU_PERCENT,
            SampleColumn.RSS_BYTES,
            SampleColumn.HEAP_USED_BYTES);

    private static final String UNKNOWN = "–";

    private final HtmlWriter html;
    private final Report report;

    KeyNumbers(HtmlWriter html, Report report) {
        this.html = html;
        this.report = report;
    }

    void write() throws IOException {
        ChatTotals chat = report.chat();
        html.raw("<section aria-labelledby=\"keys\"><h2 id=\"keys\" class=\"visually-hidden\">Key figures</h2>"
                + "<dl class=\"keys\" data-part=\"keys\">");
        figure(
                "Messages",
                HumanFormat.count(chat.count(ChatCount.MESSAGES)),
                "at most " + busiest(report).text(HumanFormat::number) + "/s");
        figure(
                "Open connections, at most",
                greatest(SampleColumn.CONNECTIONS, chat.count(ChatCount.CONNECTIONS)),
                report.now().live()
                        ? HumanFormat.count(report.now().wholeNumber(SampleColumn.CONNECTIONS)) + " now"
                        : HumanFormat.count(chat.count(ChatCount.CONNECTIONS)) + " came");
        figure(
                "Chats",
                HumanFormat.count(chat.count(ChatCount.MATCHES)),
                atOnce(greatest(SampleColumn.PAIRS, chat.count(ChatCount.MATCHES))));
        String cpu = greatest(SampleColumn.CPU_PERCENT, HumanFormat::number);
        figure("CPU, at most", cpu.equals(UNKNOWN) ? cpu : cpu + " %", "100 % is one core");
        figure(
                "Memory, at most",
                greatest(SampleColumn.RSS_BYTES, HumanFormat::bytes),
                greatest(SampleColumn.HEAP_USED_BYTES, HumanFormat::bytes) + " of Java heap");
        figure("Uptime", uptime(report.uptimeSeconds()), crashes());
        html.raw("</dl></section>\n");
    }

    private String crashes() {
        return report.crashes() == 0 && report.goneDown() > 0
                ? HumanFormat.count(report.goneDown(), "server", "servers") + " went down"
                : report.crashes() == 0 ? "no crash" : HumanFormat.count(report.crashes(), "crash", "crashes");
    }

    private void figure(String name, String value, String more) throws IOException {
        html.raw("<div>")
                .element("dt", name)
                .element("dd", value)
                .element("dd", more, "class", "more")
                .raw("</div>");
    }

    /** Messages in the busiest second. Of several servers as {@link Report#peak}. */
    static Peak busiest(Report report) {
        SeriesTable table = SeriesTable.of(report);
        double busiest = 0;
        double mean = 0;
        for (int row = 0; row < table.rows(); row++) {
            busiest = Math.max(busiest, table.peak(row, Graph.MESSAGES.lines.getFirst()));
            mean = Math.max(mean, table.count(row, ChatCount.MESSAGES) / (double) table.seconds());
        }
        double ofOne = report.samples().greatestOfOne(SampleColumn.MESSAGES_RELAYED);
        return report.hasExactPeaks() ? Peak.of(busiest) : new Peak(Math.min(busiest, Math.max(mean, ofOne)), busiest);
    }

    private String greatest(SampleColumn column, DoubleFunction<String> format) {
        return report.peak(column).text(each -> Double.isNaN(each) ? UNKNOWN : format.apply(each));
    }

    /** Of what may begin and end between two samples: if there were some and no sample has one, nobody knows. */
    private String greatest(SampleColumn column, long recorded) {
        boolean missed = recorded > 0 && report.peak(column).most() == 0;
        return missed ? UNKNOWN : greatest(column, HumanFormat::number);
    }

    private static String atOnce(String most) {
        return most.equals(UNKNOWN) ? "how many at once is not known" : "at most " + most + " at once";
    }

    /** Short enough for its place: whole minutes from ten minutes on, whole hours from ten hours on. */
    private static String uptime(double seconds) {
        if (seconds >= 36_000 && seconds < 172_800) {
            return (long) seconds / 3600 + " h";
        }
        return seconds >= 600 && seconds < 3600 ? (long) seconds / 60 + " min" : HumanFormat.duration(seconds);
    }
}
