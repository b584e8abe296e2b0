package loomchat.identity.issuers;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import loomchat.identity.InvalidToken;

/**
 * A signed JWT (RFC 7519) before its signature is checked: what it says may all be invented. Immutable.
 *
 * @param algorithm the header's {@code alg}
 * @param keyId the header's {@code kid}
 * @param signed the text that the signature is over
 * @param signature in base64url
 */
record UnverifiedToken(String algorithm, String keyId, Map<String, Object> claims, String signed, String signature) {
    private static final int MOST_CHARACTERS = 4096;

    /** Keys that a token brings along are no reason to trust it, and extensions that we do not know are not ignored. */
    private static final Set<String> REFUSED_HEADERS = Set.of("crit", "b64", "zip", "jwk", "jku", "x5u", "x5c");

    private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt");

    /** Seconds of which milliseconds are still a long. */
    private static final double LATEST_SECONDS = 1e15;

    /** Takes a token apart, the cheapest checks first. */
    static UnverifiedToken parse(String token) throws InvalidToken {
        check(token.length() <= MOST_CHARACTERS);
        int headerEnd = token.indexOf('.');
        int claimsEnd = token.indexOf('.', headerEnd + 1);
        check(headerEnd > 0 && claimsEnd > headerEnd + 1);
        check(isBase64Url(token, 0, headerEnd)
                && isBase64Url(token, headerEnd + 1, claimsEnd)
                && isBase64Url(token, claimsEnd + 1, token.length()));
        Map<String, Object> header = json(token.substring(0, headerEnd));
        check(REFUSED_HEADERS.stream().noneMatch(header::containsKey));
        check(!header.containsKey("typ") || TYPES.contains(text(header, "typ").toLowerCase(Locale.ROOT)));
        return new UnverifiedToken(
                text(header, "alg"),
                text(header, "kid"),
                json(token.substring(headerEnd + 1, claimsEnd)),
                token.substring(0, claimsEnd),
                token.substring(claimsEnd + 1));
    }

    private static boolean isBase64Url(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_')) {
                return false;
            }
        }
        return end > start && (end - start) % 4 != 1;
    }

    private static Map<String, Object> json(String base64Url) throws InvalidToken {
        byte[] decoded = Base64.getUrlDecoder().decode(base64Url);
        try {
            Map<String, Object> object = JSONObjectUtils.parse(new String(decoded, StandardCharsets.UTF_8));
            check(object != null);
            return object;
        } catch (ParseException e) {
            throw new InvalidToken();
        }
    }

    /** The claim {@code iss}. */
    String issuer() throws InvalidToken {
        return text("iss");
    }

    /** Whether {@code aud}, a text or a list of them, names this audience. */
    boolean isFor(String audience) {
        Object claim = claims.get("aud");
        return audience.equals(claim) || claim instanceof List<?> all && all.contains(audience);
    }

    boolean has(String claim) {
        return claims.containsKey(claim);
    }

    String text(String claim) throws InvalidToken {
        return text(claims, claim);
    }

    /** A time of a claim, in milliseconds. */
    long millis(String claim) throws InvalidToken {
        check(claims.get(claim) instanceof Number);
        double seconds = ((Number) claims.get(claim)).doubleValue();
        check(seconds >= 0);
        return (long) (Math.min(seconds, LATEST_SECONDS) * 1000);
    }

    private static String text(Map<String, Object> object, String name) throws InvalidToken {
        if (object.get(name) instanceof String text) {
            return text;
        }
        throw new InvalidToken();
    }

    private static void check(boolean valid) throws InvalidToken {
        if (!valid) {
            throw new InvalidToken();
        }
    }

    /** Without the token: it could be valid. */
    @Override
    public String toString() {
        return "UnverifiedToken";
    }
}
