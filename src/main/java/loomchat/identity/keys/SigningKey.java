package loomchat.identity.keys;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * One secret of the server with its time. It signs access tokens with HS256 and nothing else; other uses get a key of
 * their own that is derived from it. Immutable; any thread.
 */
public final class SigningKey {
    /** The size of SHA-256, below which RFC 7518, 3.2 forbids a key. */
    static final int SECRET_BYTES = 32;

    private static final String HMAC = "HmacSHA256";

    private final String id;
    private final byte[] secret;
    private final long signsFromMillis;
    private final long verifiesUntilMillis;
    private final JWSHeader header;
    private final String encodedHeader;
    private final JWSSigner signer;
    /** Never used itself: a copy costs a third of a new one. */
    private final Mac mac;

    /** @param verifiesUntilMillis on the wall clock; {@link Long#MAX_VALUE} while no newer key has taken its place */
    SigningKey(String id, byte[] secret, long signsFromMillis, long verifiesUntilMillis) {
        this.id = id;
        this.secret = secret.clone();
        this.signsFromMillis = signsFromMillis;
        this.verifiesUntilMillis = verifiesUntilMillis;
        header = new JWSHeader.Builder(JWSAlgorithm.HS256)
                .type(new JOSEObjectType("at+jwt"))
                .keyID(id)
                .build();
        encodedHeader = header.toBase64URL().toString();
        try {
            signer = new MACSigner(secret);
        } catch (JOSEException e) {
            throw new IllegalArgumentException("The secret of a key has to have 32 bytes or more");
        }
        mac = newMac(secret);
    }

    public String id() {
        return id;
    }

    long signsFromMillis() {
        return signsFromMillis;
    }

    long verifiesUntilMillis() {
        return verifiesUntilMillis;
    }

    boolean verifiesAt(long millis) {
        return millis < verifiesUntilMillis;
    }

    /** The same key, with another end. */
    SigningKey until(long millis) {
        return new SigningKey(id, secret, signsFromMillis, Math.min(millis, verifiesUntilMillis));
    }

    byte[] secret() {
        return secret.clone();
    }

    JWSHeader header() {
        return header;
    }

    /** How each token that this key signs begins. */
    String encodedHeader() {
        return encodedHeader;
    }

    JWSSigner signer() {
        return signer;
    }

    /** Whether {@code signature} is that of {@code signed} by this key; takes as long wherever they differ. */
    boolean hasSigned(byte[] signed, byte[] signature) {
        return MessageDigest.isEqual(copyOfMac().doFinal(signed), signature);
    }

    private Mac copyOfMac() {
        try {
            return (Mac) mac.clone();
        } catch (CloneNotSupportedException e) {
            return newMac(secret);
        }
    }

    /** A code for {@code text} by a key that is derived from this one for {@code use}. */
    public byte[] code(String use, String text) {
        return mac(mac(secret, use), text);
    }

    private static byte[] mac(byte[] key, String text) {
        return newMac(key).doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Mac newMac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "key " + id;
    }
}
