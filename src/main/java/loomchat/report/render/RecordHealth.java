package loomchat.report.render;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import loomchat.graph.TimeText;
import loomchat.html.HtmlWriter;
import loomchat.report.history.LogStall;
import loomchat.report.history.Report;
import loomchat.report.history.ScanFigures;
import loomchat.report.series.ChatCount;
import loomchat.report.series.ChatTotals;
import loomchat.report.series.LogTimes;

/** How well the record is: what is wrong, for the top of the page, and what was read, for its end. One thread. */
final class RecordHealth {
    private static final String DOWN = "server went down without a stop";
    private static final String SEVERAL_DOWN = "servers went down without a stop";

    private final HtmlWriter html;
    private final Report report;
    private final ChatTotals chat;

    RecordHealth(HtmlWriter html, Report report) {
        this.html = html;
        this.report = report;
        this.chat = report.chat();
    }

    /** What an operator should know; nothing when all is well. */
    void warnings() throws IOException {
        html.raw("<div data-part=\"problems\">");
        for (String each : report.problems()) {
            html.element("p", each, "class", "notice bad", "role", "status");
        }
        stalled();
        if (report.isPartlyGone()) {
            html.raw("<p class=\"notice\" role=\"status\">Older records, until ");
            TimeText.time(html, report.scan().sumsSince());
            html.raw(", were removed to make room, with their sums: they are in no number here.</p>");
        }
        List<String> wrong = wrong();
        if (!wrong.isEmpty()) {
            html.raw("<p class=\"notice warn\" role=\"status\">In this range: ")
                    .text(String.join("; ", wrong))
                    .raw(". <a href=\"#scan\">More</a></p>");
        }
        List<String> since = new ArrayList<>();
        add(since, report.crashesSince(), "crash", "crashes", "");
        add(since, report.goneDownSince(), DOWN, SEVERAL_DOWN, "");
        add(since, report.stalls().since(), "log stall", "log stalls", "");
        if (!since.isEmpty()) {
            html.raw("<p class=\"notice warn\" role=\"status\">Since this activity: ")
                    .text(String.join("; ", since))
                    .raw(". <a href=\"/report?range=all\">Whole history</a></p>");
        }
        html.raw("</div>\n");
    }

    /** What is not written now is in no number: that comes first. */
    private void stalled() throws IOException {
        LogStall stall = report.stall();
        if (stall != null) {
            html.raw("<p class=\"notice bad\" role=\"status\">")
                    .text(report.hasChoices() ? report.choices().getFirst() + ": the" : "The")
                    .text(" log cannot be written: " + stall.cause() + ", since ");
            TimeText.time(html, stall.since());
            html.raw("; no new visitor is let in.</p>");
        }
        for (Report.Node each : report.stalls().silentForUnknownReason()) {
            html.raw("<p class=\"notice bad\" role=\"status\">")
                    .text(report.hasChoices() ? each.name() + ": the" : "The")
                    .text(" server has its folder, but wrote no sample");
            if (each.now().at() != LogTimes.UNKNOWN) {
                html.raw(" since ");
                TimeText.time(html, each.now().at());
            }
            html.raw(": " + (each.mayBeStarting() ? "it starts, or " : "it hangs, or ")
                    + "it cannot write, as on a full disk" + ".</p>");
        }
    }

    private List<String> wrong() {
        List<String> wrong = new ArrayList<>();
        add(wrong, report.crashes(), "crash", "crashes", "");
        add(wrong, report.goneDown(), DOWN, SEVERAL_DOWN, "");
        String stalled = HumanFormat.duration(report.stalls().millis() / 1000.0);
        add(wrong, report.stalls().count(), "log stall", "log stalls", " (" + stalled + " in all)");
        String cutOff = HumanFormat.count(chat.count(ChatCount.TORN_BYTES));
        add(wrong, chat.torn(), "torn tail", "torn tails", " (" + cutOff + " bytes cut off)");
        return wrong;
    }

    private static void add(List<String> wrong, long count, String one, String several, String more) {
        if (count > 0) {
            wrong.add(HumanFormat.count(count, one, several) + more);
        }
    }

    /** The card that says what was read. */
    void card() throws IOException {
        ScanFigures scan = report.scan();
        html.raw("<section class=\"card\" aria-labelledby=\"scan\"><h2 id=\"scan\">Health of the record</h2>"
                + "<div data-part=\"scan\">");
        html.element(
                "p",
                HumanFormat.count(scan.lines(), "line", "lines") + ", " + HumanFormat.bytes(scan.bytes()) + ", in "
                        + HumanFormat.count(scan.millis()) + " ms.");
        String files = HumanFormat.count(scan.segments(), "file", "files");
        soft(
                scan.rollups() == 0
                        ? "Every line of " + files + " was read for this page."
                        : files + ", " + HumanFormat.count(scan.rollups())
                                + " of them through the sums kept beside them ("
                                + HumanFormat.bytes(scan.rolledUpBytes()) + ").");
        if (scan.linesSince() != LogTimes.UNKNOWN) {
            html.raw("<p class=\"soft\">Single lines are there since ");
            TimeText.time(html, scan.linesSince());
            html.raw("; of older ones the sums are kept");
            if (scan.sumsSince() != LogTimes.UNKNOWN) {
                html.raw(", since ");
                TimeText.time(html, scan.sumsSince());
            }
            html.raw(".</p>");
        }
        List<String> wrong = wrong();
        if (report.stalls().goOn()) {
            wrong.add("nothing is written now");
        }
        soft(wrong.isEmpty() ? "No crash, log stall or torn tail in this range." : String.join("; ", wrong) + ".");
        soft(
                scan.skippedLines() == 0
                        ? "No line was damaged."
                        : HumanFormat.count(scan.skippedLines(), "damaged line was", "damaged lines were")
                                + " skipped.");
        if (chat.withoutTime() > 0) {
            soft(HumanFormat.count(chat.withoutTime(), "line has", "lines have") + " no time that could be read: "
                    + (chat.withoutTime() == 1 ? "it counts, but is" : "they count, but are") + " in no graph.");
        }
        html.raw("<p class=\"row\">");
        RangePicker.link(html, "/report.json", report.query(), "JSON");
        RangePicker.link(html, "/report.csv", report.query(), "CSV");
        html.raw("</p></div></section>\n");
    }

    private void soft(String text) throws IOException {
        html.element("p", text, "class", "soft");
    }
}
