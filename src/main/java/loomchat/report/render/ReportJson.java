package loomchat.report.render;

import java.io.IOException;
import java.io.OutputStream;
import loomchat.json.JsonWriter;
import loomchat.report.history.CurrentState;
import loomchat.report.history.Peak;
import loomchat.report.history.Report;
import loomchat.report.history.ScanFigures;
import loomchat.report.series.ChatCount;
import loomchat.report.series.ChatTotals;
import loomchat.report.series.Distribution;
import loomchat.report.series.GraphMark;
import loomchat.report.series.Histogram;
import loomchat.report.series.LogTimes;
import loomchat.report.series.SampleColumn;

/**
 * A {@link Report} as JSON: everything that the page shows. docs/report.md documents the fields. Any thread. Long,
 * because it has all fields, in the order in which they are written.
 */
public final class ReportJson {
    private static final double[] PERCENTILES = {50, 90, 95, 99, 99.9};

    private final Report report;
    private final JsonWriter json;

    private ReportJson(Report report, OutputStream out) {
        this.report = report;
        this.json = new JsonWriter(out);
    }

    public static void write(Report report, OutputStream out) throws IOException {
        new ReportJson(report, out).write();
    }

    private void write() throws IOException {
        json.object();
        totals();
        now();
        nodes();
        scan();
        range();
        peaks();
        distributions();
        runs();
        marks();
        event();
        series();
        json.array("problems");
        for (String each : report.problems()) {
            json.value(each);
        }
        json.endArray().endObject();
        json.flush();
    }

    private void totals() throws IOException {
        ChatTotals chat = report.chat();
        json.object("totals");
        for (ChatCount each : ChatCount.IN_SERIES) {
            json.member(each.key, chat.count(each));
        }
        json.member("starts", report.starts())
                .member("crashes", report.crashes())
                .member("uptimeSeconds", report.uptimeSeconds())
                .member("chats", chat.count(ChatCount.CHATS))
                .name("disconnectsByReason")
                .counts(chat.reasons().all())
                .name("callsByReason")
                .counts(chat.callReasons().all())
                .name("reportsByReason")
                .counts(chat.reportReasons().all())
                .member("bytesIn", report.amount(SampleColumn.BYTES_IN))
                .member("bytesOut", report.amount(SampleColumn.BYTES_OUT))
                .member("messagesIn", report.amount(SampleColumn.MESSAGES_IN))
                .member("messagesDropped", report.amount(SampleColumn.MESSAGES_DROPPED))
                .member("connectionsRefused", report.amount(SampleColumn.CONNECTIONS_REFUSED))
                .member("logStalls", report.stalls().count())
                .member("logStalledMillis", report.stalls().millis())
                .member("tornTails", chat.torn())
                .member("tornBytes", chat.count(ChatCount.TORN_BYTES))
                .member("linesWithoutTime", chat.withoutTime())
                .member("samples", report.samples().samples())
                .endObject()
                .newline();
    }

    private void now() throws IOException {
        json.object("now");
        state(report.now());
        json.endObject().newline();
    }

    private void state(CurrentState now) throws IOException {
        json.member("live", now.live())
                .member("time", now.at() == LogTimes.UNKNOWN ? null : LogTimes.iso(now.at()))
                .member("rssBytes", now.wholeNumber(SampleColumn.RSS_BYTES))
                .member("heapBytes", now.wholeNumber(SampleColumn.HEAP_USED_BYTES))
                .member("heapCommittedBytes", now.wholeNumber(SampleColumn.HEAP_COMMITTED_BYTES))
                .member("cpuPercent", now.value(SampleColumn.CPU_PERCENT))
                .member("machineCpuPercent", now.value(SampleColumn.MACHINE_CPU_PERCENT));
        for (SampleColumn each : new SampleColumn[] {
            SampleColumn.CPU_CORES,
            SampleColumn.CONNECTIONS,
            SampleColumn.WAITING,
            SampleColumn.PAIRS,
            SampleColumn.CALLS,
            SampleColumn.LOG_QUEUE,
            SampleColumn.LOG_SYNC_MILLIS,
            SampleColumn.THREADS,
            SampleColumn.VIRTUAL_THREADS,
            SampleColumn.CARRIERS,
            SampleColumn.OPEN_FILES
        }) {
            json.member(each.key, now.wholeNumber(each));
        }
    }

    private void nodes() throws IOException {
        json.array("nodes");
        for (Report.Node each : report.nodes()) {
            json.object()
                    .member("name", each.name())
                    .member("totalConnections", each.connections())
                    .member("totalMessages", each.messages())
                    .member("starts", each.starts(report.query()))
                    .member("crashes", each.crashes(report.query()))
                    .member("uptimeSeconds", each.uptimeSeconds(report.query()))
                    .member("silent", report.stalls().silent().contains(each));
            state(each.now());
            json.endObject();
        }
        json.endArray();
        if (report.crowd() == null) {
            json.member("crowdServers", (String) null);
        } else {
            json.member("crowdServers", report.crowd().servers());
        }
        var stall = report.stall();
        json.member("stalledSince", stall == null ? null : LogTimes.iso(stall.since()))
                .member("stallCause", stall == null ? null : stall.cause());
        json.newline();
    }

