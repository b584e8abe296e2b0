package loomchat.identity.keys;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import loomchat.identity.Identity;
import loomchat.identity.InvalidToken;
import loomchat.identity.VerifiedToken;

/**
 * Issues and verifies our own access tokens: JWT (RFC 7519) in the form of RFC 9068, HS256. Any thread; no I/O.
 *
 * <p>What a token may look like is narrower than the standard, after RFC 8725: its first part has to be, letter for
 * letter, what one of our keys writes, and its claims what {@link AccessClaims} writes. So there is no header to parse,
 * and no algorithm to be talked into.
 */
public final class AccessTokens {
    /** A longer text is no token of anybody. */
    public static final int MOST_CHARACTERS = 4096;

    /** Clocks of several servers may differ by this much. */
    private static final long LEEWAY_MILLIS = 5_000;

    private static final Base64.Decoder BASE64 = Base64.getUrlDecoder();

    private final Supplier<KeyRing> keys;
    private final Duration lifetime;
    private final LongSupplier wallClockMillis;

    public AccessTokens(Supplier<KeyRing> keys, Duration lifetime, LongSupplier wallClockMillis) {
        this.keys = keys;
        this.lifetime = lifetime;
        this.wallClockMillis = wallClockMillis;
    }

    public Duration lifetime() {
        return lifetime;
    }

    public String issue(Identity identity) {
        long now = wallClockMillis.getAsLong();
        SigningKey key = keys.get().signing(now);
        AccessClaims claims = new AccessClaims(
                identity.subject(),
                identity.session(),
                UUID.randomUUID().toString(),
                TimeUnit.MILLISECONDS.toSeconds(now),
                TimeUnit.MILLISECONDS.toSeconds(now + lifetime.toMillis()));
        JWSObject token = new JWSObject(key.header(), new Payload(claims.json()));
        try {
            token.sign(key.signer());
        } catch (JOSEException e) {
            throw new IllegalStateException("A token could not be signed", e);
        }
        return token.serialize();
    }

    /** Whether it begins as one of our own does: then nobody else can have issued it. */
    public boolean isOurs(String token) {
        return keys.get().ofToken(token, wallClockMillis.getAsLong()) != null;
    }

    public VerifiedToken verify(String token) throws InvalidToken {
        long now = wallClockMillis.getAsLong();
        SigningKey key = keys.get().ofToken(token, now);
        int end = token.lastIndexOf('.');
        if (key == null || end <= key.encodedHeader().length() || token.length() > MOST_CHARACTERS) {
            throw new InvalidToken();
        }
        try {
            byte[] signed = token.substring(0, end).getBytes(StandardCharsets.US_ASCII);
            if (!key.hasSigned(signed, BASE64.decode(token.substring(end + 1)))) {
                throw new InvalidToken();
            }
            byte[] claims = BASE64.decode(token.substring(key.encodedHeader().length() + 1, end));
            return verified(AccessClaims.parse(new String(claims, StandardCharsets.ISO_8859_1)), now);
        } catch (IllegalArgumentException e) {
            throw new InvalidToken();
        }
    }

    private static VerifiedToken verified(AccessClaims claims, long now) throws InvalidToken {
        if (claims == null) {
            throw new InvalidToken();
        }
        long expires = TimeUnit.SECONDS.toMillis(claims.expiresSeconds());
        if (TimeUnit.SECONDS.toMillis(claims.issuedSeconds()) > now + LEEWAY_MILLIS || expires <= now) {
            throw new InvalidToken();
        }
        return new VerifiedToken(new Identity(claims.subject(), claims.session()), expires);
    }
}
