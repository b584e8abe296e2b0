package loomchat.chat.v1;

import java.util.concurrent.TimeUnit;
import loomchat.chat.Pair;
import loomchat.net.ByteStream;
import loomchat.ws.FrameBuffer;

/**
 * Tells a {@code chat.v1} client how far its own messages came. A single message is acknowledged at once; messages
 * that follow each other faster share an acknowledgement, which goes out with anything else that is sent to the
 * client before it is due. Guarded by the link's lock.
 */
final class AckSender {
    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final ClientLink link;
    private final FrameBuffer frame = new FrameBuffer(96);
    private long sentAt = System.nanoTime() - EVERY_NANOS;
    private Pair pair;
    /** 0 when the client knows everything. */
    private long taken;

    AckSender(ClientLink link) {
        this.link = link;
    }

    // Without the lock: connection thread

    /**
     * The client's messages up to {@code upTo} were taken. Tells it so now, or returns when to call {@link #sendDue}.
     *
     * @return {@link ByteStream#NO_DEADLINE} if it need not be called
     */
    long acknowledge(Pair in, long upTo, long now) {
        link.lock();
        try {
            pair = in;
            taken = upTo;
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
        link.lock();
        try {
            sendIfActive();
        } finally {
            link.unlock();
        }
    }

    /** Any thread: the partner's client has everything up to {@code upTo}. */
    void sendDelivered(Pair in, long upTo) {
        link.lock();
        try {
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
        if (taken > 0 && pair.active()) {
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
        if (taken > 0 && pair == in) {
            sentAt = System.nanoTime();
            V1Frames.ack(out, false, in.id(), taken);
            taken = 0;
        }
    }

    void forget() {
        taken = 0;
    }
}
