package loomchat.identity.issuers;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.HashMap;
import java.util.Map;

/** Reads a JWK set (RFC 7517). No state. */
final class KeySet {
    static final int MOST_BYTES = 256 * 1024;
    static final int MOST_KEYS = 100;

    private KeySet() {}

    /**
     * The keys that sign with this algorithm, by {@code kid}. Others in the set are for something else, or too weak.
     *
     * @throws IOException there is no such key; the message says so in one line
     */
    static Map<String, VerificationKey> read(byte[] json, SignatureAlgorithm algorithm) throws IOException {
        Map<String, Object>[] all = keys(json);
        if (all.length > MOST_KEYS) {
            throw new IOException(all.length + " keys, at most " + MOST_KEYS + " are allowed");
        }
        JWSHeader header = new JWSHeader(algorithm.jws);
        Map<String, VerificationKey> found = new HashMap<>();
        for (Map<String, Object> each : all) {
            JWK key = parse(each);
            JWSVerifier verifier = key == null || !isFor(key, algorithm) ? null : verifier(key, algorithm);
            if (verifier != null) {
                found.putIfAbsent(key.getKeyID(), new VerificationKey(verifier, header));
            }
        }
        if (found.isEmpty()) {
            throw new IOException("none of " + all.length + " keys is for " + algorithm
                    + " and has a kid (RSA from 2048 to 8192 bits, EC on P-256)");
        }
        return Map.copyOf(found);
    }

    private static Map<String, Object>[] keys(byte[] json) throws IOException {
        try {
            Map<String, Object> set = JSONObjectUtils.parse(new String(json, StandardCharsets.UTF_8));
            Map<String, Object>[] keys = set == null ? null : JSONObjectUtils.getJSONObjectArray(set, "keys");
            if (keys != null) {
                return keys;
            }
        } catch (ParseException e) {
            // Its message could quote the document.
        }
        throw new IOException("not a JWK set, which is a JSON object with a list \"keys\"");
    }

    /** Null for a key that is malformed or of a kind that we do not know. */
    private static JWK parse(Map<String, Object> key) {
        try {
            return JWK.parse(key);
        } catch (ParseException | RuntimeException e) {
            return null;
        }
    }

    private static boolean isFor(JWK key, SignatureAlgorithm algorithm) {
        return key.getKeyID() != null
                && !key.getKeyID().isEmpty()
                && (key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE))
                && (key.getKeyOperations() == null || key.getKeyOperations().contains(KeyOperation.VERIFY))
                && (key.getAlgorithm() == null || key.getAlgorithm().equals(algorithm.jws))
                && key.getKeyRevocation() == null;
    }

    private static JWSVerifier verifier(JWK key, SignatureAlgorithm algorithm) {
        try {
            return algorithm.verifier(key);
        } catch (JOSEException | RuntimeException e) {
            return null;
        }
    }
}
