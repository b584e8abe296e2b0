package loomchat.identity.work;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.MessageDigest;
import javax.crypto.Mac;

/** The hashes of a proof of work. No state. */
final class Work {
    private Work() {}

    /** Whether SHA-256 of the text begins with so many zero bits. */
    static boolean isDone(String solution, int bits) {
        return isDone(sha256().digest(solution.getBytes(StandardCharsets.US_ASCII)), bits);
    }

    static boolean isDone(byte[] hash, int bits) {
        for (int i = 0; i < bits / 8; i++) {
            if (hash[i] != 0) {
                return false;
            }
        }
        return bits % 8 == 0 || (hash[bits / 8] & 0xff) >> 8 - bits % 8 == 0;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] hmac(Key key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(key.getAlgorithm());
            mac.init(key);
            for (byte[] each : parts) {
                mac.update(each);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
