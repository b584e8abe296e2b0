package loomchat.web.access;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import loomchat.web.access.TrustedProxies.Client;

/**
 * Decides who may open a WebSocket: a bounded number in all and from each address, and nobody while the server is not
 * ready. Any thread.
 */
public final class WebSocketAdmission {
    private final int most;
    private final int mostGuests;
    private final AddressLimits limits;
    private final Supplier<String> unready;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger guests = new AtomicInteger();

    /**
     * Why somebody may not come in.
     *
     * @param reason in a word, for the metrics
     * @param text for the client
     */
    public record Refusal(String reason, String text) {}

    /**
     * @param limits of each address; a direct connection is counted by its socket already
     * @param unready why the server admits nobody now, or null
     */
    public WebSocketAdmission(int most, int mostGuests, AddressLimits limits, Supplier<String> unready) {
        this.most = most;
        this.mostGuests = mostGuests;
        this.limits = limits;
        this.unready = unready;
    }

    /** Admits one connection, to be {@link #leave released}, and returns null; or returns why it is refused. */
    public Refusal admit(Client from, boolean guest) {
        String reason = unready.get();
        if (reason != null) {
            return new Refusal("unready", reason);
        }
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            return new Refusal("full", "The server is full");
        }
        if (guest && guests.incrementAndGet() > mostGuests) {
            guests.decrementAndGet();
            open.decrementAndGet();
            return new Refusal("guests", "The server takes no more guests now");
        }
        if (from.forwarded() && !limits.enterClient(from.address())) {
            uncount(guest);
            return new Refusal("address-connections", "Too many connections from your address");
        }
        return null;
    }

    public void leave(Client from, boolean guest) {
        uncount(guest);
        if (from.forwarded()) {
            limits.leaveClient(from.address());
        }
    }

    private void uncount(boolean guest) {
        open.decrementAndGet();
        if (guest) {
            guests.decrementAndGet();
        }
    }
}
