package loomchat.report.history;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import loomchat.report.series.BucketWidths;
import loomchat.report.series.ChatTotals;
import loomchat.report.series.CountSeries;
import loomchat.report.series.GraphMark;
import loomchat.report.series.GraphMarks;
import loomchat.report.series.LogTimes;
import loomchat.report.series.SampleTotals;

/**
 * Reads what the nodes say and puts one report together from it: events and amounts are added up, and so is what
 * several nodes have at the same time. Used once, by the thread that reads.
 */
final class ReportBuilder {
    private final ReportQuery query;
    private final long now;
    private final List<String> choices;
    private final List<NodeHistory> nodes;
    private final long began = System.nanoTime();

    /** @param choices the names of all nodes, also of those that the query leaves out */
    ReportBuilder(ReportQuery query, long now, List<String> choices, List<NodeHistory> nodes) {
        this.query = query;
        this.now = now;
        this.choices = choices;
        this.nodes = nodes;
    }

    Report read() {
        long first = LogTimes.UNKNOWN;
        for (NodeHistory each : nodes) {
            first = LogTimes.earlier(first, each.prepare());
        }
        long asked = bucketSeconds(first);
        nodes.forEach(each -> each.read(asked));
        List<Report.Node> states = nodes.stream().map(NodeHistory::node).toList();
        ScanFigures figures = nodes.stream()
                .map(NodeHistory::figures)
                .reduce(ScanFigures::plus)
                .orElseThrow();
        ChatTotals chat = chat();
        Report.Axis axis = axis(chat, width(chat));
        SampleTotals samples = samples(axis);
        long bucketSeconds = Math.max(axis.bucketSeconds(), samples.series().seconds());
        CountSeries event = query.event() == null ? null : chat.eventCounts(query.event());
        bucketSeconds = event == null ? bucketSeconds : Math.max(bucketSeconds, event.seconds());
        chat.series().widenTo(bucketSeconds);
        samples.series().widenTo(bucketSeconds);
        if (event != null) {
            event.widenTo(bucketSeconds);
        }
        return new Report(
                query,
                axis.withBucketSeconds(bucketSeconds),
                chat,
                samples,
                states,
                choices,
                marks(),
                LoadTestRun.merged(nodes.stream().map(NodeHistory::loadTests).toList()),
                CurrentState.of(states.stream().map(Report.Node::now).toList()),
                figures.in(Math.max(1, (System.nanoTime() - began) / 1_000_000)),
                problems(),
                event == null ? null : new Report.EventCounts(query.event(), event),
                null,
                null);
    }

    /** The bucket width of the query, or one that suits the range. {@code first} is the time of the first line. */
    private long bucketSeconds(long first) {
        long from = query.from() == LogTimes.UNKNOWN ? first : query.from();
        long to = query.to() == Long.MAX_VALUE ? now : query.to();
        if (from == LogTimes.UNKNOWN) {
            return query.bucketSeconds() > 0 ? query.bucketSeconds() : 1;
        }
        if (query.bucketSeconds() > 0) {
            ReportQuery.checkPoints(from, Math.max(from, to), query.bucketSeconds());
            return query.bucketSeconds();
        }
        return BucketWidths.secondsFor(to - from);
    }

    /** Added to those of the first node. */
    private ChatTotals chat() {
        ChatTotals sum = nodes.getFirst().chat();
        nodes.stream().skip(1).forEach(each -> sum.merge(each.chat()));
        return sum;
    }

    private SampleTotals samples(Report.Axis axis) {
        return nodes.size() == 1
                ? nodes.getFirst().samples()
                : SampleTotals.ofNodes(
                        nodes.stream().map(NodeHistory::samples).toList(),
                        axis.bucketSeconds(),
                        axis.from(),
                        axis::millisOfBucket);
    }

    private long width(ChatTotals chat) {
        long widest = chat.series().seconds();
        for (NodeHistory each : nodes) {
            widest = Math.max(widest, each.samples().series().seconds());
        }
        return widest;
    }

    private Report.Axis axis(ChatTotals chat, long bucketSeconds) {
        long first = chat.first();
        long end = chat.last();
        for (NodeHistory each : nodes) {
            first = LogTimes.earlier(first, each.samples().first());
            end = Math.max(end, each.samples().last());
        }
        long from = query.from() == LogTimes.UNKNOWN ? first : query.from();
        long to = query.to() == Long.MAX_VALUE ? (query.from() == LogTimes.UNKNOWN ? end : now) : query.to();
        long width = bucketSeconds;
        // Each node's buckets are few enough; those of all together may be more.
        while (nodes.size() > 1 && (to - from) / (width * 1000) + 2 > BucketWidths.MOST) {
            width = BucketWidths.wider(width);
        }
        return new Report.Axis(now, from, to, width);
    }

    /** In the order of time, the newest of them. */
    private Report.ShownMarks marks() {
        List<GraphMark> all = new ArrayList<>();
        long leftOut = 0;
        for (NodeHistory each : nodes) {
            for (GraphMark mark : each.marksInRange()) {
                all.add(nodes.size() == 1 ? mark : mark.of(each.name()));
            }
            leftOut += each.marksLeftOut();
        }
        Collections.sort(all);
        int tooMany = Math.max(0, all.size() - 2 * GraphMarks.MOST);
        return new Report.ShownMarks(List.copyOf(all.subList(tooMany, all.size())), leftOut + tooMany);
    }

    private List<String> problems() {
        List<String> all = new ArrayList<>();
        for (NodeHistory each : nodes) {
            String name = nodes.size() == 1 ? "" : each.name() + ": ";
            each.problems().forEach(problem -> all.add(name + problem));
        }
        return List.copyOf(all);
    }
}
