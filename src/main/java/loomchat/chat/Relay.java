package loomchat.chat;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import loomchat.json.JsonText;
import loomchat.net.ObjectPool;
import loomchat.ws.FrameBuffer;
import loomchat.ws.MessageBudget;
import loomchat.ws.ProtocolException;
import loomchat.ws.WebSocket;

/**
 * What one participant said to another in one batch of input: frames that go out with one write. Borrowed from a pool
 * for the length of a batch, so that an idle connection holds none. The sender's connection thread uses it.
 *
 * <p>It holds at most {@link #FULL_BYTES} and one more message, which escaping can make six times as long. Memory
 * above {@link #MOST_POOLED_BYTES} is charged to the sender's share of the budget for incomplete messages until the
 * partner has read it.
 */
public final class Relay {
    private static final int FULL_BYTES = 64 * 1024;
    private static final int MOST_MESSAGES = 1024;
    private static final int FIRST_BYTES = FULL_BYTES + 8192;
    private static final int MOST_POOLED_BYTES = MessageBudget.BATCH_BYTES;

    /** Bytes of a frame around its text, and of an acknowledgement behind it. */
    private static final int MOST_AROUND = 512;

    /** For compressing one batch. The rest goes uncompressed, so that other connections get their turn. */
    private static final long MOST_DEFLATING_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final ObjectPool<Relay> POOL = new ObjectPool<>(16, Relay::new, dropped -> {});

    private final int[] textBytes = new int[MOST_MESSAGES];
    private final int[] payloadEnds = new int[MOST_MESSAGES];
    private final int[] payloadBytes = new int[MOST_MESSAGES];
    private final FrameBuffer out = new FrameBuffer(FIRST_BYTES);
    private int count;
    private Pair pair;
    private Participant from;
    private Participant to;
    private int taken;
    private boolean moved;
    private MessageBudget.Share share;
    private long takenBytes;
    private long deflatingNanos;

    private Relay() {}

    public static Relay take(Participant from, Pair pair, MessageBudget.Share share) {
        Relay relay = POOL.take();
        relay.from = from;
        relay.share = share;
        relay.pair = pair;
        relay.to = pair.other(from);
        return relay;
    }

    public void giveBack() {
        pair = null;
        from = null;
        to = null;
        taken = 0;
        moved = false;
        count = 0;
        deflatingNanos = 0;
        out.clear();
        if (takenBytes > 0) {
            share.giveBack(takenBytes);
            takenBytes = 0;
        }
        share = null;
        if (out.capacity() <= MOST_POOLED_BYTES) {
            POOL.giveBack(this);
        }
    }

    public Pair pair() {
        return pair;
    }

    public Participant from() {
        return from;
    }

    Participant to() {
        return to;
    }

    public int count() {
        return count;
    }

    /** The receiver has gone on at another server: these messages are for who stands for it now. */
    void markMoved() {
        moved = true;
    }

    boolean moved() {
        return moved;
    }

    public boolean isFull() {
        return count == MOST_MESSAGES || out.size() >= FULL_BYTES;
    }

    /**
     * @param unescaped the size of the text without escapes, for the log
     * @throws ProtocolException the budget has no memory for it
     */
    public void add(byte[] text, int offset, int length, boolean escaped, int unescaped) throws ProtocolException {
        if (out.size() + MOST_AROUND + 6L * length > MOST_POOLED_BYTES) {
            takeMemory(length + (escaped ? 0 : JsonText.extraBytes(text, offset, length)));
        }
        payloadBytes[count] = to.appendMessage(out, pair, count, text, offset, length, escaped);
        payloadEnds[count] = out.size();
        textBytes[count++] = unescaped;
    }

    private void takeMemory(long payload) throws ProtocolException {
        int capacity = out.capacityWith(MOST_AROUND + payload);
        if (capacity > MOST_POOLED_BYTES && capacity > out.capacity()) {
            long more = capacity - Math.max(MOST_POOLED_BYTES, out.capacity());
            share.take(more);
            takenBytes += more;
        }
    }

    /** How long compressing this for the partner kept the loop busy. */
    long deflatingNanos() {
        return deflatingNanos;
    }

    public int textBytes(int nth) {
        return textBytes[nth];
    }

    /** A copy of one message as it is sent, without its frame. */
    public byte[] payload(int nth) {
        return Arrays.copyOfRange(out.bytes(), payloadEnds[nth] - payloadBytes[nth], payloadEnds[nth]);
    }

    /** How many messages the receiver has, or keeps for its client's return. */
    public int taken() {
        return taken;
    }

    void taken(int messages) {
        taken = messages;
    }

    /** All messages, for adding what else goes to the same client. */
    public FrameBuffer frames() {
        return out;
    }

    /** Writes all frames at once, or one by one where the connection compresses. */
    public void sendTo(WebSocket socket) throws IOException {
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
}
