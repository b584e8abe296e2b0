package loomchat.chat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import loomchat.log.Event;
import loomchat.net.ByteStream;
import loomchat.ws.FrameBuffer;
import loomchat.ws.WebSocket;

/**
 * The place of a visitor who speaks {@code chat.v1}: its chat, and what is kept for it while its connection is broken. The
 * connection comes and goes ({@link #attach}, {@link #detach}); the visitor stays the same.
 *
 * <p>Its lock is the order of what is sent to the client. Whoever holds it may block on the client's socket, as long as a send
 * may take.
 */
final class RichSeat implements Seat {
    private final Chat chat;
    private final Acquaintances acquaintances;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition detached = lock.newCondition();

    // Written under lock
    /** Null while away. */
    private volatile RichSession connection;
    /** Takes this seat over. Written before the connection that brings it, read after: see {@link #awaitDetached}. */
    private volatile String secret;

    private volatile long id;
    private volatile int awaySeconds;
    private volatile long awaySince;
    private volatile Away away = Away.BROKE;

    // Guarded by lock
    private final Kept kept;
    private final Acks acks = new Acks();
    private boolean closed;

    // Written under the matchmaker's lock
    private volatile Pair pair;
    private volatile long waitingSince;
    private boolean removed;

    /** Set while not waiting, by the connection's thread. */
    private volatile List<String> interests = List.of();

    /** The partner that a report is about. */
    private volatile Pair lastPair;

    // Reading thread of the current connection
    private Pair sayingIn;
    private long lastTaken;
    private Pair reported;

    RichSeat(Chat chat, RichSession connection, String secret) {
        this.chat = chat;
        this.connection = connection;
        this.id = connection.id();
        this.secret = secret;
        this.acquaintances = new Acquaintances(id);
        this.kept = new Kept(chat.richLimits().resumeSeconds() > 0);
    }

