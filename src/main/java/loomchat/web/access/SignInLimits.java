package loomchat.web.access;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import loomchat.net.ClientAddress;

/**
 * How often one address, and all together, may try to sign in: a minute's worth at once. Any thread. A token cannot be
 * guessed; this bounds what guessing costs. Beyond {@link #MOST_ADDRESSES} addresses only the total counts.
 */
public final class SignInLimits {
    static final int PER_ADDRESS = 5;
    static final int IN_ALL = 60;
    static final int MOST_ADDRESSES = 10_000;

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier nanoTime;

    // Guarded by this: the time until which a rate is used up, of each address and of all
    private final Map<ClientAddress, Long> untils = new HashMap<>();
    private long untilOfAll;

    public SignInLimits(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        untilOfAll = nanoTime.getAsLong();
    }

    /** Counts an attempt; false, and not counted, when it is too many. */
    public synchronized boolean mayTry(InetAddress from) {
        long now = nanoTime.getAsLong();
        ClientAddress address = ClientAddress.of(from);
        long own = charged(untils.getOrDefault(address, now), now, PER_ADDRESS);
        long all = charged(untilOfAll, now, IN_ALL);
        if (own - now > MINUTE || all - now > MINUTE) {
            return false;
        }
        if (untils.size() < MOST_ADDRESSES || untils.containsKey(address)) {
            untils.put(address, own);
        }
        untilOfAll = all;
        return true;
    }

    private static long charged(long until, long now, int perMinute) {
        return (until - now > 0 ? until : now) + MINUTE / perMinute;
    }

    /** Drops addresses that may try as often as ever again. Called once a second. */
    public synchronized void forgetIdle() {
        long now = nanoTime.getAsLong();
        untils.values().removeIf(until -> until - now <= 0);
    }
}
