package loomchat.chat;

import java.io.IOException;
import loomchat.chat.match.EncounterHistory;
import loomchat.chat.match.Seeker;
import loomchat.chat.visitor.Visitor;
import loomchat.ws.FrameBuffer;
import loomchat.ws.WebSocket;

/**
 * Somebody who chats, as the matchmaker and the partner see it. Any thread may call it.
 *
 * <p>Everything for the participant's client is sent in {@link #inSendOrder}, one action at a time. Such an action
 * may block on the client's socket and on the event queue. It never starts an action of another participant, so that
 * two partners cannot wait for each other.
 */
public abstract class Participant extends Seeker<Pair> {
    private final ChatContext context;

    protected Participant(ChatContext context) {
        this.context = context;
    }

    /** The number of its connection, in the log. */
    public abstract long id();

    /** Who it is. */
    public abstract Visitor visitor();

    /** The number by which others know this connection's visitor; 0 for one that is paired only once. */
    public final long encounterNumber() {
        return encounters() == null ? 0 : encounters().visitor();
    }

    @Override
    protected final EncounterHistory lastingEncounters() {
        return visitor().encounters();
    }

    // Its client

    /** Runs {@code action} while nobody else sends to this client. */
    public abstract void inSendOrder(WebSocket.SendAction action) throws IOException;

    /** Waits until what another thread sends to this client is sent and recorded. */
    public abstract void settle();

    /** In send order: there is a partner. */
    protected abstract void sendMatched(Pair pair) throws IOException;

    /** In send order: the pair is over because the partner ended it. */
    protected abstract void sendLeft(Pair pair, LeaveReason why) throws IOException;

    /** In send order: sends the messages of {@code relay}. */
    protected abstract void send(Relay relay) throws IOException;

    /**
     * Appends the frame with one message of the partner, and returns the size of its payload, which comes last.
     *
     * @param nth counts the messages of this relay, from 0
     * @param escaped whether {@code text} is the inside of a JSON string already
     */
    protected abstract int appendMessage(
            FrameBuffer out, Pair pair, int nth, byte[] text, int offset, int length, boolean escaped);

    // From the partner

    /**
     * Sends the partner's messages to this client and records them; when the pair is over, they are lost. Called by
     * the partner's connection thread. Returns how many messages were sent, or are kept for a client that is away.
     */
    public final int deliver(Relay relay) {
        try {
            inSendOrder(() -> deliverInOrder(relay));
        } catch (IOException e) {
            // This participant's own thread will notice that its connection is broken, and tell the partner.
        }
        return relay.taken();
    }

    /** In send order, so that messages are recorded before the end of their pair. */
    private void deliverInOrder(Relay relay) throws IOException {
        Pair pair = relay.pair();
        if (!pair.active()) {
            return;
        }
        if (pair.other(relay.from()) != this) {
            relay.markMoved();
            return;
        }
        tellInOrder(pair);
        relay.taken(take(relay));
    }

    /** In send order: takes the first messages of {@code relay}, records what is sent, and returns how many. */
    protected int take(Relay relay) throws IOException {
        if (isAway()) {
            return keep(relay);
        }
        send(relay);
        relay.pair().recordMessages(context, relay);
        return relay.count();
    }

    /** In send order: tells the client that it has a partner, unless the pair is over or the client has been told. */
    final void tellInOrder(Pair pair) throws IOException {
        if (pair.active() && !pair.told(this)) {
            sendMatched(pair);
            pair.recordMatched(context);
            pair.markTold(this);
        }
    }

    /** In send order: {@code leaver}, its partner, has ended the pair; records that. */
    protected void endInOrder(Pair ended, Participant leaver, String reason, LeaveReason why) throws IOException {
        ended.recordEnd(context, leaver, reason);
        if (ended.told(this)) {
            sendLeft(ended, why);
        }
    }

    // For chat.v1 alone

    /** The client's connection broke and may come back: for how long it may; null while it is here. */
    public Away away() {
        return null;
    }

    public boolean isAway() {
        return false;
    }

    /** In send order, for a client that is away: keeps the first messages of {@code relay} and returns how many. */
    protected int keep(Relay relay) {
        return 0;
    }

    /** Tells a waiting client how many wait, {@code others} of them such as it may meet. Must not block. */
    protected void tellWaiting(int count, int others) {}

    /** The partner types, or has stopped typing. */
    public void partnerTypes(Pair pair, boolean on) {}

    /** The partner's connection broke, and may come back for some time. */
    public void partnerAway(Pair pair) {}

    public void partnerBack(Pair pair) {}

    /** The partner's server cannot be reached, until {@link #partnerBack}. */
    public void partnerPaused(Pair pair) {}

    /** Of this participant's messages, those up to {@code id} cannot come any more unless they have come. */
    public void skipsTo(long id) {}

    /** So many messages of the partner are lost for good. */
    public void partnerLost(Pair pair, long messages) {}

    /** The partner has reported this participant. */
    public void reportedBy(Participant partner) {}

    /** Whether its client may know what a call is. */
    public boolean canCall() {
        return false;
    }

    /** Something has changed in what the two want of calls: tells the client, or the partner's server. */
    public void callsChanged(Pair pair) {}

    /**
     * The partner's page has something for this one; lost if the client is not there or not in that call.
     *
     * @param data the inside of a JSON string
     */
    public void partnerSignals(Pair pair, long call, long id, byte[] data) {}

    // For other servers

    /** The inside of the JSON string in a payload that {@link #appendMessage} made. */
    protected byte[] textOf(byte[] payload) {
        throw new IllegalStateException("Only chat.v1 goes on at another server");
    }

    /** Begins a virtual thread that will send to its client. */
    public void startNear(Runnable task) {
        Thread.startVirtualThread(task);
    }

    /** Whether its client can come back after its connection broke. */
    public boolean canReturn() {
        return false;
    }

    /** What its client's secret is known by at other servers; null if the client cannot come back. */
    public String resumeKey() {
        return null;
    }

    /**
     * Ends its connection and gives its seat to {@code taker}; false if it has none. Blocks until {@code deadline} on
     * the clock of {@link System#nanoTime}.
     */
    public boolean handOver(long deadline, SeatState.Taker taker) throws InterruptedException {
        return false;
    }

    /** The partner's client has everything up to this participant's message {@code id}. */
    public void partnerReceived(Pair pair, long id) {}
}
