package loomchat.web;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Who may open a WebSocket: a bounded number in all and from each address, and nobody while the server cannot serve. Any
 * thread.
 */
public final class Admission {
    private final int most;
    private final int mostPerAddress;
    private final Supplier<String> unready;
    private final AtomicInteger open = new AtomicInteger();
    private final ConcurrentHashMap<InetAddress, Integer> perAddress = new ConcurrentHashMap<>();

    /**
     * @param mostPerAddress 0 for no limit
     * @param unready why nobody may come in now, or null
     */
    public Admission(int most, int mostPerAddress, Supplier<String> unready) {
        this.most = most;
        this.mostPerAddress = mostPerAddress;
        this.unready = unready;
    }

    /** Admits one connection, to be {@link #leave released}; null, or why it is refused. */
    String refuse(InetAddress from) {
        String reason = unready.get();
        if (reason != null) {
            return reason;
        }
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            return "The server is full";
        }
        if (mostPerAddress > 0 && perAddress.merge(from, 1, Integer::sum) > mostPerAddress) {
            leave(from);
            return "Too many connections from your address";
        }
        return null;
    }

    void leave(InetAddress from) {
        open.decrementAndGet();
        if (mostPerAddress > 0) {
            perAddress.computeIfPresent(from, (address, count) -> count == 1 ? null : count - 1);
        }
    }
}
