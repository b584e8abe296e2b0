package loomchat.cluster;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import loomchat.cluster.redis.RedisCall;
import loomchat.cluster.redis.RedisLink;
import redis.clients.jedis.Protocol.Command;

/**
 * What a client keeps of its seat, sealed: where its server has died and Redis does not know the seat, because it was
 * away when the chat began or when the client came back, the client brings it. It is encrypted with a key that the
 * servers share through Redis (AES-256-GCM), and good only together with the secret that came before it. Any thread.
 */
final class Tickets {
    private static final String KEY = "ticket-key";
    /** Of the record: a ticket of a version with another one does not open. */
    private static final String FORM = "seat 1 ";

    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int MOST_KEYS = 4;
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final RedisLink link;
    /** The first seals; the others were used before the servers agreed on that. */
    private volatile List<SecretKeySpec> keys = List.of(key(random(KEY_BYTES)));

    /** The cluster's clock. */
    private long sharedNanos = System.nanoTime();

    Tickets(RedisLink link) {
        this.link = link;
    }

    private static SecretKeySpec key(byte[] bytes) {
        return new SecretKeySpec(bytes, "AES");
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    /** Agrees with the other servers on a key: that of who came first, or of anybody where Redis has lost it. */
    void share() {
        String own = BASE64.encodeToString(keys.getFirst().getEncoded());
        link.run(Command.SET, KEY, RedisCall.Reply.IGNORED, own, "NX");
        link.run(Command.GET, KEY, value -> {
            byte[] shared = Base64.getUrlDecoder().decode((byte[]) value);
            if (shared.length == KEY_BYTES) {
                use(shared);
            }
        });
    }

    synchronized void use(byte[] bytes) {
        SecretKeySpec shared = key(bytes);
        if (!shared.equals(keys.getFirst())) {
            keys = Stream.concat(Stream.of(shared), keys.stream().filter(each -> !each.equals(shared)))
                    .limit(MOST_KEYS)
                    .toList();
        }
    }

    /** The cluster's clock. */
    void tick(long now) {
        if (now - sharedNanos > AGAIN_NANOS && link.isUp()) {
            sharedNanos = now;
            share();
        }
    }

    /** @param resumeKey what the client's secret is known by */
    String seal(String resumeKey, byte[] record) {
        byte[] nonce = random(NONCE_BYTES);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, keys.getFirst(), nonce, resumeKey)
                    .doFinal(record);
            byte[] all = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
            System.arraycopy(sealed, 0, all, NONCE_BYTES, sealed.length);
            return BASE64.encodeToString(all);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The record of a ticket that a server of this crowd gave together with that secret; null for any other. */
    byte[] open(String resumeKey, String ticket) {
        byte[] all;
        try {
            all = Base64.getUrlDecoder().decode(ticket.getBytes(StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            return null;
        }
        if (all.length <= NONCE_BYTES) {
            return null;
        }
        byte[] nonce = Arrays.copyOf(all, NONCE_BYTES);
        for (SecretKeySpec each : keys) {
            try {
                return cipher(Cipher.DECRYPT_MODE, each, nonce, resumeKey)
                        .doFinal(all, NONCE_BYTES, all.length - NONCE_BYTES);
            } catch (GeneralSecurityException e) {
                // Not with this key.
            }
        }
        return null;
    }

    private static Cipher cipher(int mode, SecretKeySpec key, byte[] nonce, String resumeKey)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD((FORM + resumeKey).getBytes(StandardCharsets.US_ASCII));
        return cipher;
    }
}
