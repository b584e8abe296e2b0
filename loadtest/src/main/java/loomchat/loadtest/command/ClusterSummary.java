package loomchat.loadtest.command;

import java.util.List;
import java.util.Locale;
import loomchat.loadtest.measure.Measurements;

/** What the summary says about a cluster of servers, in words; nothing for a run without one. */
final class ClusterSummary {
    private ClusterSummary() {}

    /** Null without a cluster. */
    static String line(Measurements m) {
        if (!m.totals().containsKey("killed")) {
            return null;
        }
        long resumed = m.total("resumed");
        long asked = resumed + m.total("resumesFailed");
        return String.format(
                Locale.ROOT,
                "%,d of %,d chats resumed that were to be (%s %%)%s%s%s%s",
                resumed,
                asked,
                asked == 0 ? "-" : String.format(Locale.ROOT, "%.2f", 100.0 * resumed / asked),
                SummaryText.optional("; %,d connections moved to another server", m.total("moved")),
                SummaryText.optional("; %,d resumes put off", m.total("putOff")),
                SummaryText.optional("; %,d connections and connects that ended with their server", m.total("killed")),
                SummaryText.optional("; %,d still waited for each other at the end", m.total("stillWaiting")));
    }

    /** What a reader has to know about it. */
    static List<String> notes(StressOptions options) {
        return options.kills()
                ? List.of("servers were killed on purpose (KILLS), so their own counts were not compared")
                : List.of();
    }
}
