package loomchat.identity.refresh;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import loomchat.identity.keys.KeyRing;
import loomchat.identity.keys.SigningKey;

/**
 * What a refresh token says: its family and its generation there, and the key with whose help it can be checked. It is
 * computed from these three, so that the server can give the same token twice without keeping it, and its store holds
 * no token. Immutable.
 */
record RefreshToken(String keyId, String family, long generation) {
    private static final String USE = "refresh";
    private static final int MOST_CHARACTERS = 200;
    private static final Pattern SHAPE =
            Pattern.compile("([0-9A-Za-z_-]{1,32})\\.([0-9A-Za-z_-]{22})\\.([0-9]{1,18})\\.([0-9A-Za-z_-]{43})");

    /** The token as its owner keeps it. */
    String text(KeyRing keys, long nowMillis) {
        SigningKey key = keys.find(keyId, nowMillis);
        return (key == null ? with(keys.signing(nowMillis)) : this).signed(key != null ? key : keys.signing(nowMillis));
    }

    private RefreshToken with(SigningKey key) {
        return new RefreshToken(key.id(), family, generation);
    }

    private String signed(SigningKey key) {
        return keyId + "." + family + "." + generation + "." + code(key);
    }

    private String code(SigningKey key) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(key.code(USE, keyId + "." + family + "." + generation));
    }

    /** Null for what is not a token of ours. */
    static RefreshToken read(String text, KeyRing keys, long nowMillis) {
        Matcher parts = SHAPE.matcher(text.length() > MOST_CHARACTERS ? "" : text);
        if (!parts.matches()) {
            return null;
        }
        RefreshToken token = new RefreshToken(parts.group(1), parts.group(2), Long.parseLong(parts.group(3)));
        SigningKey key = keys.find(token.keyId, nowMillis);
        boolean authentic = key != null && MessageDigest.isEqual(ascii(token.code(key)), ascii(parts.group(4)));
        return authentic ? token : null;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
