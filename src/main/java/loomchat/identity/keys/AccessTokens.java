package loomchat.identity.keys;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.Date;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import loomchat.identity.Identity;
import loomchat.identity.InvalidToken;
import loomchat.identity.VerifiedToken;

/**
 * Issues and verifies our own access tokens: JWT (RFC 7519) in the form of RFC 9068, HS256. Any thread; no I/O.
 *
 * <p>What a token may look like is narrower than the standard, after RFC 8725: its first part has to be, letter for
 * letter, what one of our keys writes. So there is no header to parse, and no algorithm to be talked into.
 */
public final class AccessTokens {
    public static final String ISSUER = "loomchat";
    /** A longer text is no token of anybody. */
    public static final int MOST_CHARACTERS = 4096;

    private static final String AUDIENCE = "loomchat";
    /** Clocks of several servers may differ by this much. */
    private static final long LEEWAY_MILLIS = 5_000;

    private static final Pattern NAME = Pattern.compile("[0-9A-Za-z_-]{22}");

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
        SignedJWT token = new SignedJWT(
                key.header(),
                new JWTClaimsSet.Builder()
                        .issuer(ISSUER)
                        .audience(AUDIENCE)
                        .subject(identity.subject())
                        .claim("sid", identity.session())
                        .jwtID(UUID.randomUUID().toString())
                        .issueTime(new Date(now))
                        .expirationTime(new Date(now + lifetime.toMillis()))
                        .build());
        try {
            token.sign(key.signer());
        } catch (JOSEException e) {
            throw new IllegalStateException("A token could not be signed", e);
        }
        return token.serialize();
    }

    /** Whether it begins as one of our own does: then nobody else can have issued it. */
    public boolean isOurs(String token) {
        return key(token, wallClockMillis.getAsLong()) != null;
    }

    public VerifiedToken verify(String token) throws InvalidToken {
        long now = wallClockMillis.getAsLong();
        SigningKey key = key(token, now);
        int end = token.lastIndexOf('.');
        if (key == null || end <= key.encodedHeader().length() || token.length() > MOST_CHARACTERS) {
            throw new InvalidToken();
        }
        try {
            byte[] signed = token.substring(0, end).getBytes(StandardCharsets.US_ASCII);
            if (!key.verifier().verify(key.header(), signed, new Base64URL(token.substring(end + 1)))) {
                throw new InvalidToken();
            }
            String claims = token.substring(key.encodedHeader().length() + 1, end);
            return verified(JWTClaimsSet.parse(new Base64URL(claims).decodeToString()), now);
        } catch (JOSEException | ParseException | IllegalArgumentException e) {
            throw new InvalidToken();
        }
    }

    private SigningKey key(String token, long now) {
        int dot = token.indexOf('.');
        return dot < 0 ? null : keys.get().withHeader(token.substring(0, dot), now);
    }

    private static VerifiedToken verified(JWTClaimsSet claims, long now) throws InvalidToken, ParseException {
        Date issued = claims.getIssueTime();
        Date expires = claims.getExpirationTime();
        String subject = claims.getSubject();
        String session = claims.getStringClaim("sid");
        boolean valid = ISSUER.equals(claims.getIssuer())
                && claims.getAudience().contains(AUDIENCE)
                && isName(subject)
                && isName(session)
                && issued != null
                && issued.getTime() <= now + LEEWAY_MILLIS
                && expires != null
                && expires.getTime() > now;
        if (!valid) {
            throw new InvalidToken();
        }
        return new VerifiedToken(new Identity(subject, session), expires.getTime());
    }

    private static boolean isName(String text) {
        return text != null && NAME.matcher(text).matches();
    }
}
