package loomchat.web.helidon;

import java.net.InetAddress;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import loomchat.net.ClientAddress;

/**
 * The open sockets, and those among them that speak HTTP. The accepting thread calls {@link #enter}, the reaper
 * {@link #closeStale}, any thread the rest; nothing blocks.
 *
 * <p>Without room, it closes idle connections: the longest idle ones of the address with the most of them. So silent
 * connections, however many, keep nobody out. It closes several at a time, because finding them costs a look at all.
 */
final class OpenConnections {
    /** A new client needs time to send its request. */
    private static final long LEAST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int MOST_EVICTED_AT_ONCE = 64;

    private final ConnectionLimits limits;
    private final AtomicInteger open = new AtomicInteger();

    /**
     * Each with its {@link Departure}. Only the thread that removes an entry may close it; an upgrade removes it
     * first.
     */
    private final Map<HttpConnection, Departure> speakingHttp = new ConcurrentHashMap<>();

    OpenConnections(ConnectionLimits limits) {
        this.limits = limits;
    }

    /** Counts the connection until its socket is closed; false when there is no room for it. */
    boolean enter(HttpConnection connection) {
        InetAddress peer = connection.peer().getAddress();
        if (open.get() >= limits.most() && !evict(crowdedAddress())) {
            return false;
        }
        if (!limits.addresses().enter(peer)) {
            ClientAddress own = ClientAddress.of(peer);
            if (!evict(each -> addressOf(each).equals(own))
                    || !limits.addresses().enter(peer)) {
                return false;
            }
        }
        open.incrementAndGet();
        Departure departure = new Departure(connection, peer);
        speakingHttp.put(connection, departure);
        connection.stream().onClose(departure);
        return true;
    }

    /** Uncounts a socket, once: at an eviction before the socket is really closed, so that there is room at once. */
    private final class Departure implements Runnable {
        private final InetAddress peer;
        private final AtomicBoolean left = new AtomicBoolean();

        /** Null after an upgrade: the socket may live long, and needs nothing of HTTP. */
        private volatile HttpConnection connection;

        Departure(HttpConnection connection, InetAddress peer) {
            this.connection = connection;
            this.peer = peer;
        }

        @Override
        public void run() {
            HttpConnection http = connection;
            if (http != null) {
                speakingHttp.remove(http);
            }
            if (left.compareAndSet(false, true)) {
                limits.addresses().leave(peer);
                open.decrementAndGet();
            }
        }
    }

    /** The connection no longer speaks HTTP. */
    void forget(HttpConnection connection) {
        Departure departure = speakingHttp.remove(connection);
        if (departure != null) {
            departure.connection = null;
        }
    }

    private static ClientAddress addressOf(HttpConnection connection) {
        return ClientAddress.of(connection.peer().getAddress());
    }

    /** Selects the connections of the address with the most idle ones. */
    private Predicate<HttpConnection> crowdedAddress() {
        Map<ClientAddress, Long> counts = longWaiting().stream()
                .collect(Collectors.groupingBy(OpenConnections::addressOf, Collectors.counting()));
        return counts.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .<Predicate<HttpConnection>>map(most -> each -> addressOf(each).equals(most))
                .orElse(each -> false);
    }

    /** Closes some of the selected connections, those idle longest. Returns whether there was any. */
    private boolean evict(Predicate<HttpConnection> which) {
        List<HttpConnection> oldest = longWaiting().stream()
                .filter(which)
                .sorted(Comparator.comparingLong(HttpConnection::lastAnswerNanos))
                .limit(MOST_EVICTED_AT_ONCE)
                .toList();
        oldest.forEach(this::close);
        return !oldest.isEmpty();
    }

    private void close(HttpConnection connection) {
        Departure departure = speakingHttp.remove(connection);
        if (departure != null) {
            departure.run();
            connection.stream().close();
        }
    }

    private Collection<HttpConnection> longWaiting() {
        long limit = System.nanoTime() - LEAST_WAIT_NANOS;
        return speakingHttp.keySet().stream()
                .filter(each -> each.isWaiting() && each.lastAnswerNanos() - limit < 0)
                .toList();
    }

    void closeStale() {
        long limit = System.nanoTime() - limits.answerTimeout().toNanos();
        for (HttpConnection each : speakingHttp.keySet()) {
            if (each.lastAnswerNanos() - limit < 0) {
                close(each);
            }
        }
    }

    void closeAll() {
        speakingHttp.keySet().forEach(this::close);
    }
}
