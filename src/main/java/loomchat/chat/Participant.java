package loomchat.chat;

import java.io.IOException;
import loomchat.chat.match.Seeker;
import loomchat.ws.FrameBuffer;
import loomchat.ws.WebSocket;

/**
 * One who chats, as the matchmaker and the partner see it. Any thread may call it.
 *
 * <p>What is sent to the participant's client is sent in {@link #inSendOrder}, one action at a time. Such an action never begins one of
 * another participant, so that two partners cannot wait for each other. It may block on the client's socket and on the event queue.
 */
public abstract class Participant extends Seeker<Pair> {
    private final ChatContext context;

    protected Participant(ChatContext context) {
        this.context = context;
    }

    /** The number of its connection, in the log. */
    public abstract long id();

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
     * Appends the frame that brings the client one message of its partner, and returns the size of its payload, which comes last.
     *
     * @param nth counts the messages of this relay, from 0
     * @param escaped whether {@code text} is the inside of a JSON string already
     */
    protected abstract int appendMessage(
            FrameBuffer out, Pair pair, int nth, byte[] text, int offset, int length, boolean escaped);

    // From the partner

    /**
     * Sends this client what its partner said, and records it, unless their pair is over: then it is lost. The partner's connection
     * thread. Returns how many messages were sent, or kept for a client that is away.
     */
    final int deliver(Relay relay) {
        try {
            inSendOrder(() -> deliverInOrder(relay));
        } catch (IOException e) {
            // This participant's own thread finds out what is wrong with its connection, and tells the partner.
        }
        return relay.taken();
    }

    /** What is recorded here comes before the end of the pair. */
    private void deliverInOrder(Relay relay) throws IOException {
        if (!relay.pair().active()) {
            return;
        }
        tellInOrder(relay.pair());
        if (isAway()) {
            relay.taken(keep(relay));
        } else {
            send(relay);
            record(relay);
            relay.taken(relay.count());
        }
    }

    private void record(Relay relay) {
        Pair pair = relay.pair();
        long from = relay.from().id();
        long now = context.millis();
        long bytes = 0;
        for (int i = 0; i < relay.count(); i++) {
            context.log().relayed(now, from, pair.id(), relay.textBytes(i));
            bytes += relay.textBytes(i);
        }
        pair.count(relay.count(), bytes);
        context.counters().messagesRelayed.add(relay.count());
    }

    /** Records one message that {@code from} said some time ago and that has gone out now. */
    protected final void record(Pair pair, long from, int textBytes) {
        context.log().relayed(context.millis(), from, pair.id(), textBytes);
        pair.count(1, textBytes);
        context.counters().messagesRelayed.increment();
    }

    /** In send order: tells the client of its partner, unless the pair is over or this was said before. */
    final void tellInOrder(Pair pair) throws IOException {
        if (pair.active() && !pair.told(this)) {
            sendMatched(pair);
            pair.recordMatched(context);
            pair.tell(this);
        }
    }

    // What chat.v1 alone tells its clients

    /** Whether the client's connection broke and may come back. */
    public boolean isAway() {
        return false;
    }

    /** In send order, for a client that is away: keeps the first messages of {@code relay} and returns how many. */
    protected int keep(Relay relay) {
        return 0;
    }

    /** How many wait, to one who waits as well. Waits for nobody. */
    protected void tellWaiting(int count) {}

    /** The partner types, or stopped. */
    public void partnerTypes(Pair pair, boolean on) {}

    /** The partner's connection broke, and may come back for some time. */
    public void partnerAway(Pair pair) {}

    public void partnerBack(Pair pair) {}

    /** The partner's client has everything up to this participant's message {@code id}. */
    public void partnerReceived(Pair pair, long id) {}
}
