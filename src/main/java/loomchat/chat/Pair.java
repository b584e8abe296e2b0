package loomchat.chat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import loomchat.chat.match.Match;
import loomchat.log.Event;

/**
 * Two participants who talk, as both connection threads see it.
 *
 * <p>A pair is <em>active</em> until one of the two leaves, and <em>open</em> for messages once its newcomer has been told of it: nobody
 * gets a message before the news of the partner who sent it.
 */
public final class Pair extends Match<Participant> {
    private static final int MOST_WAIT_SECONDS = 2;

    private volatile boolean open;
    private final AtomicBoolean recorded = new AtomicBoolean();
    private final CountDownLatch endRecorded = new CountDownLatch(1);

    // Each written while that participant's sends are exclusive
    private volatile boolean newcomerTold;
    private volatile boolean partnerTold;

    // Both connection threads
    private final AtomicLong messages = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    Pair(long id, Participant newcomer, Participant partner, long sinceMillis) {
        super(id, newcomer, partner, sinceMillis);
    }

    public boolean open() {
        return open && active();
    }

    void opened() {
        open = true;
    }

    /** Whether {@code one} of the two has been told that there is a partner. */
    public boolean told(Participant one) {
        return one == newcomer() ? newcomerTold : partnerTold;
    }

    void tell(Participant one) {
        if (one == newcomer()) {
            newcomerTold = true;
        } else {
            partnerTold = true;
        }
    }

    /** Counts messages that were handed over. */
    void count(long moreMessages, long moreBytes) {
        messages.addAndGet(moreMessages);
        bytes.addAndGet(moreBytes);
    }

    // The log

    /** Records that these two were matched; the first call does it. */
    void recordMatched(ChatContext context) {
        if (recorded.compareAndSet(false, true)) {
            Participant partner = other(newcomer());
            // The two may be apart by now, and the partner waiting again.
            long waited = Math.max(0, sinceMillis() - partner.waitingSince());
            context.log().record(new Event.Matched(context.millis(), newcomer().id(), id(), partner.id(), waited));
        }
    }

    /** Records the end, if the beginning has been recorded, and lets go who waits for that. */
    void recordEnd(ChatContext context, Participant leaver, String reason) {
        if (recorded.get()) {
            long lasted = context.monotonicMillis() - sinceMillis();
            context.log()
                    .record(new Event.ChatEnded(
                            context.millis(), leaver.id(), id(), reason, lasted, messages.get(), bytes.get()));
        }
        endRecorded.countDown();
    }

    /** Waits, for a moment at the most, until the end is recorded: that a participant disconnected is recorded after it. */
    void awaitEndRecorded() {
        try {
            endRecorded.await(MOST_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
