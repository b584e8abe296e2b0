package loomchat.identity.issuers;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;

/** How an issuer signs (RFC 7518, 3.1). */
enum SignatureAlgorithm {
    /** RSA with keys of 2,048 to 8,192 bits: larger ones would be a way to make us slow. */
    RS256(JWSAlgorithm.RS256) {
        @Override
        JWSVerifier verifier(JWK key) throws JOSEException {
            return key instanceof RSAKey rsa && rsa.size() >= 2048 && rsa.size() <= 8192
                    ? new RSASSAVerifier(rsa.toRSAPublicKey())
                    : null;
        }
    },
    /** ECDSA on the curve P-256. */
    ES256(JWSAlgorithm.ES256) {
        @Override
        JWSVerifier verifier(JWK key) throws JOSEException {
            return key instanceof ECKey ec && ec.getCurve().equals(Curve.P_256)
                    ? new ECDSAVerifier(ec.toECPublicKey())
                    : null;
        }
    };

    final JWSAlgorithm jws;

    SignatureAlgorithm(JWSAlgorithm jws) {
        this.jws = jws;
    }

    /** Checks signatures by this key; null when it is a key for something else. */
    abstract JWSVerifier verifier(JWK key) throws JOSEException;
}
