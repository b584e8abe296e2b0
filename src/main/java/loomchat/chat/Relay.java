package loomchat.chat;

import java.io.IOException;
import java.util.Arrays;
import loomchat.net.Pool;
import loomchat.ws.FrameBuffer;
import loomchat.ws.WebSocket;

/**
 * What one visitor said to another in one batch of input, on its way: frames that go out with one write. Borrowed from a
 * pool for the length of a batch, so that an idle visitor holds none. The sender's connection thread uses it.
 */
final class Relay implements WebSocket.SendAction {
    private static final int FULL_BYTES = 64 * 1024;
    private static final int MOST_MESSAGES = 1024;
    private static final int MOST_KEPT_BYTES = 256 * 1024;
    private static final Pool<Relay> POOL = new Pool<>(16, Relay::new, dropped -> {});

    private final int[] saidBytes = new int[MOST_MESSAGES];
    private final int[] payloadEnds = new int[MOST_MESSAGES];
    private final int[] payloadBytes = new int[MOST_MESSAGES];
    private final FrameBuffer out = new FrameBuffer(FULL_BYTES + 8192);
    private int count;
    private Pair pair;
    private Seat from;
    private Seat to;
    private Seat.Taken taken;

    private Relay() {}

    static Relay take(Seat from, Pair pair) {
        Relay relay = POOL.take();
        relay.from = from;
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
        out.clear();
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

    /** {@code said} is the size of the text without escapes, for the record. */
    void add(byte[] text, int offset, int length, boolean escaped, int said) {
        payloadBytes[count] = to.appendSaid(out, pair, count, text, offset, length, escaped);
        payloadEnds[count] = out.size();
        saidBytes[count++] = said;
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
        for (int i = 0; i < count; i++) {
            socket.sendText(out.bytes(), payloadEnds[i] - payloadBytes[i], payloadBytes[i]);
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
