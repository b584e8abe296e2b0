package loomchat.chat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import loomchat.chat.call.CallKinds;
import loomchat.chat.call.CallStats;
import loomchat.chat.call.PairCalls;
import loomchat.chat.match.Match;
import loomchat.log.Event;

/**
 * Two participants who talk. Both connection threads use it.
 *
 * <p>A pair is <em>active</em> until one of the two leaves. It is <em>open</em> for messages once its newcomer has
 * been told of it, so that no client gets a message before it knows that it has a partner.
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

    /** Null until somebody wants a call. */
    private volatile PairCalls calls;

    Pair(long id, Participant newcomer, Participant partner, long sinceMillis) {
        super(id, newcomer, partner, sinceMillis);
    }

    public boolean open() {
        return open && active();
    }

    void opened() {
        open = true;
    }

    /** Whether {@code one} of the two has been told that it has a partner. */
    public boolean told(Participant one) {
        return one == newcomer() ? newcomerTold : partnerTold;
    }

    void markTold(Participant one) {
        if (one == newcomer()) {
            newcomerTold = true;
        } else {
            partnerTold = true;
        }
    }

    /** Goes on with a pair that began at another server: both have been told, and its beginning is recorded there. */
    public void goOn() {
        recorded.set(true);
        newcomerTold = true;
        partnerTold = true;
        open = true;
    }

    // The log

    /** Records that these two were matched; the first call does it, on the newcomer's server. */
    void recordMatched(ChatContext context) {
        if (recorded.compareAndSet(false, true) && !newcomer().isElsewhere()) {
            Participant partner = other(newcomer());
            // The two may be apart by now, and the partner waiting again.
            long waited = Math.max(0, partner.waitedMillis(sinceMillis()));
            context.log().record(new Event.Matched(context.millis(), newcomer().id(), id(), partner.id(), waited));
        }
    }

    /** Records and counts all messages of {@code relay}: they were handed to the partner's socket. */
    void recordMessages(ChatContext context, Relay relay) {
        long size = 0;
        for (int i = 0; i < relay.count(); i++) {
            size += relay.textBytes(i);
        }
        if (relay.from().isElsewhere()) {
            countOnly(relay.count(), size);
            return;
        }
        long from = relay.from().id();
        long now = context.millis();
        for (int i = 0; i < relay.count(); i++) {
            context.log().relayed(now, from, id(), relay.textBytes(i));
        }
        count(context, relay.count(), size);
    }

    /** The same for a message that had to wait for the partner's return. */
    public void recordMessage(ChatContext context, Participant from, int textBytes) {
        if (from.isElsewhere()) {
            countOnly(1, textBytes);
        } else {
            context.log().relayed(context.millis(), from.id(), id(), textBytes);
            count(context, 1, textBytes);
        }
    }

    /** Messages of a partner at another server, which records them. */
    private void countOnly(int moreMessages, long moreBytes) {
        messages.addAndGet(moreMessages);
        bytes.addAndGet(moreBytes);
    }

    private void count(ChatContext context, int moreMessages, long moreBytes) {
        countOnly(moreMessages, moreBytes);
        context.counters().messagesRelayed.add(moreMessages);
    }

    /** Records the end, if the beginning was recorded, and releases {@link #awaitEndRecorded}. */
    public void recordEnd(ChatContext context, Participant leaver, String reason) {
        endCalls(reason);
        if (recorded.get()) {
            long lasted = context.monotonicMillis() - sinceMillis();
            context.log()
                    .record(new Event.ChatEnded(
                            context.millis(),
                            leaver.id(),
                            id(),
                            reason,
                            lasted,
                            messages.get(),
                            bytes.get(),
                            other(leaver).id()));
        }
        endRecorded.countDown();
    }

    /** The end is recorded by the partner's server; that of a call may be by this one. */
    public void endsElsewhere(String reason) {
        endCalls(reason);
        endRecorded.countDown();
    }

    /** One of the two has gone on at another server, and this one has nothing to do with the pair any more. */
    public void movesAway() {
        PairCalls known = calls;
        if (known != null) {
            known.leave();
        }
        endRecorded.countDown();
    }

    /** One of the two has gone on at another server; the other is still here. */
    public void partnerMoved() {
        PairCalls known = calls;
        if (known != null && newcomer().isElsewhere()) {
            known.leave();
        }
    }

    private void endCalls(String reason) {
        PairCalls known = calls;
        if (known != null) {
            known.close(reason);
        }
    }

    /** The calls of these two, or null while there was none. */
    public PairCalls calls() {
        return calls;
    }

    /** Their calls, from the first one on. */
    public synchronized PairCalls calls(ChatContext context) {
        if (calls == null) {
            calls = new PairCalls(new CallJournal(context));
            if (!active()) {
                calls.close("left");
            }
        }
        return calls;
    }

    /** The newcomer's server records calls. */
    private final class CallJournal implements PairCalls.Journal {
        private final ChatContext context;

        CallJournal(ChatContext context) {
            this.context = context;
        }

        @Override
        public boolean isHere() {
            return !newcomer().isElsewhere();
        }

        @Override
        public void began() {
            context.counters().calls.increment();
        }

        @Override
        public void started(long number, CallKinds kinds) {
            Participant one = newcomer();
            context.log()
                    .record(new Event.CallStarted(
                            context.millis(), one.id(), id(), number, other(one).id(), kinds.toString()));
        }

        @Override
        public void ended(long number, String reason, long millis, CallStats stats) {
            boolean connected = stats.firstFrameMillis() > 0;
            context.log()
                    .record(new Event.CallEnded(
                            context.millis(),
                            newcomer().id(),
                            id(),
                            number,
                            reason,
                            millis,
                            connected,
                            stats.firstFrameMillis(),
                            stats.relayed(),
                            stats.bytesSent(),
                            stats.bytesReceived()));
        }

        @Override
        public void left() {
            context.counters().calls.decrement();
        }
    }

    /** Waits until the end is recorded, for two seconds at most: a participant's own end is recorded after it. */
    void awaitEndRecorded() {
        try {
            endRecorded.await(MOST_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
