package loomchat.report.history;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import loomchat.report.series.ChatCount;
import loomchat.report.series.ChatTotals;
import loomchat.report.series.CountSeries;
import loomchat.report.series.GaugeSeries;
import loomchat.report.series.GraphMark;
import loomchat.report.series.LogTimes;
import loomchat.report.series.SampleColumn;
import loomchat.report.series.SampleTotals;

/**
 * What the logs say about a range. Made by the thread that scanned, read by any number of others.
 *
 * @param choices the names of all nodes, also of those that the query leaves out
 * @param loadTests of the whole history, the newest first
 * @param now of all nodes together
 * @param problems what could not be read, a line each
 * @param event null unless the query names one
 * @param crowd null for a server of its own, and where the servers of the crowd are in the report
 * @param stall of the server that answers, null while it can write, and where no server answers
 */
public record Report(
        ReportQuery query,
        Axis axis,
        ChatTotals chat,
        SampleTotals samples,
        List<Node> nodes,
        List<String> choices,
        ShownMarks marks,
        List<LoadTestRun> loadTests,
        CurrentState now,
        ScanFigures scan,
        List<String> problems,
        EventCounts event,
        Crowd crowd,
        LogStall stall) {

    /**
     * How often an event was logged that the query names.
     *
     * @param series of one column, with the buckets of the axis
     */
    public record EventCounts(String name, CountSeries series) {}

    /**
     * The axis of time.
     *
     * @param at when the logs were read
     * @param from its start, {@link LogTimes#UNKNOWN} when there is no line with a time
     * @param to its end
     * @param bucketSeconds width of the buckets of both series
     */
    public record Axis(long at, long from, long to, long bucketSeconds) {
        public long millis() {
            return to - from;
        }

        /** How much of the bucket that begins at {@code start} lies in the range. */
        long millisOfBucket(long start) {
            return Math.max(1000, Math.min(start + bucketSeconds * 1000, to) - Math.max(start, from));
        }

        Axis withBucketSeconds(long seconds) {
            return new Axis(at, from, to, seconds);
        }
    }

    /**
     * One server and its folder.
     *
     * @param claimed whether a server that writes nothing still has the folder
     * @param connections of it alone, in the range
     * @param messages the same
     */
    public record Node(
            String name, ServerRuns runs, CurrentState now, boolean claimed, long connections, long messages) {
        /** The run at the end of its log, or null. */
        public NodeRun latest() {
            return runs.latest() == null ? null : new NodeRun(this, runs.latest());
        }

        /** Whether it runs for so short a time that its first sample may still be to come. */
        public boolean hasJustStarted(long at) {
            ServerRuns.Run latest = runs.latest();
            return claimed
                    && latest != null
                    && latest.how() == ServerRuns.End.OPEN
                    && Math.abs(at - latest.start()) < CurrentState.LIVE_MILLIS;
        }

        /** Whether the last that its log says is not that it runs: where it has its folder, it starts. */
        public boolean mayBeStarting() {
            return runs.latest() == null || runs.latest().how() != ServerRuns.End.OPEN;
        }

        public double uptimeSeconds(ReportQuery query) {
            return runs.uptimeMillis(query.from(), query.to()) / 1000.0;
        }

        public long starts(ReportQuery query) {
            return runs.starts(query.from(), query.to());
        }

        public long crashes(ReportQuery query) {
            return runs.crashes(query.from(), query.to());
        }
    }

    /** A run of one of the servers. */
    public record NodeRun(Node node, ServerRuns.Run run) {
        /**
         * How it ended: {@code stopped}, {@code crashed}, {@code running}, or {@code vanished} if no server was started
         * there since.
         */
        public String end() {
            return switch (run.how()) {
                case STOPPED -> "stopped";
                case CRASHED -> "crashed";
                case OPEN -> node.now.live() || node.claimed ? "running" : "vanished";
            };
        }

        /** The same for people. */
        public String endShown() {
            return end().equals("vanished") ? "went down" : end();
        }
    }

    /** The marks of the range in the order of time, and how many older ones there were. */
    public record ShownMarks(List<GraphMark> all, long leftOut) {}

    /**
     * The same, told by a server.
     *
     * @param itsCrowd null for none
     * @param itsStall null while it can write
     */
    public Report toldBy(Crowd itsCrowd, LogStall itsStall) {
        return new Report(
                query, axis, chat, samples, nodes, choices, marks, loadTests, now, scan, problems, event, itsCrowd,
                itsStall);
    }

    /** The same for readers who may not know the names of servers. */
    public Report forVisitors() {
        return crowd == null ? this : toldBy(crowd.unnamed(), stall);
    }

    /** When nothing could be written, or cannot be. */
    public Stalls stalls() {
        return new Stalls(this);
    }

    public long starts() {
        return nodes.stream().mapToLong(each -> each.starts(query)).sum();
    }

    /** Crashes after the last activity, which its range does not have; 0 where another range is shown. */
    public long crashesSince() {
        return ReportQuery.LAST.equals(query.range()) && query.to() != Long.MAX_VALUE
                ? nodes.stream()
                        .mapToLong(each -> each.runs().crashes(query.to(), Long.MAX_VALUE))
                        .sum()
                : 0;
    }

    /** Servers that ended in the range without a stop, and were not started again. */
    public long goneDown() {
        return goneDown(query.from(), query.to());
    }

    /** Such that ended after the last activity; 0 where another range is shown. */
    public long goneDownSince() {
        return ReportQuery.LAST.equals(query.range()) ? goneDown(query.to(), Long.MAX_VALUE) : 0;
    }

    private long goneDown(long from, long to) {
        return nodes.stream()
                .map(Node::latest)
                .filter(each -> each != null && each.end().equals("vanished"))
                .filter(each -> each.run().end() >= from && each.run().end() < to)
                .count();
    }

    /** Whether a part of the range is gone: retention has removed it, with its sums. */
    public boolean isPartlyGone() {
        return scan.sumsSince() != LogTimes.UNKNOWN && query.from() <= scan.sumsSince();
    }

    public long crashes() {
        return nodes.stream().mapToLong(each -> each.crashes(query)).sum();
    }

    /** Of all nodes together. */
    public double uptimeSeconds() {
        return nodes.stream().mapToDouble(each -> each.uptimeSeconds(query)).sum();
    }

    /** The runs that overlap the range, in the order of their starts. */
    public List<NodeRun> runs() {
        return nodes.stream()
                .flatMap(node ->
                        node.runs.within(query.from(), query.to()).stream().map(run -> new NodeRun(node, run)))
                .sorted(Comparator.comparingLong(each -> each.run.start()))
                .toList();
    }

    /** Runs that were dropped, because there were too many; the sums over everything have them. */
    public long runsLeftOut() {
        return nodes.stream().mapToLong(each -> each.runs.leftOut()).sum();
    }

    /** Whether it is a report of several servers, some of which it may leave out. */
    public boolean hasChoices() {
        return choices.size() > 1;
    }

    /** Whether there was a call in the range, or is one now. */
    public boolean hasCalls() {
        int column = SampleColumn.CALLS.ordinal();
        GaugeSeries series = samples.series();
        return chat.count(ChatCount.CALLS) > 0
                || chat.count(ChatCount.CALLS_ENDED) > 0
                || now.value(SampleColumn.CALLS) > 0
                || IntStream.range(0, series.rows()).anyMatch(row -> series.weightedSum(row, column) > 0);
    }

    public double amount(SampleColumn column) {
        return samples.amount(column);
    }

    /**
     * The greatest value of the range. Of several servers it is the greatest sum of the same second; longer buckets
     * have the greatest value of each, and they need not have had it at the same time. Then it was at least that of one
     * server, and that of any bucket's mean.
     */
    public Peak peak(SampleColumn column) {
        GaugeSeries series = samples.series();
        double most = Double.NaN;
        double least = samples.greatestOfOne(column);
        for (int row = 0; row < series.rows(); row++) {
            if (series.has(row, column.ordinal())) {
                double max = series.max(row, column.ordinal());
                most = Double.isNaN(most) ? max : Math.max(most, max);
                least = Math.max(least, series.mean(row, column.ordinal()));
            }
        }
        return column.addsUp && !hasExactPeaks() ? new Peak(Math.min(least, most), most) : Peak.of(most);
    }

    /** Whether the greatest value of a bucket was one that there was. */
    public boolean hasExactPeaks() {
        return nodes.size() == 1 || axis.bucketSeconds == 1;
    }

    public boolean isEmpty() {
        return axis.from == LogTimes.UNKNOWN;
    }
}
