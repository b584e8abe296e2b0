package loomchat.identity.issuers;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.security.spec.RSAPrivateKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.List;

/** The other side of an issuer, with the JDK alone: signs tokens, and shows its public key as a JWK. */
record TestSigner(String kid, String algorithm, KeyPair pair) {
    static TestSigner rsa(String kid, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return new TestSigner(kid, "RS256", generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** A key of 3072 or 4096 bits, of primes just below a power of two: to look for others takes seconds. */
    static TestSigner largeRsa(String kid, int bits) {
        BigInteger power = BigInteger.ONE.shiftLeft(bits / 2);
        BigInteger p = power.subtract(BigInteger.valueOf(bits == 3072 ? 3453 : 1557));
        BigInteger q = power.subtract(BigInteger.valueOf(bits == 3072 ? 4977 : 2543));
        BigInteger order = p.subtract(BigInteger.ONE).multiply(q.subtract(BigInteger.ONE));
        BigInteger n = p.multiply(q);
        BigInteger e = RSAKeyGenParameterSpec.F4;
        try {
            KeyFactory factory = KeyFactory.getInstance("RSA");
            return new TestSigner(
                    kid,
                    "RS256",
                    new KeyPair(
                            factory.generatePublic(new RSAPublicKeySpec(n, e)),
                            factory.generatePrivate(new RSAPrivateKeySpec(n, e.modInverse(order)))));
        } catch (GeneralSecurityException wrong) {
            throw new AssertionError(wrong);
        }
    }

    /** @param curve such as secp256r1 */
    static TestSigner ec(String kid, String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return new TestSigner(kid, "ES256", generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    String token(String claims) {
        return token("{\"alg\":\"%s\",\"kid\":\"%s\"}".formatted(algorithm, kid), claims);
    }

    /** Signed rightly, whatever the header says. */
    String token(String header, String claims) {
        String signed = base64Url(header.getBytes(StandardCharsets.UTF_8)) + "."
                + base64Url(claims.getBytes(StandardCharsets.UTF_8));
        return signed + "." + base64Url(sign(signed));
    }

    private byte[] sign(String text) {
        try {
            Signature signature = Signature.getInstance(
                    pair.getPublic() instanceof RSAPublicKey ? "SHA256withRSA" : "SHA256withECDSAinP1363Format");
            signature.initSign(pair.getPrivate());
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    String jwk() {
        return jwk("\"kid\":\"%s\"".formatted(kid));
    }

    /** @param fields beside those of the key itself */
    String jwk(String fields) {
        String key = pair.getPublic() instanceof RSAPublicKey rsa
                ? "\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\""
                        .formatted(number(rsa.getModulus(), 0), number(rsa.getPublicExponent(), 0))
                : curve((ECPublicKey) pair.getPublic());
        return "{" + key + (fields.isEmpty() ? "" : "," + fields) + "}";
    }

    private static String curve(ECPublicKey key) {
        int bits = key.getParams().getCurve().getField().getFieldSize();
        int bytes = (bits + 7) / 8;
        return "\"kty\":\"EC\",\"crv\":\"P-%d\",\"x\":\"%s\",\"y\":\"%s\""
                .formatted(
                        bits,
                        number(key.getW().getAffineX(), bytes),
                        number(key.getW().getAffineY(), bytes));
    }

    private static String number(BigInteger number, int leastBytes) {
        byte[] bytes = number.toByteArray();
        int sign = bytes[0] == 0 ? 1 : 0;
        byte[] whole = new byte[Math.max(leastBytes, bytes.length - sign)];
        System.arraycopy(bytes, sign, whole, whole.length - bytes.length + sign, bytes.length - sign);
        return base64Url(whole);
    }

    static String set(TestSigner... keys) {
        return set(List.of(keys).stream().map(TestSigner::jwk).toList());
    }

    static String set(List<String> jwks) {
        return "{\"keys\":[" + String.join(",", jwks) + "]}";
    }

    static String base64Url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
