package loomchat.cluster;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What was said to a partner at another server, from the oldest that may have to be sent again. Guarded by the
 * partner's lock.
 *
 * <pre>
 *   floor &lt; kept and taken by the other server &lt;= taken &lt; on their way &lt;= lastId
 * </pre>
 */
final class Outbox {
    private static final int MOST_ON_THE_WAY = 256;
    private static final int MOST_BYTES_ON_THE_WAY = 256 * 1024;
    private static final int MOST_TAKEN = 64;
    private static final int MOST_BYTES_TAKEN = 32 * 1024;

    /** One message: the inside of its JSON string, and the size of its text. */
    static final class Message {
        final long id;
        final byte[] text;
        final int textBytes;
        private boolean recorded;

        Message(long id, byte[] text, int textBytes, boolean recorded) {
            this.id = id;
            this.text = text;
            this.textBytes = textBytes;
            this.recorded = recorded;
        }
    }

    private final boolean keepsTaken;
    private final ArrayDeque<Message> messages = new ArrayDeque<>();
    private long floor;
    private long lastId;
    private long taken;
    private long got;
    private int bytesTaken;
    private int bytesOnTheWay;
    private int onTheWay;

    /** @param keepsTaken the partner may go on at a server that has not taken them */
    Outbox(boolean keepsTaken) {
        this.keepsTaken = keepsTaken;
    }

    /** The first message will come behind {@code id}, and none before it. */
    void startAt(long id) {
        floor = id;
        lastId = Math.max(lastId, id);
        taken = Math.max(taken, id);
        got = Math.max(got, id);
    }

    /** The next message comes behind {@code id}; those before it cannot be sent. */
    void skipTo(long id) {
        if (id > lastId) {
            lastId = id;
            if (onTheWay == 0) {
                floor = id;
                messages.clear();
                bytesTaken = 0;
            }
        }
    }

    boolean hasRoomFor(int bytes) {
        return onTheWay == 0 || onTheWay < MOST_ON_THE_WAY && bytesOnTheWay + bytes <= MOST_BYTES_ON_THE_WAY;
    }

    /** How many messages are on their way. */
    int onTheWay() {
        return onTheWay;
    }

    boolean isSettled() {
        return onTheWay == 0;
    }

    /** Whether the partner's client has all. */
    boolean isConfirmed() {
        return got >= lastId;
    }

    void add(byte[] text, int textBytes, boolean recorded) {
        Message message = new Message(++lastId, text, textBytes, recorded || lastId <= taken);
        if (message.id <= got && messages.isEmpty()) {
            floor = message.id;
            return; // the partner's client has it from another server
        }
        messages.addLast(message);
        if (message.id <= taken) {
            // Its server has it, but may die or hand the chat on without it.
            bytesTaken += text.length;
            return;
        }
        onTheWay++;
        bytesOnTheWay += text.length;
    }

    /**
     * The other server has taken all messages up to {@code upTo}, and its client has confirmed those up to
     * {@code confirmed}.
     *
     * @param fresh gets each that was not recorded yet
     */
    void taken(long upTo, long confirmed, Consumer<Message> fresh) {
        if (upTo > taken) {
            for (Message each : messages) {
                if (each.id > taken && each.id <= upTo) {
                    onTheWay--;
                    bytesOnTheWay -= each.text.length;
                    bytesTaken += each.text.length;
                    if (!each.recorded) {
                        each.recorded = true;
                        fresh.accept(each);
                    }
                }
            }
            taken = upTo;
        }
        got = Math.max(got, Math.min(confirmed, taken));
        while (!messages.isEmpty() && messages.peekFirst().id <= taken && isDispensable(messages.peekFirst())) {
            Message first = messages.removeFirst();
            bytesTaken -= first.text.length;
            floor = first.id;
        }
        if (messages.isEmpty()) {
            floor = Math.max(floor, Math.min(taken, lastId));
        }
    }

    private boolean isDispensable(Message first) {
        return !keepsTaken
                || first.id <= got
                || bytesTaken > MOST_BYTES_TAKEN
                || messages.size() - onTheWay > MOST_TAKEN;
    }

    /** The partner goes on at a server that has the messages up to {@code has} alone. */
    void rewind(long has) {
        taken = has;
        got = Math.min(got, has);
        bytesTaken = 0;
        bytesOnTheWay = 0;
        messages.removeIf(each -> each.id <= has);
        onTheWay = messages.size();
        for (Message each : messages) {
            bytesOnTheWay += each.text.length;
        }
        if (messages.isEmpty()) {
            floor = Math.max(floor, Math.min(has, lastId));
        } else {
            floor = messages.peekFirst().id - 1;
        }
    }

    /** Those behind {@code id}, at most {@code mostBytes} of text and at least one. */
    List<Message> behind(long id, int mostBytes) {
        List<Message> some = new ArrayList<>();
        int bytes = 0;
        for (Message each : messages) {
            if (each.id > id) {
                bytes += each.text.length;
                if (!some.isEmpty() && bytes > mostBytes) {
                    break;
                }
                some.add(each);
            }
        }
        return some;
    }

    /** No message up to this one can be sent any more. */
    long floor() {
        return floor;
    }

    long lastId() {
        return lastId;
    }

    long takenId() {
        return taken;
    }
}
