package loomchat.loadtest.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loomchat.loadtest.measure.Measurements;

/** What the summary says about identities, in words; nothing for a run without them. */
final class IdentitySummary {
    /** The counts that a comparison of two runs shows, when one of them has any. */
    static final List<String> COMPARED = List.of(
            "identities",
            "refreshes",
            "renewals",
            "returns",
            "replaysCaught",
            "forgeriesRefused",
            "expiriesCaught",
            "lockedOut",
            "replaysMissed",
            "forgeriesAccepted",
            "expiriesMissed",
            "sessionsFailed");

    private IdentitySummary() {}

    /** What was counted of whom, in the order of the output. */
    static Map<String, String> lines(Measurements m) {
        Map<String, String> lines = new LinkedHashMap<>();
        if (!m.totals().containsKey("identities")) {
            return lines;
        }
        lines.put(
                "identities",
                "%,d made, %,d ended by their visitors; %,d came back, %,d chats resumed"
                        .formatted(
                                m.total("identities"),
                                m.total("sessionsEnded"),
                                m.total("returns"),
                                m.total("identityResumes")));
        lines.put(
                "refreshes",
                "%,d (%,d after a lost answer, %,d several at once), %,d fresh tokens taken on open connections%s"
                        .formatted(
                                m.total("refreshes"),
                                m.total("answersDropped"),
                                m.total("refreshedAtOnce"),
                                m.total("renewals"),
                                SummaryText.optional("; %,d requests failed", m.total("sessionsFailed"))));
        put(lines, m, "replays", "%,d caught, %,d missed", "replaysCaught", "replaysMissed");
        put(lines, m, "forgeries", "%,d refused, %,d accepted", "forgeriesRefused", "forgeriesAccepted");
        put(
                lines,
                m,
                "expired",
                "%,d connections closed in time, %,d not; %,d visitors came back",
                "expiriesCaught",
                "expiriesMissed",
                "sleepersReturned");
        put(lines, m, "guests", "%,d refused, as all are where a token is needed", "guestsRefused");
        lines.put("locked out", "%,d visitors who kept to the rules".formatted(m.total("lockedOut")));
        return lines;
    }

    /** Unless all are 0. */
    private static void put(Map<String, String> lines, Measurements m, String what, String format, String... totals) {
        List<Long> counts = new ArrayList<>();
        for (String each : totals) {
            counts.add(m.total(each));
        }
        if (counts.stream().anyMatch(each -> each > 0)) {
            lines.put(what, format.formatted(counts.toArray()));
        }
    }

    /** What a reader has to know about them. */
    static List<String> notes(Measurements m) {
        List<String> notes = new ArrayList<>();
        long untested = m.total("expiriesUntested");
        if (untested > 0) {
            notes.add(
                    ("%,d tokens of sleepers live longer than the run (with the 25 s after them), so their end was not "
                                    + "tested: play longer, or give the server a shorter ACCESS_TOKEN_LIFETIME")
                            .formatted(untested));
        }
        if (m.total("guestsRefused") > 0) {
            notes.add("the server lets in nobody without a token (AUTH=required): guests played no chats");
        }
        Long waited = m.errors().get("told: session too-many");
        if (waited != null) {
            notes.add("%,d requests for a session had to wait for the server's limit of an address or an identity"
                    .formatted(waited));
        }
        return notes;
    }
}
