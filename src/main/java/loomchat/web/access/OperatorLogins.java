package loomchat.web.access;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import loomchat.identity.operators.OperatorToken;

/**
 * Who is signed in with an operator's token: random numbers that cookies hold, in memory only. Any thread. A login
 * lasts for {@link #LENGTH}, and ends when its token is removed, the operator signs out, or the server stops. At most
 * {@link #MOST}; a further one ends the oldest.
 */
public final class OperatorLogins {
    public static final Duration LENGTH = Duration.ofHours(12);
    static final int MOST = 1_000;

    private static final int BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private record Login(OperatorToken token, long untilNanos) {}

    private final LongSupplier nanoTime;
    /** Guarded by this; oldest first. */
    private final Map<String, Login> logins = new LinkedHashMap<>();

    public OperatorLogins(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Begins a login and returns its secret. */
    synchronized String begin(OperatorToken token) {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        long now = nanoTime.getAsLong();
        Iterator<Login> oldest = logins.values().iterator();
        while (oldest.hasNext() && (oldest.next().untilNanos - now <= 0 || logins.size() >= MOST)) {
            oldest.remove();
        }
        logins.put(secret, new Login(token, now + LENGTH.toNanos()));
        return secret;
    }

    /** The token of a login, or null. */
    synchronized OperatorToken find(String secret) {
        Login login = logins.get(secret);
        return login == null || login.untilNanos - nanoTime.getAsLong() <= 0 ? null : login.token;
    }

    synchronized void end(String secret) {
        logins.remove(secret);
    }
}
