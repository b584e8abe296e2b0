package loomchat.loadtest.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A user's own messages of one chat, from the oldest that can be sent again to the newest. One that the server may not
 * have is always kept; one that it has is kept until the partner has it too, within the bounds of the protocol. The
 * sender adds, the user's thread confirms; none of them blocks for long.
 */
final class KeptMessages {
    static final int MOST = 64;
    static final int MOST_BYTES = 32 * 1024;

    private record Message(byte[] payload, int textBytes) {}

    // Guarded by this
    private final ArrayDeque<Message> messages = new ArrayDeque<>();
    private int lastId;
    private int bytes;

    /** The next message of the chat; {@code textBytes} is the size of its text. */
    synchronized void add(byte[] payload, int textBytes) {
        lastId++;
        bytes += textBytes;
        messages.addLast(new Message(payload, textBytes));
    }

    /** The server has this user's messages up to {@code taken}, and the partner those up to {@code delivered}. */
    synchronized void confirm(int taken, int delivered) {
        while (!messages.isEmpty() && (from() <= delivered || from() <= taken && isTooMuch())) {
            bytes -= messages.removeFirst().textBytes;
        }
    }

    private boolean isTooMuch() {
        return messages.size() > MOST || bytes > MOST_BYTES;
    }

    /** The id of the first message that can be sent again; with none, of the next one. */
    synchronized int from() {
        return lastId - messages.size() + 1;
    }

    /** What can be sent again of the messages after {@code id}. */
    synchronized List<byte[]> after(int id) {
        List<byte[]> payloads = new ArrayList<>();
        int next = from();
        for (Message each : messages) {
            if (next++ > id) {
                payloads.add(each.payload);
            }
        }
        return payloads;
    }
}
