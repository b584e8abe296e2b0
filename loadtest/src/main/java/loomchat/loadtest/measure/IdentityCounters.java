package loomchat.loadtest.measure;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** What the identities of a run did, and what the server did to them. Any thread adds, the tick reads. */
public final class IdentityCounters {
    private final Map<String, LongSupplier> totals = new LinkedHashMap<>();

    // In the order of the output
    /** New sessions. */
    public final LongAdder identities = total("identities");
    /** Refreshes that gave a successor. */
    public final LongAdder refreshes = total("refreshes");
    /** Refreshes whose answer was dropped on purpose and that were asked for again. */
    public final LongAdder answersDropped = total("answersDropped");
    /** Refreshes that were asked for several times at once. */
    public final LongAdder refreshedAtOnce = total("refreshedAtOnce");
    /** Fresh tokens that the server took on an open connection. */
    public final LongAdder renewals = total("renewals");
    /** Connections with a token of an identity that had been connected before. */
    public final LongAdder returns = total("returns");
    /** Chats resumed with a token. */
    public final LongAdder identityResumes = total("identityResumes");
    /** Sessions that their visitors ended. */
    public final LongAdder sessionsEnded = total("sessionsEnded");
    /** Requests to the server's sessions without an answer, or with one that nobody expects. */
    public final LongAdder sessionsFailed = total("sessionsFailed");
    /** Guests who were refused because a token is needed. */
    public final LongAdder guestsRefused = total("guestsRefused");
    /** Old refresh tokens that were sent again: noticed, not noticed. */
    public final LongAdder replaysCaught = total("replaysCaught");

    public final LongAdder replaysMissed = total("replaysMissed");
    /** Connects with tokens that the server has not made. */
    public final LongAdder forgeriesRefused = total("forgeriesRefused");

    public final LongAdder forgeriesAccepted = total("forgeriesAccepted");
    /** Tokens that expired on an open connection: closed in time, not closed in time. */
    public final LongAdder expiriesCaught = total("expiriesCaught");

    public final LongAdder expiriesMissed = total("expiriesMissed");
    /** Tokens that live longer than the run. */
    public final LongAdder expiriesUntested = total("expiriesUntested");
    /** Visitors who came back after their token had expired. */
    public final LongAdder sleepersReturned = total("sleepersReturned");
    /** Refusals that a visitor met who had kept to the rules. */
    public final LongAdder lockedOut = total("lockedOut");

    IdentityCounters() {}

    private LongAdder total(String name) {
        LongAdder counter = new LongAdder();
        totals.put(name, counter::sum);
        return counter;
    }

    Map<String, LongSupplier> totals() {
        return totals;
    }
}
