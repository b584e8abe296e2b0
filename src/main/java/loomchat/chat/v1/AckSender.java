package loomchat.chat.v1;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import loomchat.chat.Pair;
import loomchat.net.ByteStream;
import loomchat.ws.FrameBuffer;
import loomchat.ws.WebSocket;

/**
 * Tells a {@code chat.v1} client how far its own messages came. A single message is acknowledged at once; messages
 * that follow each other faster share an acknowledgement, which goes out with anything else that is sent to the
 * client before it is due.
 */
final class AckSender {
    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final ClientLink link;

    // Reading thread of the current connection
    private Pair lastTakenIn;
    private long lastTaken;

    // Guarded by the link's lock
    private final FrameBuffer frame = new FrameBuffer(96);
    private long sentAt = System.nanoTime() - EVERY_NANOS;
    private Pair pair;
    /** The last message to acknowledge, or 0. */
    private long unacknowledged;

    private Pair deliveredIn;
    /** The last message that the partner's client has confirmed. */
    private long delivered;

    AckSender(ClientLink link) {
        this.link = link;
    }

    // Without the lock: reading thread of the current connection

    /** How many of the client's messages have been taken in {@code in}. */
    long lastTaken(Pair in) {
        if (lastTakenIn != in) {
            lastTakenIn = in;
            lastTaken = 0;
        }
        return lastTaken;
    }

    /** The messages of {@code in} go on behind {@code id}. */
    void startAt(Pair in, long id) {
        lastTakenIn = in;
        lastTaken = id;
    }

    void take(int messages) {
        lastTaken += messages;
    }

    /**
     * More of the client's messages were taken. Tells it so now, or returns when to call {@link #sendDue}.
     *
     * @return {@link ByteStream#NO_DEADLINE} if it need not be called
     */
    long acknowledge(Pair in, long now) {
        link.lock();
        try {
            pair = in;
            unacknowledged = lastTaken(in);
            long next = sentAt + EVERY_NANOS;
            if (now - next < 0) {
                return next;
            }
            sendIfActive();
            return ByteStream.NO_DEADLINE;
        } finally {
            link.unlock();
        }
    }

    void sendDue() {
        link.locked(this::sendIfActive);
    }

    /** Any thread: the partner's client has everything up to {@code upTo}. */
    void sendDelivered(Pair in, long upTo) {
        link.lock();
        try {
            deliveredIn = in;
            delivered = upTo;
            if (in.active() && link.isUp()) {
                frame.clear();
                appendTaken(frame, in);
                V1Frames.ack(frame, true, in.id(), upTo);
                link.send(to -> to.sendFrames(frame));
            }
        } finally {
            link.unlock();
        }
    }

    // With the lock

    /** When the pair is over, the acknowledgement went out with its end, or is not needed. */
    private void sendIfActive() {
        if (unacknowledged > 0 && pair.active()) {
            sendTaken(pair);
        }
    }

    /** Sends the acknowledgement for {@code in}, if there is one to send. */
    void sendTaken(Pair in) {
        if (link.isUp()) {
            frame.clear();
            appendTaken(frame, in);
            if (frame.size() > 0) {
                link.send(to -> to.sendFrames(frame));
            }
        }
    }

    /** Appends the acknowledgement for {@code in}, if there is one to send, to frames for the client. */
    void appendTaken(FrameBuffer out, Pair in) {
        if (unacknowledged > 0 && pair == in) {
            sentAt = System.nanoTime();
            V1Frames.ack(out, false, in.id(), unacknowledged);
            unacknowledged = 0;
        }
    }

    void forget() {
        unacknowledged = 0;
    }

    /** The client is back: what its partner confirmed meanwhile, or just before, may not have come to it. */
    void sendDeliveredAgain(Pair in, WebSocket to) throws IOException {
        if (deliveredIn == in) {
            frame.clear();
            V1Frames.ack(frame, true, in.id(), delivered);
            to.sendFrames(frame);
        }
    }
}
