package loomchat.loadtest.command;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import loomchat.loadtest.measure.Measurements;

/** What the summary says about calls, in words; nothing for a run without them. */
final class CallSummary {
    private CallSummary() {}

    static Map<String, String> lines(Measurements m) {
        Map<String, String> lines = new LinkedHashMap<>();
        if (!m.totals().containsKey("invitations")) {
            return lines;
        }
        lines.put(
                "calls",
                counts("%,d begun after %,d invitations", (m.total("callsTold") + 1) / 2, m.total("invitations"))
                        + SummaryText.optional(", %,d declined", m.total("callsDeclined"))
                        + SummaryText.optional(", %,d unanswered", m.total("callsUnanswered"))
                        + SummaryText.optional("; %,d times on after a resume", m.total("callsResumed"))
                        + SummaryText.optional("; %,d times told the servers for ICE", m.total("iceAnswers")));
        lines.put(
                "signals",
                counts("%,d sent, %,d delivered", m.total("signalsSent"), m.total("signalsDelivered"))
                        + SummaryText.optional(", %,d missed by somebody away", m.total("signalsMissed"))
                        + SummaryText.optional(", %,d cut off when a call ended", m.total("signalsCutOff"))
                        + SummaryText.optional(", %,d to partners never heard of", m.total("signalsUnconfirmed")));
        lines.put(
                "of these",
                counts("%,d lost, %,d duplicated", m.total("signalsLost"), m.total("signalsDuplicated"))
                        + counts(", %,d reordered, %,d altered", m.total("signalsReordered"), m.total("signalsAltered"))
                        + counts(
                                ", %,d misdelivered, %,d before or after a call",
                                m.total("signalsMisdelivered"), m.total("signalsMistimed")));
        return lines;
    }

    private static String counts(String format, long one, long other) {
        return String.format(Locale.ROOT, format, one, other);
    }
}
