package loomchat.chat.v1;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.IntConsumer;
import loomchat.chat.Relay;
import loomchat.chat.SeatState;
import loomchat.ws.WebSocket;

/**
 * Messages to one {@code chat.v1} client that it has not confirmed: they are sent again after its connection broke.
 * Bounded: while the client is connected, new messages push out the oldest; while it is away, a full buffer refuses
 * new ones. Guarded by the lock of the session's link.
 */
final class ResendBuffer {
    private static final int MOST_MESSAGES = 64;
    private static final int MOST_BYTES = 32 * 1024;
    private static final int MOST_MESSAGES_AWAY = 256;
    private static final int MOST_BYTES_AWAY = 256 * 1024;

    /**
     * One message as it is sent: the payload of its frame.
     *
     * @param textBytes the size of the text without escapes, for the log
     * @param sent whether it has been handed to a socket, and so is in the log
     */
    record Message(byte[] payload, int textBytes, boolean sent) {}

    private final boolean keeps;
    private final ArrayDeque<Message> messages = new ArrayDeque<>(1);
    /** Of the newest message. Only the partner's thread writes it, with the lock, and may read it without. */
    private long lastId;

    private long confirmedId;
    private int bytes;

    /** @param keeps false where clients cannot come back: then it only counts */
    ResendBuffer(boolean keeps) {
        this.keeps = keeps;
    }

    long lastId() {
        return lastId;
    }

    /** Keeps message {@code nth} of a relay, for a client that is connected. */
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

    /** Keeps message {@code nth} of a relay, for a client that is away; false when there is no room for it. */
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

    /** What a client's confirmation of all messages up to one tells. */
    enum Confirmation {
        NEWS,
        KNOWN_BEFORE,
        /** No such message has been sent. */
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

    /** How many of the messages after {@code id} are lost. */
    long missedAfter(long id) {
        return Math.max(0, firstId() - 1 - id);
    }

    private long firstId() {
        return lastId - messages.size() + 1;
    }

    /**
     * Sends all kept messages again, oldest first.
     *
     * @param firstTime called with the text size of each message that had not been sent before
     * @throws IOException this connection broke as well; messages that were not sent are still kept
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
        int all = messages.size();
        for (int i = 0; i < all; i++) {
            Message each = messages.removeFirst();
            messages.addLast(i < count ? new Message(each.payload, each.textBytes, true) : each);
        }
    }

    /** The first message will come behind {@code id}, which the client has. */
    void startAt(long id) {
        lastId = id;
        confirmedId = id;
    }

    /**
     * So many messages are lost before they came here: the next one comes behind them. Nothing is kept across such a
     * gap, so that what is kept has consecutive ids.
     */
    void skip(long count) {
        messages.clear();
        bytes = 0;
        lastId += count;
    }

    long confirmedId() {
        return confirmedId;
    }

    /** What is kept, oldest first. */
    List<SeatState.Kept> kept() {
        return messages.stream()
                .map(each -> new SeatState.Kept(V1Frames.textOf(each.payload), each.textBytes, each.sent))
                .toList();
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
