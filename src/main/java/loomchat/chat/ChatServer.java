package loomchat.chat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import loomchat.chat.visitor.Visitor;
import loomchat.chat.visitor.Visitors;
import loomchat.counters.Counters;
import loomchat.net.SocketStream;
import loomchat.ws.CloseCode;
import loomchat.ws.Handshake;
import loomchat.ws.MessageBudget;
import loomchat.ws.WebSocket;

/**
 * All connections of this server. {@link #open} may be called from any thread; {@link #reap} once a second from one;
 * {@link #drain} and {@link #close} from the main thread, close also a second time when no handshake can end any more.
 */
public final class ChatServer {
    private static final long CLOSE_WAIT_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** The clocks restart when the log blocked threads for more than this part of the time between checks. */
    private static final double QUEUE_FULL_SHARE = 0.1;

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    /** So often somebody is told that the server stops who is being sent something else. */
    private static final int MOST_TELLS = 20;

    private final ChatContext context;
    private final PairLifecycle pairs;
    private final Map<Protocol, Endpoint> endpoints;
    private final MessageBudget messageBudget;

    // Reaper only
    private long reapedNanos = System.nanoTime();
    private long queueFullSeen;
    private long clocksStart = reapedNanos;
    private long comebackStart;

    /** Whoever still comes is sent away at once. */
    private volatile boolean closing;

    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final Consumer<Connection> onLeft = this::left;

    public ChatServer(ChatContext context, PairLifecycle pairs, Map<Protocol, Endpoint> endpoints) {
        this.context = context;
        this.pairs = pairs;
        this.endpoints = new EnumMap<>(endpoints);
        this.messageBudget = new MessageBudget(context.limits().incompleteMessageBytes());
        this.comebackStart = context.monotonicNanos();
    }

    /**
     * Takes over a connection after its handshake and starts its thread on its loop.
     *
     * @param early bytes that came right behind the handshake, or null
     * @param agreed compression as negotiated, or null
     * @param visitor whose client it is; those of one address share the budget for incomplete messages
     * @param onClosed called once, when the connection is closed
     */
    public void open(
            SocketStream stream,
            Protocol protocol,
            byte[] early,
            Handshake.Agreed agreed,
            Visitor visitor,
            Runnable onClosed) {
        Endpoint endpoint = endpoints.get(protocol);
        Counters counters = context.counters();
        WebSocket socket = Handshake.open(
                stream,
                endpoint.maxMessageBytes(context.limits()),
                early,
                agreed,
                messageBudget.open(visitor.addressKey()),
                counters.bytesIn,
                counters.bytesOut);
        long id = pairs.elsewhere().nextSession();
        Connection connection = endpoint.connect(new Connection.Opened(socket, visitor, id, onLeft, onClosed));
        counters.connectionsOpened.increment(protocol.toString());
        counters.connections.increment(protocol.toString());
        connections.add(connection);
        stream.loop().start(connection);
        if (closing) {
            sendAway(connection);
        }
    }

    /** Connection thread. */
    private void left(Connection connection) {
        if (connections.remove(connection)) {
            context.counters().connections.decrement(connection.protocol().toString());
            context.visitors().leave(connection.visitor());
        }
    }

    /** Closes the connections of the visitors that {@code which} selects, and ends their chats. Any thread. */
    public void endAll(Predicate<Visitor> which, DisconnectReason reason, int code, String text) {
        for (Connection each : connections) {
            if (which.test(each.visitor())) {
                each.end(reason, code, text);
            }
        }
    }

    /** Who may be a visitor, and who is one. */
    public Visitors visitors() {
        return context.visitors();
    }

    /** Ends silent and blocking connections and expired sessions, and pairs those who have waited long enough. */
    public void reap() {
        long now = System.nanoTime();
        noteHeldUp(now);
        for (Connection each : connections) {
            each.check(now, clocksStart);
        }
        endpoints.values().forEach(each -> each.reap(comebackStart));
        pairs.pairWaiting();
        pairs.tellWaiting();
        context.visitors().forgetGone();
    }

    /**
     * A connection thread that waits for the log reads nothing, and neither does one that waits for a lock it holds.
     * It is not worth finding out which ones: the clocks of all clients restart, and a dead client is found a little
     * later.
     */
    private void noteHeldUp(long now) {
        long queueFull = context.log().queueFullNanos();
        if (queueFull - queueFullSeen > (now - reapedNanos) * QUEUE_FULL_SHARE) {
            clocksStart = now;
        }
        queueFullSeen = queueFull;
        reapedNanos = now;
        if (!context.log().health().healthy()) {
            // While the log cannot be written, no connection is accepted, so no client can come back.
            comebackStart = context.monotonicNanos();
        }
    }

    /** Stops pairing, and closes every connection with 1001, spread over {@code seconds}. */
    public void drain(int seconds) {
        pairs.matchmaker().drain();
        tellDraining();
        long start = System.nanoTime();
        int all = connections.size();
        int said = 0;
        for (Connection each : connections) {
            sendAway(each);
            said++;
            long due = start + TimeUnit.SECONDS.toNanos(seconds) * said / Math.max(1, all);
            while (said < all && due - System.nanoTime() > POLL_NANOS && !connections.isEmpty()) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
        }
    }

    /** Whoever is being sent something just now is told in a moment; whoever does not read is not waited for. */
    private void tellDraining() {
        List<Connection> untold = new ArrayList<>(connections);
        untold.removeIf(Connection::onDraining);
        for (int i = 0; i < MOST_TELLS && !untold.isEmpty(); i++) {
            LockSupport.parkNanos(POLL_NANOS);
            untold.removeIf(Connection::onDraining);
        }
    }

    private static void sendAway(Connection connection) {
        connection.end(DisconnectReason.SHUTDOWN, CloseCode.GOING_AWAY, "The server is going away");
    }

    /**
     * Sends those away who came after {@link #drain}, from a handshake that had begun before. Waits until all
     * connections have ended, aborts the rest, and returns how many are still there then.
     */
    public int close() {
        closing = true;
        connections.forEach(ChatServer::sendAway);
        awaitNone(CLOSE_WAIT_NANOS);
        for (Connection each : connections) {
            each.endNow(DisconnectReason.SHUTDOWN);
        }
        awaitNone(CLOSE_WAIT_NANOS);
        endpoints.values().forEach(Endpoint::close);
        return connections.size();
    }

    private void awaitNone(long nanos) {
        long deadline = System.nanoTime() + nanos;
        while (!connections.isEmpty() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** How many visitors are away whose chat is kept. Any thread. */
    public int away() {
        return endpoints.values().stream().mapToInt(Endpoint::away).sum();
    }

    /** For how long the one has waited for a partner that has waited longest; 0 when nobody waits. Any thread. */
    public long longestWaitMillis() {
        return pairs.matchmaker().longestWaitMillis();
    }

    /** How many clients are connected. */
    public int connections() {
        return connections.size();
    }
}
