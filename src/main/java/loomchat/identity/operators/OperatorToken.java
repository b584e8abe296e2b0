package loomchat.identity.operators;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What the server knows of an operator's token: never the token itself. Immutable.
 *
 * @param hash SHA-256 of the token, in hexadecimal digits
 */
public record OperatorToken(String name, String hash, Instant created) {
    public static final String ALLOWED_NAMES = "1 to 32 letters, digits and . _ -";

    private static final String PREFIX = "lco_";
    private static final int FINGERPRINT_BYTES = 16;
    private static final int BYTES = 32;
    private static final Pattern NAME = Pattern.compile("[0-9A-Za-z._-]{1,32}");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern TOKEN = Pattern.compile(PREFIX + "[0-9A-Za-z_-]{43}");
    private static final SecureRandom RANDOM = new SecureRandom();

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** 256 random bits, readable as an operator's token by people and by tools that look for leaked secrets. */
    static String random() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The hash of a token; null for a text that is none. */
    static String hash(String token) {
        if (!TOKEN.matcher(token).matches()) {
            return null;
        }
        return HexFormat.of().formatHex(sha256(token));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Says which token it is, and not what the file has of it. */
    String fingerprint() {
        byte[] first = Arrays.copyOf(sha256("loomchat operator " + hash), FINGERPRINT_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(first);
    }

    /** Its line in the file; null for any other line. */
    static OperatorToken read(String line) {
        String[] words = line.strip().split("\\s+");
        if (words.length != 3 || !isName(words[0]) || !HASH.matcher(words[1]).matches()) {
            return null;
        }
        try {
            return new OperatorToken(words[0], words[1], Instant.parse(words[2]));
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    String line() {
        return name + " " + hash + " " + created.truncatedTo(ChronoUnit.SECONDS);
    }
}
