package loomchat.identity.operators;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import loomchat.identity.keys.KeyRing;
import loomchat.identity.keys.SigningKey;

/**
 * What the cookie of an operator says: with which token somebody has signed in, and until when. A code over all of it,
 * by a key that serves no other purpose, shows that a server with the same keys wrote it; no file has what is needed
 * for that but the one with the keys. Immutable.
 *
 * @param id names it alone; not a secret
 * @param token the {@link OperatorToken#fingerprint} of the token
 */
record OperatorLogin(String keyId, String id, String token, long untilMillis) {
    private static final String USE = "operator sign-in";
    private static final int MOST_CHARACTERS = 150;
    private static final Pattern ID = Pattern.compile("[0-9A-Za-z_-]{22}");
    private static final Pattern SHAPE = Pattern.compile(
            "([0-9A-Za-z_-]{1,32})\\.(" + ID + ")\\.([0-9A-Za-z_-]{22})\\.([1-9][0-9]{0,14})\\.([0-9A-Za-z_-]{43})");

    static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /** The cookie for it. */
    String signed(SigningKey key) {
        return said() + "." + code(key);
    }

    private String said() {
        return keyId + "." + id + "." + token + "." + untilMillis;
    }

    private String code(SigningKey key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.code(USE, said()));
    }

    /** Null for what no key of ours has signed. The end is not looked at. */
    static OperatorLogin read(String text, KeyRing keys, long nowMillis) {
        Matcher parts = SHAPE.matcher(text.length() > MOST_CHARACTERS ? "" : text);
        if (!parts.matches()) {
            return null;
        }
        OperatorLogin login =
                new OperatorLogin(parts.group(1), parts.group(2), parts.group(3), Long.parseLong(parts.group(4)));
        SigningKey key = keys.find(login.keyId, nowMillis);
        boolean authentic = key != null && MessageDigest.isEqual(ascii(login.code(key)), ascii(parts.group(5)));
        return authentic ? login : null;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