    private void scan() throws IOException {
        ScanFigures scan = report.scan();
        json.object("scan")
                .member("bytes", scan.bytes())
                .member("lines", scan.lines())
                .member("skippedLines", scan.skippedLines())
                .member("millis", scan.millis())
                .member("readBytes", scan.bytes() - scan.rolledUpBytes())
                .member("segments", scan.segments())
                .member("rollups", scan.rollups())
                .member("linesSince", scan.linesSince() == LogTimes.UNKNOWN ? null : LogTimes.iso(scan.linesSince()))
                .member("sumsSince", scan.sumsSince() == LogTimes.UNKNOWN ? null : LogTimes.iso(scan.sumsSince()))
                .endObject()
                .newline();
    }

    private void range() throws IOException {
        json.object("range")
                .member("asked", report.query().range())
                .member("at", LogTimes.iso(report.axis().at()))
                .member(
                        "from",
                        report.isEmpty() ? null : LogTimes.iso(report.axis().from()))
                .member(
                        "to",
                        report.isEmpty() ? null : LogTimes.iso(report.axis().to()))
                .member("bucketSeconds", report.axis().bucketSeconds())
                .endObject()
                .newline();
    }

    private void peaks() throws IOException {
        json.object("peaks");
        for (SampleColumn each : KeyNumbers.PEAKS) {
            peak(each.key, report.peak(each));
        }
        peak("messagesPerSecond", KeyNumbers.busiest(report));
        json.endObject().newline();
    }

    private void peak(String name, Peak peak) throws IOException {
        json.object(name)
                .member("least", HumanFormat.rounded(peak.least()))
                .member("most", HumanFormat.rounded(peak.most()))
                .endObject();
    }

    private void distributions() throws IOException {
        json.object("distributions");
        for (Distribution each : Distribution.values()) {
            Histogram histogram = report.chat().histogram(each);
            json.object(each.key)
                    .member("unit", each.unit)
                    .member("count", histogram.count())
                    .member("min", histogram.min())
                    .member("mean", histogram.mean())
                    .member("max", histogram.max());
            for (double percent : PERCENTILES) {
                json.member(
                        "p" + (percent == Math.rint(percent) ? "" + (int) percent : "" + percent),
                        histogram.percentile(percent));
            }
            json.array("bins");
            for (Distribution.Bin bin : Distribution.bins(histogram)) {
                json.array()
                        .value(bin.from())
                        .value(bin.to())
                        .value(bin.count())
                        .endArray();
            }
            json.endArray().endObject();
        }
        json.endObject().newline();
    }

    private void runs() throws IOException {
        json.array("runs");
        for (Report.NodeRun each : report.runs()) {
            json.object()
                    .member("start", LogTimes.iso(each.run().start()))
                    .member("end", LogTimes.iso(each.run().end()))
                    .member("seconds", (each.run().end() - each.run().start()) / 1000.0)
                    .member("how", each.end())
                    .member("node", each.node().name())
                    .endObject();
        }
        json.endArray().member("runsLeftOut", report.runsLeftOut()).newline();
    }

    private void marks() throws IOException {
        json.array("marks");
        for (GraphMark mark : report.marks().all()) {
            json.object()
                    .member("time", LogTimes.iso(mark.millis()))
                    .member("kind", mark.kind().label)
                    .member("text", mark.text());
            if (!mark.id().isEmpty()) {
                json.member("id", mark.id());
                loadTest(mark.loadTest());
            }
            json.endObject();
        }
        json.endArray().member("marksLeftOut", report.marks().leftOut()).newline();
    }

    private void loadTest(GraphMark.LoadTest said) throws IOException {
        text("scenario", said.scenario());
        number("clients", said.clients());
        text("result", said.result());
        text("missed", said.missed());
        if (said.p99Millis() >= 0) {
            json.member("p99Millis", said.p99Millis());
        }
        if (said.messagesPerSecond() >= 0) {
            json.member("messagesPerSecond", HumanFormat.rounded(said.messagesPerSecond()));
        }
        number("lost", said.lost());
    }

    private void text(String name, String value) throws IOException {
        if (!value.isEmpty()) {
            json.member(name, value);
        }
    }

    private void number(String name, long value) throws IOException {
        if (value >= 0) {
            json.member(name, value);
        }
    }

    private void event() throws IOException {
        if (report.event() != null) {
            json.object("event")
                    .member("name", report.event().name())
                    .member("count", report.event().series().total(0))
                    .endObject()
                    .newline();
        }
    }

    private void series() throws IOException {
        SeriesTable table = SeriesTable.of(report);
        json.object("series").member("bucketSeconds", report.axis().bucketSeconds());
        json.name("time").longs(table.rows(), row -> table.start(row) / 1000);
        for (ChatCount each : ChatCount.IN_SERIES) {
            json.name(each.key).longs(table.rows(), row -> table.count(row, each));
        }
        if (report.event() != null) {
            json.name("event").longs(table.rows(), table::event);
        }
        json.object("samples");
        for (SampleColumn column : SampleColumn.values()) {
            json.object(column.shown());
            json.name("min").doubles(table.rows(), row -> HumanFormat.rounded(table.min(row, column)));
            json.name("mean").doubles(table.rows(), row -> HumanFormat.rounded(table.mean(row, column)));
            json.name("max").doubles(table.rows(), row -> HumanFormat.rounded(table.max(row, column)));
            json.endObject().newline();
        }
        json.endObject().endObject().newline();
    }
}
