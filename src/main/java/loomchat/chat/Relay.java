package loomchat.chat;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import loomchat.net.Pool;
import loomchat.ws.FrameBuffer;
import loomchat.ws.MessageBudget;
import loomchat.ws.ProtocolException;
import loomchat.ws.WebSocket;

/**
 * What one visitor said to another in one batch of input, on its way: frames that go out with one write. Borrowed from a
 * pool for the length of a batch, so that an idle visitor holds none. The sender's connection thread uses it.
 *
 * <p>It holds {@link #FULL_BYTES} and one message, which may be six times as long as it came when all of it is escaped. What is
 * above {@link #MOST_KEPT_BYTES} is taken from the sender's share of the budget for incomplete messages: it is held until the
 * partner reads.
 */
final class Relay implements WebSocket.SendAction {
    private static final int FULL_BYTES = 64 * 1024;
    private static final int MOST_MESSAGES = 1024;
    private static final int FIRST_BYTES = FULL_BYTES + 8192;
    private static final int MOST_KEPT_BYTES = MessageBudget.BATCH_BYTES;

    /** Of a frame around its text, and of an acknowledgement behind it. */
    private static final int MOST_AROUND = 512;

    /** For compressing one batch. What is left of it then goes as it is, so that others have their turn. */
    private static final long MOST_DEFLATING_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final Pool<Relay> POOL = new Pool<>(16, Relay::new, dropped -> {});

    private final int[] saidBytes = new int[MOST_MESSAGES];
    private final int[] payloadEnds = new int[MOST_MESSAGES];
    private final int[] payloadBytes = new int[MOST_MESSAGES];
    private final FrameBuffer out = new FrameBuffer(FIRST_BYTES);
    private int count;
    private Pair pair;
    private Seat from;
    private Seat to;
    private Seat.Taken taken;
    private MessageBudget.Share share;
    private long takenBytes;
    private long deflatingNanos;

    private Relay() {}

    static Relay take(Seat from, Pair pair, MessageBudget.Share share) {
        Relay relay = POOL.take();
        relay.from = from;
        relay.share = share;
        relay.pair = pair;
        relay.to = pair.other(from);
        return relay;
    }

    void giveBack() {
        pair = null;
        from = null;
        to = null;
        taken = null;
        count = 0;
        deflatingNanos = 0;
        out.clear();
        if (takenBytes > 0) {
            share.giveBack(takenBytes);
            takenBytes = 0;
        }
        share = null;
        if (out.capacity() <= MOST_KEPT_BYTES) {
            POOL.giveBack(this);
        }
    }

    Pair pair() {
        return pair;
    }

    int count() {
        return count;
    }

    boolean isFull() {
        return count == MOST_MESSAGES || out.size() >= FULL_BYTES;
    }

    /**
     * {@code said} is the size of the text without escapes, for the record.
     *
     * @throws ProtocolException there is no memory for it
     */
    void add(byte[] text, int offset, int length, boolean escaped, int said) throws ProtocolException {
        if (out.size() + MOST_AROUND + 6L * length > MOST_KEPT_BYTES) {
            takeMemory(length + (escaped ? 0 : Json.extraBytes(text, offset, length)));
        }
        payloadBytes[count] = to.appendSaid(out, pair, count, text, offset, length, escaped);
        payloadEnds[count] = out.size();
        saidBytes[count++] = said;
    }

    private void takeMemory(long payload) throws ProtocolException {
        int capacity = out.capacityWith(MOST_AROUND + payload);
        if (capacity > MOST_KEPT_BYTES && capacity > out.capacity()) {
            long more = capacity - Math.max(MOST_KEPT_BYTES, out.capacity());
            share.take(more);
            takenBytes += more;
        }
    }

    /** The time for which the loop was busy with compressing this for the partner. */
    long deflatingNanos() {
        return deflatingNanos;
    }

    int saidBytes(int nth) {
        return saidBytes[nth];
    }

    /** A copy of one message as it is sent, without its frame. */
    byte[] payload(int nth) {
        return Arrays.copyOfRange(out.bytes(), payloadEnds[nth] - payloadBytes[nth], payloadEnds[nth]);
    }

    /**
     * Sends and records everything, unless the pair is over; then it is lost with the partner it was for. Returns how many
     * messages are in the partner's hands, or kept for it.
     */
    int send() {
        try {
            to.inSendOrder(this);
        } catch (IOException e) {
            // The partner's own thread finds out what is wrong with its connection, and tells this session.
        }
        return taken == null ? 0 : taken.taken();
    }

    /** While nobody else sends to the partner: what is recorded here comes before the end of the pair. */
    @Override
    public void run() throws IOException {
        if (!pair.active()) {
            return;
        }
        Meeting.tellInOrder(pair, to);
        taken = to.take(this);
        record(taken.sent());
    }

    /** Lets what the client is to be told of its own messages go with these. */
    void carry(WebSocket socket, Acks acks) {
        if (!socket.compresses()) {
            acks.appendTaken(out, pair);
        }
    }

    /** Writes the frames; one by one to a client whose connection compresses. */
    void sendTo(WebSocket socket) throws IOException {
        if (!socket.compresses()) {
            socket.sendFrames(out);
            return;
        }
        long before = socket.deflatingNanos();
        for (int i = 0; i < count; i++) {
            int offset = payloadEnds[i] - payloadBytes[i];
            if (deflatingNanos < MOST_DEFLATING_NANOS) {
                socket.sendText(out.bytes(), offset, payloadBytes[i]);
                deflatingNanos = socket.deflatingNanos() - before;
            } else {
                socket.sendTextAsItIs(out.bytes(), offset, payloadBytes[i]);
            }
        }
    }

    private void record(int sent) {
        Chat chat = from.chat();
        long now = chat.millis();
        long bytes = 0;
        for (int i = 0; i < sent; i++) {
            chat.log().relayed(now, from.id(), pair.id(), saidBytes[i]);
            bytes += saidBytes[i];
        }
        pair.count(sent, bytes);
        chat.counters().messagesRelayed.add(sent);
    }
}
