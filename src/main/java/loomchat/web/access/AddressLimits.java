package loomchat.web.access;

import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import loomchat.net.ClientAddress;
import loomchat.web.helidon.ConnectionLimits;

/**
 * Limits for each client address: connections, handshakes, requests. An IPv6 address counts with its /64. Any thread;
 * entries change atomically, one at a time, and {@link #forgetIdle} removes those that are at their start again.
 *
 * <p>Without {@code limitLoopback} addresses of this machine are not counted, so that a local load test needs no
 * setting.
 */
public final class AddressLimits implements ConnectionLimits.PerAddress {
    /**
     * Numbers for one address; 0 is no limit. Rates let ten seconds' worth through at once.
     *
     * @param connections sockets, WebSockets among them
     * @param handshakesPerSecond of WebSockets
     * @param reportsPerSecond requests for the report
     * @param logFollowers readers of the live log at a time
     * @param sessionsPerMinute new identities, a minute's worth at once
     * @param limitLoopback whether addresses of this machine count too
     */
    public record Rules(
            int connections,
            int handshakesPerSecond,
            int reportsPerSecond,
            int logFollowers,
            int sessionsPerMinute,
            boolean limitLoopback) {}

    private static final long BURST_SECONDS = 10;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
    private static final long OVER = Long.MIN_VALUE;

    /**
     * Further addresses are admitted uncounted: memory stays bounded, and other limits bound all addresses together.
     */
    private static final int MOST_ADDRESSES = 100_000;

    /** A rate is kept as the time until which the address has used it up. */
    private record Use(int connections, int followers, long handshakesUntil, long reportsUntil, long sessionsUntil) {
        boolean isIdle(long now) {
            return connections == 0
                    && followers == 0
                    && handshakesUntil - now <= 0
                    && reportsUntil - now <= 0
                    && sessionsUntil - now <= 0;
        }

        Use connections(int changed) {
            return new Use(changed, followers, handshakesUntil, reportsUntil, sessionsUntil);
        }

        Use followers(int changed) {
            return new Use(connections, changed, handshakesUntil, reportsUntil, sessionsUntil);
        }
    }

    private final Rules rules;
    private final TrustedProxies proxies;
    private final LongSupplier nanoTime;
    private final Map<ClientAddress, Use> uses = new ConcurrentHashMap<>();

    /** @param proxies whose own addresses are not counted: they carry the connections of others */
    public AddressLimits(Rules rules, TrustedProxies proxies, LongSupplier nanoTime) {
        this.rules = rules;
        this.proxies = proxies;
        this.nanoTime = nanoTime;
    }

    /** The client that {@code address} counts for, or null for an address without limits. */
    public ClientAddress counted(InetAddress address) {
        boolean exempt = address.isLoopbackAddress() && !rules.limitLoopback;
        return exempt ? null : ClientAddress.of(address);
    }

    // Sockets

    @Override
    public boolean enter(InetAddress peer) {
        return isProxy(peer) || enterClient(peer);
    }

    @Override
    public void leave(InetAddress peer) {
        if (!isProxy(peer)) {
            leaveClient(peer);
        }
    }

    private boolean isProxy(InetAddress peer) {
        return proxies.trust(peer) && !(peer.isLoopbackAddress() && rules.limitLoopback);
    }

    /** Counts a WebSocket that came through a proxy. */
    boolean enterClient(InetAddress client) {
        return change(
                client,
                use -> rules.connections > 0 && use.connections >= rules.connections
                        ? null
                        : use.connections(use.connections + 1));
    }

    void leaveClient(InetAddress client) {
        update(client, use -> use.connections(Math.max(0, use.connections - 1)));
    }

    // Followers of the live log

    /** Counts a reader of the live log; false, and not counted, above the limit. */
    public boolean follow(InetAddress client) {
        return change(
                client,
                use -> rules.logFollowers > 0 && use.followers >= rules.logFollowers
                        ? null
                        : use.followers(use.followers + 1));
    }

    public void unfollow(InetAddress client) {
        update(client, use -> use.followers(Math.max(0, use.followers - 1)));
    }

    // Rates

    public boolean mayShakeHands(InetAddress client) {
        return change(client, use -> {
            long until = charge(use.handshakesUntil, rules.handshakesPerSecond);
            return until == OVER
                    ? null
                    : new Use(use.connections, use.followers, until, use.reportsUntil, use.sessionsUntil);
        });
    }

    public boolean mayAskForReport(InetAddress client) {
        return change(client, use -> {
            long until = charge(use.reportsUntil, rules.reportsPerSecond);
            return until == OVER
                    ? null
                    : new Use(use.connections, use.followers, use.handshakesUntil, until, use.sessionsUntil);
        });
    }

    public boolean mayBeginSession(InetAddress client) {
        return change(client, use -> {
            long until = charge(use.sessionsUntil, rules.sessionsPerMinute, MINUTE, MINUTE);
            return until == OVER
                    ? null
                    : new Use(use.connections, use.followers, use.handshakesUntil, use.reportsUntil, until);
        });
    }

    private long charge(long until, int perSecond) {
        return charge(until, perSecond, SECOND, BURST_SECONDS * SECOND);
    }

    private long charge(long until, int most, long period, long burst) {
        if (most == 0) {
            return until;
        }
        long now = nanoTime.getAsLong();
        long charged = (until - now > 0 ? until : now) + period / most;
        return charged - now > burst ? OVER : charged;
    }

    // Entries

    private interface Change {
        Use apply(Use use);
    }

    /** False when {@code change} refuses by returning null. */
    private boolean change(InetAddress address, Change change) {
        ClientAddress key = counted(address);
        if (key == null || uses.size() >= MOST_ADDRESSES && !uses.containsKey(key)) {
            return true;
        }
        AtomicReference<Use> allowed = new AtomicReference<>();
        uses.compute(key, (any, use) -> {
            long now = nanoTime.getAsLong();
            Use before = use != null ? use : new Use(0, 0, now, now, now);
            allowed.set(change.apply(before));
            return allowed.get() != null ? allowed.get() : before;
        });
        return allowed.get() != null;
    }

    private void update(InetAddress address, Change change) {
        ClientAddress key = counted(address);
        if (key != null) {
            uses.computeIfPresent(key, (any, use) -> change.apply(use));
        }
    }

    /** Drops the entries of addresses without connections and recent requests. Called once a second. */
    public void forgetIdle() {
        long now = nanoTime.getAsLong();
        uses.values().removeIf(use -> use.isIdle(now));
    }
}
