package loomchat.report.history;

import java.util.List;

/** What a report says of logs that cannot be written now. Any thread. */
public record Stalls(Report report) {
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
