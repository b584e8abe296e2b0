package loomchat.log;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import loomchat.counters.Durations;
import loomchat.counters.LabelledCount;

/**
 * Recorded events in numbers, since the start. Counted when an event is handed over, so that a disk that takes no lines
 * does not stop them; messages are counted where they are relayed.
 */
public final class EventCounts {
    public final LabelledCount disconnects = new LabelledCount("close", "eof", "reset", "timeout", "error");
    public final LabelledCount chatsEnded = new LabelledCount("close", "next", "leave");
    public final LabelledCount reports = new LabelledCount("abuse", "spam", "sexual", "minor", "other");
    public final LabelledCount callsEnded = new LabelledCount("ended", "failed");
    public final LongAdder callsStarted = new LongAdder();
    public final LongAdder resumes = new LongAdder();
    /** How long those had waited whom a newcomer was matched with. */
    public final Durations waits = Durations.ofPeople();

    void count(Event event) {
        switch (event) {
            case Event.Matched matched -> waits.add(TimeUnit.MILLISECONDS.toNanos(matched.waitedMillis()));
            case Event.ChatEnded ended -> chatsEnded.increment(ended.reason());
            case Event.Disconnected gone -> disconnects.increment(gone.reason());
            case Event.ChatResumed _ -> resumes.increment();
            case Event.CallStarted _ -> callsStarted.increment();
            case Event.CallEnded ended -> callsEnded.increment(ended.reason());
            case Event.Reported reported -> reports.increment(reported.reason());
            default -> {}
        }
    }
}
