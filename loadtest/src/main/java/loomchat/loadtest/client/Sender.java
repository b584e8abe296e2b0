package loomchat.loadtest.client;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import loomchat.loadtest.scenario.MessageText;
import loomchat.loadtest.scenario.Persona;
import loomchat.loadtest.verify.ChatSide;
import loomchat.loadtest.verify.MessageHeader;

/**
 * The sending end of one connection, on a virtual thread of its own: waits for the match, sends what is due, settles the
 * chats that the partner has ended. It owns the sending side of the current chat, and may block on the socket; the user's
 * thread ends it with {@link #stop}.
 */
public final class Sender implements Runnable {
    private static final long NEVER = ProtocolWriter.NEVER;
    /** A window that waits longer than this for a message goes on without it: it may be lost. */
    private static final long WINDOW_PATIENCE = TimeUnit.SECONDS.toNanos(10);

    private final RunContext context;
    private final int user;
    private final int personaIndex;
    private final Persona persona;
    private final ProtocolWriter writer;
    private final Receiver receiver;
    private final RandomGenerator random;

    /** The chat and the number of messages of it that have arrived, where a window waits for it. Partner's thread. */
    private volatile long arrived;

    private volatile boolean stopped;
    /** The send that failed; the connection is over then. */
    volatile IOException failure;

    // Sender thread only
    private final MessageHeader header = new MessageHeader();
    private byte[] message = new byte[0];
    private int filled;
    private long due;
    private long said;

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
        this.writer = writer;
        this.receiver = receiver;
        this.random = random;
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
        if (context.windows() != null) {
            context.windows().set(user, this);
        }
        ChatSide chat = null;
        try {
            while (!stopped) {
                settleEnded();
                ChatSide now = receiver.current;
                if (!now.isMatched() && !persona.sending().whileWaiting()) {
                    awaitMatch();
                    continue;
                }
                if (now != chat) {
                    chat = now;
                    begin(chat);
                }
                if (awaitDue(chat)) {
                    say(chat);
                }
            }
        } catch (IOException e) {
            failure = e;
        } finally {
            settleEnded();
        }
    }

    /** Chats that the partner has ended: nobody writes to them from here on. */
    private void settleEnded() {
        for (ChatSide over = receiver.ended.poll(); over != null; over = receiver.ended.poll()) {
            context.ledger().ended(over);
        }
    }

    /** The user's thread unparks this one after every change, also one that came before it parks. */
    private void awaitMatch() {
        if (!stopped && receiver.ended.isEmpty() && !receiver.current.isMatched()) {
            LockSupport.park(this);
        }
    }

    private void begin(ChatSide chat) {
        said = 0;
        if (!persona.sends()) {
            due = NEVER;
            return;
        }
        long since = chat.isMatched() ? chat.matchedAt() : System.nanoTime();
        long every = persona.sending().every().sample(random);
        due = context.pacer().onGrid(since + (context.rated() ? random.nextLong(every + 1) : every));
    }

    /** Waits for the time of the next message, and until it may be sent; false when something has changed meanwhile. */
    private boolean awaitDue(ChatSide chat) throws IOException {
        boolean waited = false;
        boolean away = false;
        long patience = 0;
        while (true) {
            long now = System.nanoTime();
            long end = context.clock().end();
            if (stopped || receiver.current != chat) {
                missed(Math.min(now, end));
                return false;
            }
            long other = chat.isMatched() ? writer.attend(chat, due, typing()) : NEVER;
            if (writer.isAway()) {
                away = true;
            } else if (away) {
                away = false;
                due = due == NEVER ? NEVER : Math.max(due, context.pacer().onGrid(now));
            }
            if (due >= end || now >= end) {
                missed(end);
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
                context.pacer().awaitDue(Math.min(patience, end));
            } else {
                if (waited) {
                    context.latency().lateness.record(user, now - due);
                }
                return true;
            }
        }
    }

    private void awaitUntil(long time) {
        if (time == NEVER) {
            LockSupport.park(this);
        } else {
            context.pacer().awaitDue(time);
        }
    }

    private boolean windowIsFull(ChatSide chat) {
        if (persona.sending().window() == 0) {
            return false;
        }
        long seen = arrived;
        int count = seen >>> 32 == chat.number() ? (int) seen : 0;
        return chat.sent() - count >= persona.sending().window();
    }

    /** Messages that were due before {@code end} and were never sent. */
    private void missed(long end) {
        if (persona.sending().open() && due != NEVER && due < end) {
            double every = Math.max(1, persona.sending().every().mean());
            context.counters().intended.add((long)
                    (Math.ceil((end - due) / every) * persona.sending().burst().mean()));
        }
    }

    private void say(ChatSide chat) throws IOException {
        long count = persona.sending().burst().sample(random);
        context.counters().intended.add(count);
        for (long i = 0; i < count && !stopped && receiver.current == chat; i++) {
            sayOne(chat);
        }
        said += count;
        if (persona.sending().messages() > 0 && said >= persona.sending().messages()) {
            due = NEVER;
            context.counters().saidAll.increment();
            return;
        }
        long every = persona.sending().every().sample(random);
        due = context.pacer().onGrid((persona.sending().open() ? due : System.nanoTime() + typing()) + every);
    }

    private long typing() {
        return persona.sending().typing() == 0
                ? 0
                : filled * 1_000_000_000L / persona.sending().typing();
    }

    private void sayOne(ChatSide chat) throws IOException {
        int size = (int) Math.min(writer.mostBytes(), persona.sending().bytes().sample(random));
        compose(size);
        int seq = chat.sent();
        long delay = System.nanoTime() - due;
        header.write(message, size, context.run(), personaIndex, user, chat.number(), seq, due, delay);
        chat.countSent();
        context.counters().sent.increment();
        context.counters().bytesSent.add(size);
        writer.say(chat, message, size);
    }

    /** Any text serves for plain messages of one size: only their header changes. */
    private void compose(int size) {
        if (size == filled && persona.sending().text() == MessageText.ASCII) {
            return;
        }
        if (message.length < size) {
            message = Arrays.copyOf(message, size);
        }
        persona.sending().text().fill(message, MessageHeader.BYTES, size, random);
        filled = size;
    }
}
