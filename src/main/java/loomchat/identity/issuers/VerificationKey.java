package loomchat.identity.issuers;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;

/**
 * A public key of an issuer, for one algorithm: the header that the signature is checked by is ours, not the token's.
 * Any thread.
 */
record VerificationKey(JWSVerifier verifier, JWSHeader header) {
    boolean verify(String signed, String signature) {
        try {
            return verifier.verify(header, signed.getBytes(StandardCharsets.US_ASCII), new Base64URL(signature));
        } catch (JOSEException e) {
            return false;
        }
    }
}
