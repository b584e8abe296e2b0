package loomchat.chat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import loomchat.ws.FrameBuffer;
import loomchat.ws.WebSocket;

/**
 * What a {@code chat.v1} client is still to be told of how far its own messages came. A single message is acknowledged at
 * once, messages that follow each other faster share an acknowledgement, which goes with whatever else is sent to the client
 * before it is due. Guarded by its seat's lock.
 */
final class Acks {
    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final FrameBuffer frame = new FrameBuffer(96);
    private long sentAt = System.nanoTime() - EVERY_NANOS;
    private Pair pair;
    /** 0 when the client knows everything. */
    private long taken;

    /** The client's messages up to {@code upTo} were taken. Returns from when on it may be told. */
    long take(Pair in, long upTo) {
        pair = in;
        taken = upTo;
        return sentAt + EVERY_NANOS;
    }

    /** Whether the client waits for an acknowledgement in {@code in}. */
    boolean isDueIn(Pair in) {
        return taken > 0 && pair == in;
    }

    /** Whether it waits in a chat that goes on; otherwise the end of the chat brings it, or nobody needs it any more. */
    boolean isDue() {
        return taken > 0 && pair.active();
    }

    void forget() {
        taken = 0;
    }

    void sendTaken(WebSocket to) throws IOException {
        frame.clear();
        appendTaken(frame, pair);
        to.sendFrames(frame);
    }

    /** Adds what the client is to be told of {@code in}, if anything, to what goes to it anyway. */
    void appendTaken(FrameBuffer out, Pair in) {
        if (isDueIn(in)) {
            sentAt = System.nanoTime();
            RichFrames.ack(out, false, in.id(), taken);
            taken = 0;
        }
    }

    void sendDelivered(WebSocket to, Pair in, long upTo) throws IOException {
        frame.clear();
        appendTaken(frame, in);
        RichFrames.ack(frame, true, in.id(), upTo);
        to.sendFrames(frame);
    }
}
