package loomchat.loadtest.testing;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The access tokens of a test's server, independent of the real one: HS256, one key, one form. Any thread. */
final class SignedTokens {
    private static final String HEADER = "{\"typ\":\"at+jwt\",\"alg\":\"HS256\",\"kid\":\"one\"}";

    private final byte[] key = new byte[32];
    private final int lifeSeconds;

    SignedTokens(int lifeSeconds) {
        this.lifeSeconds = lifeSeconds;
        new SecureRandom().nextBytes(key);
    }

    String sign(String subject, String session) {
        long now = System.currentTimeMillis() / 1000;
        String claims =
                "{\"iss\":\"test\",\"aud\":\"test\",\"sub\":\"%s\",\"sid\":\"%s\",\"jti\":\"%s\",\"iat\":%d,\"exp\":%d}"
                        .formatted(subject, session, UUID.randomUUID(), now, now + lifeSeconds);
        String signed = encoded(HEADER) + "." + encoded(claims);
        return signed + "." + signature(signed);
    }

    /** The session of a token; null when it is not valid. */
    String session(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3
                || !parts[0].equals(encoded(HEADER))
                || !parts[2].equals(signature(parts[0] + "." + parts[1]))) {
            return null;
        }
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        long exp = Long.parseLong(claims.replaceFirst(".*\"exp\":(\\d+).*", "$1"));
        return exp * 1000 <= System.currentTimeMillis() ? null : claims.replaceFirst(".*\"sid\":\"([^\"]*)\".*", "$1");
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private String signature(String signed) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            byte[] signature = mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
