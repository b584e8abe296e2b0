package loomchat.chat;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * All places of {@code chat.v1} visitors by their secret, and those whose connection is broken. Called by connection threads
 * and the reaper.
 */
final class RichSeats {
    private static final int SECRET_BYTES = 18;
    private static final int TAKE_OVER_MILLIS = 3_000;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final Map<String, RichSeat> bySecret = new ConcurrentHashMap<>();
    private final Map<RichSeat, Absence> away = new ConcurrentHashMap<>();

    /** Since when a connection has been broken, on the monotonic clock, and for how long it may be. In nanoseconds. */
    private record Absence(long since, long allowed) {}

    static String newSecret() {
        byte[] bytes = new byte[SECRET_BYTES];
        RANDOM.nextBytes(bytes);
        return BASE64.encodeToString(bytes);
    }

    void add(RichSeat seat) {
        bySecret.put(seat.secret(), seat);
    }

    void remove(RichSeat seat) {
        bySecret.remove(seat.secret(), seat);
        away.remove(seat);
    }

    /** The seat has another secret from now on; called in its send order. */
    void rename(RichSeat seat, String before) {
        bySecret.put(seat.secret(), seat);
        bySecret.remove(before, seat);
    }

    /** The connection of {@code seat} is broken since then, on the monotonic clock. It is kept for so long. */
    void keep(RichSeat seat, long sinceNanos, long allowedNanos) {
        away.put(seat, new Absence(sinceNanos, allowedNanos));
    }

    /** True for the one who may give {@code seat} a new connection, or end it. */
    boolean claim(RichSeat seat) {
        return away.remove(seat) != null;
    }

    /** How many visitors are away. */
    int away() {
        return away.size();
    }

    /** How many visitors there are, with or without a connection. */
    int size() {
        return bySecret.size();
    }

    /**
     * Gives the seat with that secret to {@code connection}, on its thread; null if there is none. A connection that the seat still has
     * is cut first. When that one was just taking over another seat itself, the secret leads to that seat now.
     */
    RichSeat resume(RichSession connection, String newSecret, String secret, long seen) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TAKE_OVER_MILLIS);
        RichSeat seat = bySecret.get(secret);
        RichSeat before = null;
        while (seat != null && seat != before && seat != connection.seat() && isFree(seat, secret, deadline)) {
            Pair with = seat.attach(connection, secret, newSecret, seen);
            if (with != null) {
                with.other(seat).partnerBack(with);
                if (seen > 0) {
                    with.other(seat).delivered(with, seen);
                }
                return seat;
            }
            before = seat;
            seat = bySecret.get(secret);
        }
        return null;
    }

    private static boolean isFree(RichSeat seat, String secret, long deadline) {
        try {
            return seat.awaitDetached(secret, deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Gives {@code gone} those who are not coming back, at {@code now} on the clock of {@link #keep}; time before
     * {@code comebackStart} does not count. Waits for nobody: the reaper, which asks, is who ends a send that holds a
     * seat's lock for too long.
     */
    void expire(long now, long comebackStart, Consumer<RichSeat> gone) {
        away.forEach((seat, absence) -> {
            boolean over = Math.min(now - absence.since, now - comebackStart) >= absence.allowed;
            // Only this absence: who is back and away again meanwhile has its time anew.
            if (over && away.remove(seat, absence)) {
                gone.accept(seat);
            }
        });
    }

    /** As {@link #expire}, for all of them. */
    void expireAll(Consumer<RichSeat> gone) {
        for (RichSeat each : away.keySet()) {
            if (claim(each)) {
                gone.accept(each);
            }
        }
    }
}
