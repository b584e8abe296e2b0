package loomchat.chat.v1;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.IntConsumer;
import loomchat.chat.Relay;
import loomchat.ws.WebSocket;

/**
 * What was said to one {@code chat.v1} client and has not been confirmed by it, so that it can be sent again after the
 * connection broke. Bounded: while the client is there the oldest make room, while it is away nothing more is taken.
 * Guarded by its session's lock.
 */
final class ResendBuffer {
    private static final int MOST_MESSAGES = 64;
    private static final int MOST_BYTES = 32 * 1024;
    private static final int MOST_MESSAGES_AWAY = 256;
    private static final int MOST_BYTES_AWAY = 256 * 1024;

    /**
     * One message as it is sent: the payload of its frame.
     *
     * @param textBytes for the record
     * @param sent whether it has been handed to a socket, and so is in the record
     */
    record Message(byte[] payload, int textBytes, boolean sent) {}

    private final boolean keeps;
    private final ArrayDeque<Message> messages = new ArrayDeque<>(1);
    /** Of the newest message. Written and also read without the lock by the one thread that speaks to this client. */
    private long lastId;

    private long confirmedId;
    private int bytes;

    /** {@code keeps} nothing but the numbers when nobody can come back. */
    ResendBuffer(boolean keeps) {
        this.keeps = keeps;
    }

    long lastId() {
        return lastId;
    }

    /** Keeps the next message, {@code nth} of a relay, to a client that is there. */
    void addSent(Relay relay, int nth) {
        if (!keeps) {
            lastId++;
            return;
        }
        byte[] payload = relay.payload(nth);
        while (!messages.isEmpty() && (messages.size() >= MOST_MESSAGES || bytes + payload.length > MOST_BYTES)) {
            removeFirst();
        }
        add(new Message(payload, relay.textBytes(nth), true));
    }

    /** Keeps the next message to a client that is away; false when there is no room for it. */
    boolean addUnsent(Relay relay, int nth) {
        byte[] payload = relay.payload(nth);
        if (messages.size() >= MOST_MESSAGES_AWAY || bytes + payload.length > MOST_BYTES_AWAY) {
            return false;
        }
        add(new Message(payload, relay.textBytes(nth), false));
        return true;
    }

    private void add(Message message) {
        lastId++;
        messages.addLast(message);
        bytes += message.payload.length;
    }

    /** What came of a client's word that it has everything up to a message. */
    enum Confirmation {
        NEWS,
        KNOWN_BEFORE,
        /** There has been no such message. */
        IMPOSSIBLE
    }

    Confirmation confirm(long id) {
        if (id > lastId) {
            return Confirmation.IMPOSSIBLE;
        }
        while (!messages.isEmpty() && firstId() <= id) {
            removeFirst();
        }
        boolean news = id > confirmedId;
        confirmedId = Math.max(confirmedId, id);
        return news ? Confirmation.NEWS : Confirmation.KNOWN_BEFORE;
    }

    /** How many of the messages after {@code id} are not kept any more. */
    long missedAfter(long id) {
        return Math.max(0, firstId() - 1 - id);
    }

    private long firstId() {
        return lastId - messages.size() + 1;
    }

    /**
     * Sends what is kept once more, oldest first.
     *
     * @param firstTime called with the size of each text that had not been handed to a socket before
     * @throws IOException this connection broke as well; what was not sent is kept
     */
    void resend(WebSocket to, IntConsumer firstTime) throws IOException {
        int sent = 0;
        try {
            for (Message each : messages) {
                to.sendText(each.payload, 0, each.payload.length);
                sent++;
                if (!each.sent) {
                    firstTime.accept(each.textBytes);
                }
            }
        } finally {
            markSent(sent);
        }
    }

    private void markSent(int count) {
        List<Message> all = List.copyOf(messages);
        messages.clear();
        for (int i = 0; i < all.size(); i++) {
            Message each = all.get(i);
            messages.addLast(i < count ? new Message(each.payload, each.textBytes, true) : each);
        }
    }

    void clear() {
        messages.clear();
        bytes = 0;
        lastId = 0;
        confirmedId = 0;
    }

    private void removeFirst() {
        bytes -= messages.removeFirst().payload.length;
    }
}
