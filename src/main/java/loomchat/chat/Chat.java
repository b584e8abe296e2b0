package loomchat.chat;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import loomchat.log.Counters;
import loomchat.log.Event;
import loomchat.log.EventLog;
import loomchat.net.SocketStream;
import loomchat.ws.CloseCode;
import loomchat.ws.Handshake;
import loomchat.ws.MessageBudget;
import loomchat.ws.WebSocket;

/**
 * All connections of this server. {@link #open} may be called from any thread; {@link #reap} once a second from one;
 * {@link #drain} and {@link #close} from the main thread.
 */
public final class Chat {
    private static final long CLOSE_WAIT_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** Who waits behind these waits too long to be told how many others do. */
    private static final int MOST_TOLD = 200;

    /** When the log held somebody up for more than this part of the time between two checks, clocks start anew. */
    private static final int HELD_UP_SHARE = 10;

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Limits limits;
    private final MessageBudget messageBudget;
    private final EventLog log;
    private final Counters counters;
    private final LongSupplier clockMillis;
    private final LongSupplier monotonicNanos;
    private final RichLimits richLimits;
    private final Matchmaker matchmaker;
    private final RichSeats richSeats;
    private final AtomicLong lastSession = new AtomicLong();

    // Reaper only
    private int toldWaiting;
    private long reapedNanos = System.nanoTime();
    private long heldUpSeen;
    private long clocksStart = reapedNanos;
    private long comebackStart;

    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

    /**
     * @param clockMillis the wall clock, for the times in the record alone
     * @param monotonicNanos what everything that lasts is measured by: {@link System#nanoTime}
     */
    public Chat(
            Limits limits,
            RichLimits richLimits,
            EventLog log,
            Counters counters,
            LongSupplier clockMillis,
            LongSupplier monotonicNanos) {
        this.limits = limits;
        this.messageBudget = new MessageBudget(limits.incompleteMessageBytes());
        this.richLimits = richLimits;
        this.log = log;
        this.counters = counters;
        this.clockMillis = clockMillis;
        this.monotonicNanos = monotonicNanos;
        this.comebackStart = monotonicNanos();
        this.matchmaker = new Matchmaker(counters, this::monotonicMillis, richLimits.interestSeconds());
        this.richSeats = new RichSeats();
    }

    /** What kind of client a path and a subprotocol make. */
    public enum Kind {
        PLAIN,
        RICH,
        ECHO
    }

    /**
     * Takes over a connection whose handshake is done and begins its thread on its loop.
     *
     * @param early what the client sent right behind its handshake, or null
     * @param agreed about compression, or null
     * @param addressKey of the client, whose connections share the budget for incomplete messages; null when it has none
     * @param onClosed called once, when the connection is closed
     */
    public void open(
            SocketStream stream,
            Kind kind,
            byte[] early,
            Handshake.Agreed agreed,
            Object addressKey,
            Runnable onClosed) {
        int maxMessageBytes = kind == Kind.RICH
                ? Math.min(limits.maxMessageBytes(), richLimits.messageBytes())
                : limits.maxMessageBytes();
        WebSocket socket = Handshake.open(
                stream,
                maxMessageBytes,
                early,
                agreed,
                messageBudget.open(addressKey),
                counters.bytesIn,
                counters.bytesOut);
        long id = lastSession.incrementAndGet();
        Connection connection = switch (kind) {
            case PLAIN -> new Session(this, socket, id, onClosed);
            case RICH -> new RichSession(this, socket, id, onClosed);
            case ECHO -> new Echo(this, socket, id, onClosed);
        };
        counters.connectionsOpened.increment();
        counters.connections.increment();
        connections.add(connection);
        stream.loop().start(connection);
    }

    /** Connection thread: the client has left and its end is recorded. */
    void gone(Connection connection) {
        if (connections.remove(connection)) {
            counters.connections.decrement();
        }
    }

    /** Ends connections that give no sign of life or hold others up, and does what is due for those who wait. */
    public void reap() {
        long now = System.nanoTime();
        noteHeldUp(now);
        for (Connection each : connections) {
            each.check(now);
        }
        // Each may wait for a client that does not read: threads of their own.
        richSeats.expire(
                monotonicNanos(),
                comebackStart,
                seat -> Thread.startVirtualThread(() -> remove(seat, "gone", seat.away().forGood)));
        for (Seat each : matchmaker.wake()) {
            Thread.startVirtualThread(() -> lookAgain(each));
        }
        tellWaiting();
    }

