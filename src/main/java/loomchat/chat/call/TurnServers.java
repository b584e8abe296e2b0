package loomchat.chat.call;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * TURN servers that share a secret with this one, and short-lived credentials for them: a user name that begins with
 * the second of its end, and its HMAC-SHA1, base64 (draft-uberti-behave-turn-rest-00; coturn's {@code
 * use-auth-secret}). Any thread.
 */
public final class TurnServers {
    /** How long credentials are good for. An allocation goes on after that. */
    public static final int SECONDS = 600;

    private static final String MAC = "HmacSHA1";

    private final List<String> urls;
    private final SecretKeySpec key;

    /** For one call. */
    public record Credentials(String username, String credential) {
        /** Without what opens the server. */
        @Override
        public String toString() {
            return username;
        }
    }

    /** @throws IllegalArgumentException the secret is empty */
    public TurnServers(List<String> urls, String secret) {
        this.urls = List.copyOf(urls);
        key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), MAC);
    }

    public List<String> urls() {
        return urls;
    }

    /** @param user names the call; readable by who gets the credentials, and by the TURN server */
    public Credentials credentials(String user, long wallClockMillis) {
        String username = Math.floorDiv(wallClockMillis, 1000L) + SECONDS + ":" + user;
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            byte[] sum = mac.doFinal(username.getBytes(StandardCharsets.UTF_8));
            return new Credentials(username, Base64.getEncoder().encodeToString(sum));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has " + MAC, e);
        }
    }
}
