package loomchat.chat.v1;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import loomchat.chat.Pair;

/**
 * All places of {@code chat.v1} visitors by their secret, and those whose connection is broken. Called by connection threads
 * and the reaper.
 */
final class SessionRegistry {
    private static final int SECRET_BYTES = 18;
    private static final int TAKE_OVER_MILLIS = 3_000;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final Map<String, V1Session> bySecret = new ConcurrentHashMap<>();
    private final Map<V1Session, Absence> away = new ConcurrentHashMap<>();

    static String newSecret() {
        byte[] bytes = new byte[SECRET_BYTES];
        RANDOM.nextBytes(bytes);
        return BASE64.encodeToString(bytes);
    }

    void add(V1Session session) {
        bySecret.put(session.link().secret(), session);
    }

    void remove(V1Session session) {
        bySecret.remove(session.link().secret(), session);
        away.remove(session);
    }

    /** The session has another secret from now on; called in its send order. */
    void rename(V1Session session, String before) {
        bySecret.put(session.link().secret(), session);
        bySecret.remove(before, session);
    }

    /** The client of {@code session} is away and may come back. */
    void keep(V1Session session, Absence absence) {
        away.put(session, absence);
    }

    /** True for the one who may give {@code session} a new connection, or end it. */
    boolean claim(V1Session session) {
        return away.remove(session) != null;
    }

    /** How many clients are away. */
    int away() {
        return away.size();
    }

    /** How many sessions there are, with or without a connection. */
    int size() {
        return bySecret.size();
    }

    /**
     * Gives the session with that secret to {@code connection}, on its thread; false if there is none. A connection that the session still has
     * is cut first. When that one was just taking over another session itself, the secret leads to that session now.
     */
    boolean resume(V1Connection connection, String newSecret, String secret, long seen) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TAKE_OVER_MILLIS);
        V1Session session = bySecret.get(secret);
        V1Session before = null;
        while (session != null
                && session != before
                && session != connection.session()
                && isFree(session, secret, deadline)) {
            Pair with = session.attach(connection, secret, newSecret, seen);
            if (with != null) {
                with.other(session).partnerBack(with);
                if (seen > 0) {
                    with.other(session).partnerReceived(with, seen);
                }
                return true;
            }
            before = session;
            session = bySecret.get(secret);
        }
        return false;
    }

    private static boolean isFree(V1Session session, String secret, long deadline) {
        try {
            return session.link().awaitFree(secret, deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Gives {@code gone} those who are not coming back, at {@code now} on the monotonic clock; time before {@code comebackStart} does not
     * count. Waits for nobody: the reaper, which asks, is who ends a send that holds a
     * session's lock for too long.
     */
    void expire(long now, long comebackStart, Consumer<V1Session> gone) {
        away.forEach((session, absence) -> {
            // Only this absence: who is back and away again meanwhile has its time anew.
            if (absence.isOver(now, comebackStart) && away.remove(session, absence)) {
                gone.accept(session);
            }
        });
    }

    /** As {@link #expire}, for all of them. */
    void expireAll(Consumer<V1Session> gone) {
        for (V1Session each : away.keySet()) {
            if (claim(each)) {
                gone.accept(each);
            }
        }
    }
}
