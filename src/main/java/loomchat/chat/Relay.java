package loomchat.chat;

import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import loomchat.ws.FrameBuffer;
import loomchat.ws.WebSocket;

/**
 * What one session said to another in one batch of input, on its way: frames that go out with one write. Borrowed from a
 * pool for the length of a batch, so that an idle session holds none. The sender's connection thread uses it.
 *
 * <p>A partner whose connection compresses takes messages one by one; for it the same buffer holds bare payloads.
 */
final class Relay implements WebSocket.SendAction {
    private static final int FULL_BYTES = 64 * 1024;
    private static final int MOST_MESSAGES = 1024;
    private static final int MOST_KEPT_BYTES = 256 * 1024;
    private static final ArrayBlockingQueue<Relay> KEPT = new ArrayBlockingQueue<>(32);

    private final int[] saidBytes = new int[MOST_MESSAGES];
    private final int[] payloadEnds = new int[MOST_MESSAGES];
    private final FrameBuffer out = new FrameBuffer(FULL_BYTES + 8192);
    private int count;
    private long bytes;
    private Pair pair;
    private Session from;
    private WebSocket to;

    private Relay() {}

    static Relay take(Session from, Pair pair) {
        Relay kept = KEPT.poll();
        Relay relay = kept != null ? kept : new Relay();
        relay.from = from;
        relay.pair = pair;
        relay.to = pair.other(from).socket;
        return relay;
    }

    void giveBack() {
        pair = null;
        from = null;
        to = null;
        count = 0;
        bytes = 0;
        out.clear();
        if (out.capacity() <= MOST_KEPT_BYTES) {
            KEPT.offer(this);
        }
    }

    Pair pair() {
        return pair;
    }

    boolean isFull() {
        return count == MOST_MESSAGES || out.size() >= FULL_BYTES;
    }

    void add(byte[] text, int offset, int length) {
        if (to.compresses()) {
            Plain.appendChat(out, text, offset, length);
            payloadEnds[count] = out.size();
        } else {
            Plain.appendChatFrame(out, text, offset, length);
        }
        saidBytes[count++] = length;
        bytes += length;
    }

    /** Sends and records everything, unless the pair is over; then it is lost with the partner it was for. */
    void send() {
        try {
            to.inSendOrder(this);
        } catch (IOException e) {
            // The partner's own thread finds out what is wrong with its connection, and tells this session.
        }
    }

    /** While nobody else sends to the partner: what is recorded here comes before the end of the pair. */
    @Override
    public void run() throws IOException {
        if (!pair.active()) {
            return;
        }
        if (to.compresses()) {
            for (int i = 0, start = 0; i < count; start = payloadEnds[i++]) {
                to.sendText(out.bytes(), start, payloadEnds[i] - start);
            }
        } else {
            to.sendFrames(out);
        }
        record();
    }

    private void record() {
        Chat chat = from.chat;
        long now = chat.millis();
        pair.count(count, bytes);
        chat.counters().messagesRelayed.add(count);
        for (int i = 0; i < count; i++) {
            chat.log().relayed(now, from.id(), pair.id(), saidBytes[i]);
        }
    }
}
