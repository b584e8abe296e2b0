package loomchat.loadtest.client;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import loomchat.loadtest.verify.ChatSide;
import loomchat.ws.WebSocketClient;

/**
 * The sending side of {@code chat.v1}: numbers messages, sends those again that the server refused, or that a broken
 * connection or a dead server lost, confirms the partner's messages, shows that the user types, moves on with
 * {@code next}. The sender's thread owns it.
 */
final class V1Writer implements ProtocolWriter {
    /** With so many messages unacknowledged the sender waits for the server. */
    static final int MOST_UNACKNOWLEDGED = 256;

    private static final long GOT_EVERY = TimeUnit.SECONDS.toNanos(1);
    private static final long TYPING_EVERY = TimeUnit.SECONDS.toNanos(3);
    private static final long REFUSED_PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final RunContext context;
    private final UserConnection connection;
    private final V1Receiver receiver;

    private V1ChatSide chat;
    /** The id of the message that was sent again to see whether the server accepts messages again, 0: none. */
    private int probe;

    private int cuts;
    private boolean leaving;
    private long gotAt;
    private long typingAt;

    V1Writer(RunContext context, UserConnection connection, V1Receiver receiver) {
        this.context = context;
        this.connection = connection;
        this.receiver = receiver;
    }

    private void begin(ChatSide now) {
        if (chat != now) {
            chat = (V1ChatSide) now;
            leaving = false;
            probe = 0;
            gotAt = 0;
            typingAt = 0;
            cuts = connection.cuts();
        }
    }

    @Override
    public long sendDue(ChatSide now, long due, long typing) throws IOException {
        begin(now);
        if (isAway()) {
            return NEVER;
        }
        if (cuts != connection.cuts()) {
            cuts = connection.cuts();
            chat.refusedAt = 0;
            probe = 0;
            sendAgain();
        }
        long next = retry();
        if (next == NEVER) {
            leave();
        }
        return Math.min(Math.min(next, call()), Math.min(confirm(), type(due, typing)));
    }

    private long call() throws IOException {
        return receiver.calls == null || leaving ? NEVER : receiver.calls.act(this::write);
    }

    /** What the server does not have. */
    private List<byte[]> unacknowledged() {
        return chat.kept.after(chat.taken);
    }

    private void sendAgain() throws IOException {
        for (byte[] each : unacknowledged()) {
            write(each);
        }
    }

    private long retry() throws IOException {
        long refused = chat.refusedAt;
        if (refused == 0) {
            return NEVER;
        }
        int taken = chat.taken;
        if (probe != 0 && taken >= probe || taken == chat.sent()) {
            probe = 0;
            chat.refusedAt = 0;
            sendAgain();
            return NEVER;
        }
        long now = System.nanoTime();
        if (now < refused + REFUSED_PAUSE) {
            return refused + REFUSED_PAUSE;
        }
        probe = taken + 1;
        chat.refusedAt = now;
        context.counters.refusedMessages.increment();
        write(chat.kept.after(taken).getFirst());
        return now + REFUSED_PAUSE;
    }

    /** Sends {@code next}, as the last message of this chat. */
    private void leave() throws IOException {
        if (receiver.toLeave == chat && !leaving) {
            leaving = true;
            confirmNow();
            chat.nextAskedAt = System.nanoTime();
            write(V1Message.next(chat.serverNumber));
        }
    }

    private long confirm() throws IOException {
        if (chat.heard == chat.confirmed || leaving) {
            return NEVER;
        }
        if (System.nanoTime() < gotAt + GOT_EVERY) {
            return gotAt + GOT_EVERY;
        }
        confirmNow();
        return NEVER;
    }

    private void confirmNow() throws IOException {
        int heard = chat.heard;
        if (heard != chat.confirmed) {
            chat.confirmed = heard;
            gotAt = System.nanoTime();
            write(V1Message.got(chat.serverNumber, heard));
        }
    }

    private long type(long due, long typing) throws IOException {
        if (typing == 0 || due == NEVER || leaving) {
            return NEVER;
        }
        long now = System.nanoTime();
        long from = Math.max(due - typing, typingAt == 0 ? 0 : typingAt + TYPING_EVERY);
        if (now >= from && now < due) {
            typingAt = now;
            from = now + TYPING_EVERY;
            write(V1Message.typing(chat.serverNumber));
        }
        return from > now && from < due ? from : NEVER;
    }

    @Override
    public boolean mustWait(ChatSide now) {
        return isAway() || leaving || chat.refusedAt != 0 || chat.sent() - chat.taken >= MOST_UNACKNOWLEDGED;
    }

    @Override
    public boolean isAway() {
        return connection.socket() == null;
    }

    @Override
    public int mostBytes() {
        return receiver.textBytes;
    }

    @Override
    public void send(ChatSide now, byte[] message, int size) throws IOException {
        begin(now);
        typingAt = 0;
        byte[] payload = V1Message.chat(chat.serverNumber, chat.sent(), message, size);
        chat.kept.add(payload, size);
        write(payload);
    }

    /** After a cut nothing is sent: chat messages are sent again after the resume, and nothing else matters then. */
    private void write(byte[] payload) throws IOException {
        WebSocketClient to = connection.socket();
        if (to == null || cuts != connection.cuts()) {
            return;
        }
        try {
            to.sendText(payload, 0, payload.length);
        } catch (IOException e) {
            if (cuts == connection.cuts() && !receiver.comesBack()) {
                throw e;
            }
        }
    }
}
