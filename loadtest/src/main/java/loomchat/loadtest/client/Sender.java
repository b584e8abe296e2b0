package loomchat.loadtest.client;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import loomchat.loadtest.measure.LatencyKind;
import loomchat.loadtest.scenario.MessageText;
import loomchat.loadtest.scenario.Pace;
import loomchat.loadtest.scenario.Persona;
import loomchat.loadtest.verify.ChatSide;
import loomchat.loadtest.verify.MessageHeader;

/**
 * The sending end of one connection, on a virtual thread of its own: waits for the match, sends what is due, and
 * hands the chats that the partner has ended to the ledger. It owns the sending side of the current chat, and may
 * block on the socket; the user's thread ends it with {@link #stop}.
 */
final class Sender implements Runnable {
    private static final long NEVER = ProtocolWriter.NEVER;
    /** After this wait a window goes on without a message, which may be lost. */
    private static final long WINDOW_PATIENCE = TimeUnit.SECONDS.toNanos(10);

    private final RunContext context;
    private final int user;
    private final int personaIndex;
    private final Persona persona;
    private final Persona.Sending sending;
    private final ProtocolWriter writer;
    private final Receiver receiver;
    private final RandomGenerator random;
    /** Exact; {@link #due} is the next time after it at which the wheel wakes this sender. Null: it says nothing. */
    private final Pace pace;

    /**
     * For a window: the number of a chat, and how many of its messages have arrived. Written by the partner's
     * thread.
     */
    private volatile long arrived;

    private volatile boolean stopped;
    /** Why the last send failed; the connection is over then. */
    volatile IOException failure;

    // Sender thread only
    private final MessageHeader header = new MessageHeader();
    private byte[] message = new byte[0];
    private int filled;
    private long due;
    private long sentInChat;

    Sender(
            RunContext context,
            int user,
            int personaIndex,
            Persona persona,
            ProtocolWriter writer,
            Receiver receiver,
            RandomGenerator random) {
        this.context = context;
        this.user = user;
        this.personaIndex = personaIndex;
        this.persona = persona;
        this.sending = persona.sending();
        this.writer = writer;
        this.receiver = receiver;
        this.random = random;
        this.pace = persona.sends() ? context.pace(personaIndex, random) : null;
    }

    void stop() {
        stopped = true;
        LockSupport.unpark(receiver.sendingThread);
    }

    /** Message {@code seq} of this user's chat has arrived. */
    void arrived(int chat, int seq) {
        arrived = (long) chat << 32 | seq + 1;
        LockSupport.unpark(receiver.sendingThread);
    }

    @Override
    public void run() {
        receiver.sendingThread = Thread.currentThread();
        context.sends(user, this);
        ChatSide chat = null;
        try {
            while (!stopped) {
                settleEnded();
                ChatSide now = receiver.current;
                if (!now.isMatched() && !sending.whileWaiting()) {
                    awaitMatch();
                    continue;
                }
                if (now != chat) {
                    chat = now;
                    begin(chat);
                }
                if (awaitDue(chat)) {
                    sendBurst(chat);
                }
            }
        } catch (IOException e) {
            failure = e;
        } finally {
            settleEnded();
        }
    }

    /** Hands chats that the partner has ended to the ledger: nothing writes to them any more. */
    private void settleEnded() {
        for (ChatSide over = receiver.ended.poll(); over != null; over = receiver.ended.poll()) {
            context.ledger.ended(over);
        }
    }

    /** The user's thread unparks this one after every change, even one that comes just before it parks. */
    private void awaitMatch() {
        if (!stopped && receiver.ended.isEmpty() && !receiver.current.isMatched()) {
            LockSupport.park(this);
        }
    }

    private void begin(ChatSide chat) {
        sentInChat = 0;
        if (!persona.sends()) {
            due = NEVER;
            return;
        }
        pace.begin(chat.isMatched() ? chat.matchedAt() : System.nanoTime());
        due = context.timers.onGrid(pace.due());
    }

    /** Waits until the next message is due and may be sent; false when the chat has changed meanwhile. */
    private boolean awaitDue(ChatSide chat) throws IOException {
        boolean waited = false;
        boolean away = false;
        long patience = 0;
        while (true) {
            long now = System.nanoTime();
            long end = context.clock.end();
            if (stopped || receiver.current != chat) {
                countUnsent(Math.min(now, end));
                return false;
            }
            long other = chat.isMatched() ? writer.sendDue(chat, due, typing()) : NEVER;
            if (writer.isAway()) {
                away = true;
            } else if (away) {
                away = false;
                if (due < now) {
                    pace.dueAt(now);
                    due = context.timers.onGrid(now);
                }
            }
            if (due >= end || now >= end) {
                countUnsent(end);
                due = NEVER;
                awaitUntil(other);
            } else if (now < due) {
                waited = true;
                awaitUntil(Math.min(due, other));
            } else if (writer.mustWait(chat)) {
                waited = false;
                awaitUntil(Math.min(other, end));
            } else if (windowIsFull(chat) && (patience == 0 || now < patience)) {
                waited = false;
                patience = patience == 0 ? now + WINDOW_PATIENCE : patience;
                context.timers.awaitDue(Math.min(patience, end));
            } else {
                if (waited) {
                    context.latency.record(LatencyKind.LATENESS, user, now - due);
                }
                return true;
            }
        }
    }

    private void awaitUntil(long time) {
        if (time == NEVER) {
            LockSupport.park(this);
        } else {
            context.timers.awaitDue(time);
        }
    }

    private boolean windowIsFull(ChatSide chat) {
        if (sending.window() == 0) {
            return false;
        }
        long seen = arrived;
        int count = seen >>> 32 == chat.number() ? (int) seen : 0;
        return chat.sent() - count >= sending.window();
    }

    /** Counts messages that were due before {@code end} and were never sent. */
    private void countUnsent(long end) {
        if (sending.open() && due != NEVER && due < end) {
            context.counters.intended.add(
                    (long) (pace.dueBefore(end) * sending.burst().mean()));
        }
    }

    private void sendBurst(ChatSide chat) throws IOException {
        long count = sending.burst().sample(random);
        context.counters.intended.add(count);
        for (long i = 0; i < count && !stopped && receiver.current == chat; i++) {
            sendOne(chat);
        }
        sentInChat += count;
        if (sending.messages() > 0 && sentInChat >= sending.messages()) {
            due = NEVER;
            context.counters.sentAll.increment();
            return;
        }
        if (sending.open()) {
            pace.next();
        } else {
            // Less what the wheel has added to this message's wait
            pace.nextAfter(System.nanoTime() + typing() - (due - pace.due()));
        }
        due = context.timers.onGrid(pace.due());
    }

    private long typing() {
        return sending.typing() == 0 ? 0 : filled * 1_000_000_000L / sending.typing();
    }

    private void sendOne(ChatSide chat) throws IOException {
        int size = (int) Math.min(writer.mostBytes(), sending.bytes().sample(random));
        compose(size);
        int seq = chat.sent();
        long delay = System.nanoTime() - due;
        header.write(message, size, context.run, personaIndex, user, chat.number(), seq, due, delay);
        chat.countSent();
        context.counters.sent.increment();
        context.counters.bytesSent.add(size);
        writer.send(chat, message, size);
    }

    /** Plain messages of one size can all have the same text: only their header changes. */
    private void compose(int size) {
        if (size == filled && sending.text() == MessageText.ASCII) {
            return;
        }
        if (message.length < size) {
            message = Arrays.copyOf(message, size);
        }
        sending.text().fill(message, MessageHeader.BYTES, size, random);
        filled = size;
    }
}
