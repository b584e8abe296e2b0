package loomchat.identity;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A visitor whom the server recognises. It has no name: {@code subject} is random, or, behind the name of another
 * issuer and a colon, what that issuer calls its user.
 *
 * @param subject names it in the record and in bans; unique
 * @param session the refresh family of its token; null for a token of another issuer
 */
public record Identity(String subject, String session) {
    /** Stands for the subject where a number must do: negative, the same on each server. */
    public long number() {
        return number(subject);
    }

    /** A hash of 63 bits: two of a million subjects share one in one of ten million servers. */
    public static long number(String subject) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(subject.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(hash).getLong() | Long.MIN_VALUE;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
