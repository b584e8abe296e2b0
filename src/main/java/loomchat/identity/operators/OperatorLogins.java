package loomchat.identity.operators;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import loomchat.identity.keys.KeyRing;
import loomchat.identity.keys.SigningKey;

/**
 * Who is signed in with an operator's token: who shows a statement that a server with the same keys has signed. So a
 * login holds at each of these servers, and none keeps it. Any thread; {@link #end} may wait for the disk.
 *
 * <p>A login ends after {@link #LENGTH}, when its token or its key is removed, and when its operator signs out.
 */
public final class OperatorLogins {
    public static final Duration LENGTH = Duration.ofHours(12);

    /** The clocks of two servers may differ by this much: what lasts longer was not signed by a right clock. */
    static final Duration SKEW = Duration.ofHours(1);

    private static final int ID_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Supplier<KeyRing> keys;
    private final OperatorTokens tokens;
    private final SignedOut signedOut;
    private final LongSupplier wallClockMillis;

    public OperatorLogins(
            Supplier<KeyRing> keys, OperatorTokens tokens, SignedOut signedOut, LongSupplier wallClockMillis) {
        this.keys = keys;
        this.tokens = tokens;
        this.signedOut = signedOut;
        this.wallClockMillis = wallClockMillis;
    }

    /** Begins a login and returns what proves it: a secret. */
    public String begin(OperatorToken token) {
        byte[] id = new byte[ID_BYTES];
        RANDOM.nextBytes(id);
        long now = wallClockMillis.getAsLong();
        SigningKey key = keys.get().signing(now);
        return new OperatorLogin(
                        key.id(),
                        Base64.getUrlEncoder().withoutPadding().encodeToString(id),
                        token.fingerprint(),
                        now + LENGTH.toMillis())
                .signed(key);
    }

    /** The token of a login that holds, or null. */
    public OperatorToken find(String secret) {
        OperatorLogin login = authentic(secret);
        return login == null || signedOut.has(login) ? null : tokens.ofFingerprint(login.token());
    }

    /** Its operator signs out. */
    public void end(String secret) {
        OperatorLogin login = authentic(secret);
        if (login != null) {
            signedOut.add(login);
        }
    }

    private OperatorLogin authentic(String secret) {
        long now = wallClockMillis.getAsLong();
        OperatorLogin login = OperatorLogin.read(secret, keys.get(), now);
        boolean lasts = login != null
                && login.untilMillis() > now
                && login.untilMillis() <= now + LENGTH.plus(SKEW).toMillis();
        return lasts ? login : null;
    }
}