    /**
     * A thread that waits for the log reads nothing, and whoever waits for what it holds does not either. Which
     * clients that concerns is not worth knowing: all clocks start anew, and a client that is gone for good is found
     * a little later.
     */
    private void noteHeldUp(long now) {
        long heldUp = log.heldUpNanos();
        if (heldUp - heldUpSeen > (now - reapedNanos) / HELD_UP_SHARE) {
            clocksStart = now;
        }
        heldUpSeen = heldUp;
        reapedNanos = now;
        if (!log.health().healthy()) {
            // While the record cannot be written no connection is let in, so nobody can be expected back.
            comebackStart = monotonicNanos();
        }
    }

    /** Reaper: silence before this says nothing about a client. */
    long clocksStart() {
        return clocksStart;
    }

    private void lookAgain(Seat seat) {
        try {
            Meeting.announce(matchmaker.matchWaiting(seat));
        } catch (IOException e) {
            // The visitor's own thread finds out what is wrong with its connection.
        }
    }

    private void tellWaiting() {
        int waiting = matchmaker.waiting();
        if (waiting == toldWaiting || matchmaker.isDraining()) {
            return;
        }
        toldWaiting = waiting;
        for (Seat each : matchmaker.someWaiting(MOST_TOLD)) {
            if (each instanceof RichSeat rich) {
                rich.sendWaitingIfIdle(waiting);
            }
        }
    }

    /** Ends what there is of a visitor who does not come back. */
    void remove(RichSeat seat, String reason, Left why) {
        richSeats.remove(seat);
        Pair ended = matchmaker.remove(seat);
        if (ended != null) {
            Meeting.end(ended, seat, reason, why);
        }
        seat.close();
    }

    /** Finds nobody a partner any more, and says goodbye to every client, spread over {@code seconds}. */
    public void drain(int seconds) {
        matchmaker.drain();
        connections.forEach(Connection::onDraining);
        long start = System.nanoTime();
        int all = connections.size();
        int said = 0;
        for (Connection each : connections) {
            each.end(End.SHUTDOWN, CloseCode.GOING_AWAY, "The server is going away");
            said++;
            long due = start + TimeUnit.SECONDS.toNanos(seconds) * said / Math.max(1, all);
            while (said < all && due - System.nanoTime() > POLL_NANOS && !connections.isEmpty()) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
        }
    }

    /** Waits until every client is gone, cuts those that do not go, and returns how many could not be waited for. */
    public int close() {
        awaitNone(CLOSE_WAIT_NANOS);
        for (Connection each : connections) {
            each.endNow(End.SHUTDOWN);
        }
        awaitNone(CLOSE_WAIT_NANOS);
        richSeats.expireAll(seat -> remove(seat, End.SHUTDOWN.toString(), Left.GONE));
        return connections.size();
    }

    private void awaitNone(long nanos) {
        long deadline = System.nanoTime() + nanos;
        while (!connections.isEmpty() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Clients that are connected. */
    public int connections() {
        return connections.size();
    }

    /** Clients that wait for a partner. */
    public int waiting() {
        return matchmaker.waiting();
    }

    Limits limits() {
        return limits;
    }

    RichLimits richLimits() {
        return richLimits;
    }

    RichSeats richSeats() {
        return richSeats;
    }

    MessageBudget messageBudget() {
        return messageBudget;
    }

    Counters counters() {
        return counters;
    }

    Matchmaker matchmaker() {
        return matchmaker;
    }

    EventLog log() {
        return log;
    }

    void record(Event event) {
        log.record(event);
    }

    /** The wall clock, which may jump: for the record. */
    long millis() {
        return clockMillis.getAsLong();
    }

    long monotonicNanos() {
        return monotonicNanos.getAsLong();
    }

    /** What pairs and those who wait are timed by. */
    long monotonicMillis() {
        return Math.floorDiv(monotonicNanos(), 1_000_000L);
    }
}
