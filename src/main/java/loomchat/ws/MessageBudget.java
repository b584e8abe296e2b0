package loomchat.ws;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the heap for messages that are incomplete, or wait for a receiver that does not read: for all connections
 * together, and for those of one client address. Any thread; nothing waits here: a connection that gets no room ends.
 *
 * <p>A quarter is kept for small takes, so that a few large messages cannot stop the short ones of all others. One
 * address gets half.
 *
 * <p>The budget counts allocated bytes, not arrived ones. A thread that waits for the lock of a blocked send holds a
 * batch as well, uncounted: the heap in use can be about three times the budget.
 */
public final class MessageBudget {
    /** Up to here a take is small. */
    static final int SMALL_BYTES = 4096;

    /** The size of a batch that is not counted, unless it has to wait for its receiver. */
    public static final int BATCH_BYTES = 144 * 1024;

    /** For an end that trusts its peer. */
    static final Share UNBOUNDED = new MessageBudget(Long.MAX_VALUE).open(null);

    private static final String EXHAUSTED = "Too many incomplete messages";

    private final long mostBytes;
    private final AtomicLong used = new AtomicLong();
    private final ConcurrentHashMap<Object, Address> addresses = new ConcurrentHashMap<>();

    public MessageBudget(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** The account of one address. */
    private static final class Address {
        private final AtomicLong used = new AtomicLong();
        /** Changed inside the map's methods only. */
        private int connections;
    }

    /** Begins the account of one connection; {@code addressKey} is null where addresses are not counted. */
    public Share open(Object addressKey) {
        Address address = addressKey == null
                ? null
                : addresses.compute(addressKey, (key, there) -> {
                    Address counted = there == null ? new Address() : there;
                    counted.connections++;
                    return counted;
                });
        return new Share(addressKey, address);
    }

    /** Bytes taken now. */
    public long used() {
        return used.get();
    }

    /** Addresses that have a connection. */
    int addresses() {
        return addresses.size();
    }

    private static boolean add(AtomicLong to, long bytes, long most) {
        if (to.addAndGet(bytes) <= most) {
            return true;
        }
        to.addAndGet(-bytes);
        return false;
    }

    /** The account of one connection. Any thread; each gives back its own takes. */
    public final class Share {
        private final Object addressKey;
        private final Address address;

        private Share(Object addressKey, Address address) {
            this.addressKey = addressKey;
            this.address = address;
        }

        /** Takes {@code bytes} if there is room for them; returns whether it did. */
        boolean tryTake(long bytes) {
            if (!add(used, bytes, bytes <= SMALL_BYTES ? mostBytes : mostBytes - mostBytes / 4)) {
                return false;
            }
            if (address != null && !add(address.used, bytes, mostBytes / 2)) {
                used.addAndGet(-bytes);
                return false;
            }
            return true;
        }

        /** Takes {@code bytes}, or fails with close code 1009, which ends the connection. */
        public void take(long bytes) throws ProtocolException {
            if (!tryTake(bytes)) {
                throw new ProtocolException(CloseCode.MESSAGE_TOO_BIG, EXHAUSTED);
            }
        }

        public void giveBack(long bytes) {
            used.addAndGet(-bytes);
            if (address != null) {
                address.used.addAndGet(-bytes);
            }
        }

        /** The connection is over and has given everything back. */
        void close() {
            if (address != null) {
                addresses.computeIfPresent(addressKey, (key, there) -> --there.connections == 0 ? null : there);
            }
        }
    }
}