    @Override
    public Chat chat() {
        return chat;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public Pair pair() {
        return pair;
    }

    @Override
    public void pair(Pair now) {
        pair = now;
    }

    @Override
    public long waitingSince() {
        return waitingSince;
    }

    @Override
    public void waitingSince(long millis) {
        waitingSince = millis;
    }

    @Override
    public boolean removed() {
        return removed;
    }

    @Override
    public void remove() {
        removed = true;
    }

    @Override
    public Acquaintances acquaintances() {
        return acquaintances;
    }

    @Override
    public List<String> interests() {
        return interests;
    }

    void interests(List<String> wanted) {
        interests = wanted;
    }

    /** The chat that there is or the last one, or null. */
    Pair lastPair() {
        return lastPair;
    }

    // What the client says: reading thread

    /** How many messages of the client have been taken in {@code with}. */
    long lastTaken(Pair with) {
        if (sayingIn != with) {
            sayingIn = with;
            lastTaken = 0;
        }
        return lastTaken;
    }

    void taken(int messages) {
        lastTaken += messages;
    }

    /** True the first time for each chat: a visitor has one report, however often its connection changes. */
    boolean reportsNow(Pair about) {
        boolean first = reported != about;
        reported = about;
        return first;
    }

    // To the client

    @Override
    public void inSendOrder(WebSocket.SendAction action) throws IOException {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void settle() {
        lock.lock();
        lock.unlock();
    }

    /** Sends one message, if the client is there. */
    void send(byte[] payload) {
        lock.lock();
        try {
            sendInOrder(payload);
        } finally {
            lock.unlock();
        }
    }

    private void sendInOrder(byte[] payload) {
        sendToClient(to -> to.sendText(payload, 0, payload.length));
    }

    @FunctionalInterface
    private interface Sending {
        void to(WebSocket socket) throws IOException;
    }

    private void sendToClient(Sending sending) {
        RichSession there = connection;
        if (there != null) {
            try {
                sending.to(there.socket);
            } catch (IOException e) {
                // The connection's own thread finds out, and detaches it.
            }
        }
    }

    /** Sends one message about {@code about} unless that chat is over. */
    private void send(Pair about, byte[] payload) {
        lock.lock();
        try {
            if (about.active() && about.told(this)) {
                sendInOrder(payload);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Tells how many wait, unless there is a partner already. */
    void sendWaiting(int count) {
        lock.lock();
        try {
            if (pair == null) {
                sendInOrder(RichFrames.waiting(count));
            }
        } finally {
            lock.unlock();
        }
    }

    /** The same without ever waiting for the client: skipped when something else is being sent. */
    void sendWaitingIfIdle(int count) {
        if (lock.tryLock()) {
            try {
                RichSession to = connection;
                if (pair == null && to != null) {
                    to.socket.sendTextIfIdle(RichFrames.waiting(count));
                }
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public void sendMatched(Pair with) throws IOException {
        RichSession to = connection;
        if (to == null) {
            throw new IOException("The client is away");
        }
        kept.clear();
        acks.forget();
        lastPair = with;
        Seat partner = with.other(this);
        List<String> shared =
                interests.stream().filter(partner.interests()::contains).toList();
        byte[] matched = RichFrames.matched(with.id(), shared, with.newcomer() != this);
        to.socket.sendText(matched, 0, matched.length);
    }

    @Override
    public void sendLeft(Pair ended, Left why) {
        if (acks.isDueIn(ended)) {
            sendAck();
        }
        sendInOrder(RichFrames.left(ended.id(), why));
        if (connection == null) {
            close();
            chat.richSeats().remove(this);
        }
    }

    @Override
    public int appendSaid(FrameBuffer out, Pair with, int nth, byte[] text, int offset, int length, boolean escaped) {
        return RichFrames.chat(out, with.id(), kept.lastId() + 1 + nth, text, offset, length, escaped);
    }

    @Override
    public Taken take(Relay messages) {
        RichSession to = connection;
        if (to == null) {
            return keep(messages);
        }
        for (int i = 0; i < messages.count(); i++) {
            kept.addSent(messages, i);
        }
        messages.carry(to.socket, acks);
        try {
            messages.sendTo(to.socket);
        } catch (IOException e) {
            // The connection breaks; they are kept for its return.
        }
        return new Taken(messages.count(), messages.count());
    }

    private Taken keep(Relay messages) {
        int taken = 0;
        while (taken < messages.count() && kept.addUnsent(messages, taken)) {
            taken++;
        }
        return new Taken(taken, 0);
    }

    @Override
    public void partnerTypes(Pair with, boolean on) {
        send(with, RichFrames.typing(with.id(), on));
    }

    /** Going and coming back may overtake each other on the way here: what counts is how it is now. */
    @Override
    public void partnerAway(Pair with) {
        if (with.other(this) instanceof RichSeat partner && partner.isAway()) {
            send(with, RichFrames.away(with.id(), partner.away, partner.awaySeconds));
        }
    }

    @Override
    public void partnerBack(Pair with) {
        if (!with.other(this).isAway()) {
            send(with, RichFrames.back(with.id()));
        }
    }

    // How far the client's own messages came

    /**
     * They were taken up to {@code upTo}. Tells the client, or returns when to call {@link #acknowledgeNow}, which is never when there is
     * nothing left to tell.
     */
    long acknowledge(Pair with, long upTo, long now) {
        lock.lock();
        try {
            long next = acks.take(with, upTo);
            if (now - next < 0) {
                return next;
            }
            sendDueAck();
            return ByteStream.NO_DEADLINE;
        } finally {
            lock.unlock();
        }
    }

    void acknowledgeNow() {
        lock.lock();
        try {
            sendDueAck();
        } finally {
            lock.unlock();
        }
    }

    private void sendDueAck() {
        if (acks.isDue()) {
            sendAck();
        }
    }

    private void sendAck() {
        sendToClient(acks::sendTaken);
    }

    @Override
    public void delivered(Pair with, long upTo) {
        lock.lock();
        try {
            if (with.active()) {
                sendToClient(to -> acks.sendDelivered(to, with, upTo));
            }
        } finally {
            lock.unlock();
        }
    }

    /** The client has everything of its partner up to {@code upTo}. Returns whether that is news; null if it cannot be. */
    Boolean confirm(long upTo) {
        lock.lock();
        try {
            return upTo > kept.lastId() ? null : kept.confirm(upTo);
        } finally {
            lock.unlock();
        }
    }

    // Connections

    @Override
    public boolean isAway() {
        return connection == null;
    }

    Away away() {
        return away;
    }

    /** The secret that takes this seat over. */
    String secret() {
        return secret;
    }

    /**
     * The connection is gone, on its own thread, and may come back within {@code seconds}. Returns the chat that is kept
     * for it so long, or null.
     */
    Pair detach(Away why, int seconds) {
        lock.lock();
        try {
            connection = null;
            awaySince = chat.monotonicNanos();
            away = why;
            awaySeconds = seconds;
            Pair with = pair;
            boolean keep = seconds > 0 && with != null && with.told(this);
            if (keep) {
                chat.richSeats().keep(this, awaySince, TimeUnit.SECONDS.toNanos(seconds));
            }
            detached.signalAll();
            return keep ? with : null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sends the connection there is away, if any, and waits until its thread has left, or {@code deadline} on the clock of
     * {@link System#nanoTime}. Does nothing when {@code withSecret} is this seat's no more: the connection there now is of
     * somebody who came first. Takes no lock before that connection is cut, because a send to it may hold it.
     */
    boolean awaitDetached(String withSecret, long deadline) throws InterruptedException {
        RichSession there = connection;
        if (there == null || !withSecret.equals(secret)) {
            return true;
        }
        there.replace();
        long patience = (deadline - System.nanoTime()) / 4;
        if (awaitGone(there, patience)) {
            return true;
        }
        there.endNow(End.REPLACED);
        return awaitGone(there, deadline - System.nanoTime());
    }

    private boolean awaitGone(RichSession there, long atMostNanos) throws InterruptedException {
        long nanos = atMostNanos;
        lock.lock();
        try {
            while (connection == there && nanos > 0) {
                nanos = detached.awaitNanos(nanos);
            }
            return connection != there;
        } finally {
            lock.unlock();
        }
    }

    /** No connection will come any more. */
    void close() {
        lock.lock();
        try {
            closed = true;
            kept.clear();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives the seat to a new connection, on its thread, and sends what the client has missed after its partner's message
     * {@code seen}. Returns the chat, or null if there is none to come back to, or if somebody else has come back to it with
     * {@code withSecret}.
     */
    Pair attach(RichSession back, String withSecret, String newSecret, long seen) {
        lock.lock();
        try {
            Pair with = pair;
            boolean possible = withSecret.equals(secret) && !closed && with != null && seen <= kept.lastId();
            if (!possible || !chat.richSeats().claim(this)) {
                return null;
            }
            long from = id;
            secret = newSecret;
            chat.richSeats().rename(this, withSecret);
            id = back.id();
            connection = back;
            back.took(this);
            acks.forget();
            long away = TimeUnit.NANOSECONDS.toMillis(chat.monotonicNanos() - awaySince);
            chat.record(new Event.ChatResumed(chat.millis(), id, with.id(), from, away));
            resend(back, with, seen);
            return with;
        } finally {
            lock.unlock();
        }
    }

    private void resend(RichSession back, Pair with, long seen) {
        Seat partner = with.other(this);
        long missed = kept.missedAfter(seen);
        kept.confirm(seen);
        byte[] resumed = RichFrames.resumed(with.id(), lastTaken(with), missed, partner.isAway());
        int sent = 0;
        try {
            back.socket.sendText(resumed, 0, resumed.length);
            for (Kept.Message each : kept.all()) {
                back.socket.sendText(each.payload(), 0, each.payload().length);
                sent++;
                if (!each.sent()) {
                    chat.log().relayed(chat.millis(), partner.id(), with.id(), each.saidBytes());
                    with.count(1, each.saidBytes());
                    chat.counters().messagesRelayed.increment();
                }
            }
        } catch (IOException e) {
            // This connection broke too: its own thread finds out and detaches it, and the rest is kept for the next.
        } finally {
            kept.markSent(sent);
        }
    }
}
