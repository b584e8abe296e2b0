package loomchat.report.history;

import java.util.List;
import java.util.function.ToLongFunction;
import loomchat.report.series.ChatCount;

/**
 * What a report says of logs that could not be written, or cannot be now. A stall that is over counts for each range
 * that it overlaps: lines of that time came late, and samples are missing. Any thread.
 */
public record Stalls(Report report) {
    /** How many that are over overlap the range. */
    public long count() {
        ReportQuery query = report.query();
        return query.isAll()
                ? report.chat().count(ChatCount.STALLS)
                : sum(runs -> runs.stalls(query.from(), query.to()));
    }

    /** How long these lasted. */
    public long millis() {
        ReportQuery query = report.query();
        return query.isAll()
                ? report.chat().count(ChatCount.STALLED_MILLIS)
                : sum(runs -> runs.stalledMillis(query.from(), query.to()));
    }

    /** How many came after the last activity, whose range has those that had begun; 0 where another range is shown. */
    public long since() {
        ReportQuery query = report.query();
        return ReportQuery.LAST.equals(query.range()) && query.to() != Long.MAX_VALUE
                ? sum(runs -> runs.stallsSince(query.to()))
                : 0;
    }

    private long sum(ToLongFunction<ServerRuns> what) {
        return report.nodes().stream().map(Report.Node::runs).mapToLong(what).sum();
    }

    /** The servers that have their folder and write nothing: they hang, or their disk is full. */
    public List<Report.Node> silent() {
        long at = report.axis().at();
        return report.nodes().stream()
                .filter(each -> each.claimed() && !each.hasJustStarted(at))
                .toList();
    }

    /** The same without the server that answers where it says why. */
    public List<Report.Node> silentForUnknownReason() {
        return silent().stream()
                .filter(each -> report.stall() == null
                        || !each.name().equals(report.choices().getFirst()))
                .toList();
    }

    /** Whether a log is not written since a time in the range. */
    public boolean goOn() {
        long to = report.query().to();
        return report.stall() != null && report.stall().since() < to
                || silent().stream().anyMatch(each -> each.now().at() < to);
    }
}
