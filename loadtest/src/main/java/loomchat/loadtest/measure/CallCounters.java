package loomchat.loadtest.measure;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** What a run with calls counts beside the rest. Any thread adds, the tick reads. */
public final class CallCounters {
    private final Map<String, LongSupplier> totals = new LinkedHashMap<>();

    // In the order of the output
    public final LongAdder invitations = total("invitations");
    /** Times that a user was told that a call is on: twice for each call, if both are there to hear it. */
    public final LongAdder callsTold = total("callsTold");
    /** Users who left while a call may have begun that they have not heard of. */
    public final LongAdder callsUntold = total("callsUntold");

    public final LongAdder callsDeclined = total("callsDeclined");
    public final LongAdder callsUnanswered = total("callsUnanswered");
    /** Times that a call was on before a break and after the resume. */
    public final LongAdder callsResumed = total("callsResumed");

    public final LongAdder iceAnswers = total("iceAnswers");

    public final LongAdder signalsSent = total("signalsSent");
    public final LongAdder signalsDelivered = total("signalsDelivered");
    public final LongAdder signalsLost = total("signalsLost");
    public final LongAdder signalsDuplicated = total("signalsDuplicated");
    public final LongAdder signalsReordered = total("signalsReordered");
    public final LongAdder signalsAltered = total("signalsAltered");
    public final LongAdder signalsMisdelivered = total("signalsMisdelivered");
    /** Before the call was on, or after its end. */
    public final LongAdder signalsMistimed = total("signalsMistimed");
    /** Sent while somebody was away. */
    public final LongAdder signalsMissed = total("signalsMissed");
    /** Sent when the receiver ended the call or left. */
    public final LongAdder signalsCutOff = total("signalsCutOff");
    /** Sent to somebody of whom nothing is known. */
    public final LongAdder signalsUnconfirmed = total("signalsUnconfirmed");

    CallCounters() {}

    private LongAdder total(String name) {
        LongAdder counter = new LongAdder();
        totals.put(name, counter::sum);
        return counter;
    }

    Map<String, LongSupplier> totals() {
        return totals;
    }
}
