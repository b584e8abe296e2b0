package loomchat.identity.issuers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which keys of a set an issuer may sign with. */
class KeySetTest {
    private static final TestSigner RSA = TestSigner.rsa("r", 2048);
    private static final TestSigner EC = TestSigner.ec("e", "secp256r1");

    private static Map<String, VerificationKey> read(SignatureAlgorithm algorithm, List<String> jwks)
            throws IOException {
        return KeySet.read(TestSigner.set(jwks).getBytes(StandardCharsets.UTF_8), algorithm);
    }

    private static boolean isTaken(SignatureAlgorithm algorithm, TestSigner key, String jwk) throws IOException {
        TestSigner other = algorithm == SignatureAlgorithm.RS256 ? RSA : EC;
        VerificationKey found =
                read(algorithm, List.of(jwk, other.jwk("\"kid\":\"other\""))).get(key.kid());
        if (found == null) {
            return false;
        }
        String token = key.token("{}");
        int end = token.lastIndexOf('.');
        assertThat(found.verify(token.substring(0, end), token.substring(end + 1)))
                .as("its signature by %s", jwk)
                .isTrue();
        return true;
    }

    @Test
    void keysForTheAlgorithmAreTakenWhateverElseTheySay() throws Exception {
        for (String fields : List.of(
                "\"kid\":\"r\"",
                "\"kid\":\"r\",\"use\":\"sig\",\"alg\":\"RS256\",\"key_ops\":[\"verify\"]",
                "\"kid\":\"r\",\"x-vendor\":{\"a\":[1]}")) {
            assertThat(isTaken(SignatureAlgorithm.RS256, RSA, RSA.jwk(fields)))
                    .as(fields)
                    .isTrue();
        }
        for (int bits : List.of(3072, 4096)) {
            TestSigner key = TestSigner.largeRsa("large", bits);
            assertThat(isTaken(SignatureAlgorithm.RS256, key, key.jwk()))
                    .as("%d bits", bits)
                    .isTrue();
        }
        assertThat(isTaken(SignatureAlgorithm.ES256, EC, EC.jwk())).isTrue();
    }

    @Test
    void keysForSomethingElseAreNot() throws Exception {
        for (String fields : List.of(
                "",
                "\"kid\":\"\"",
                "\"kid\":7",
                "\"kid\":\"r\",\"use\":\"enc\"",
                "\"kid\":\"r\",\"alg\":\"RS512\"",
                "\"kid\":\"r\",\"alg\":\"PS256\"",
                "\"kid\":\"r\",\"alg\":\"HS256\"",
                "\"kid\":\"r\",\"key_ops\":[\"encrypt\"]",
                "\"kid\":\"r\",\"revoked\":{\"revoked_at\":1,\"reason\":\"compromised\"}")) {
            assertThat(isTaken(SignatureAlgorithm.RS256, RSA, RSA.jwk(fields)))
                    .as(fields)
                    .isFalse();
        }
        assertThat(isTaken(SignatureAlgorithm.RS256, EC, EC.jwk())).isFalse();
        assertThat(isTaken(SignatureAlgorithm.ES256, RSA, RSA.jwk())).isFalse();
    }

    @Test
    void weakAndWrongKeysAreNot() throws Exception {
        for (int bits : List.of(1024, 2040)) {
            TestSigner weak = TestSigner.rsa("weak", bits);
            assertThat(isTaken(SignatureAlgorithm.RS256, weak, weak.jwk()))
                    .as("%d bits", bits)
                    .isFalse();
        }
        for (String curve : List.of("secp384r1", "secp521r1")) {
            TestSigner other = TestSigner.ec("curve", curve);
            assertThat(isTaken(SignatureAlgorithm.ES256, other, other.jwk()))
                    .as(curve)
                    .isFalse();
        }
        String exponent = RSA.jwk().replaceFirst("\"e\":\"[^\"]+\"", "\"e\":\"AQ\"");
        assertThat(isTaken(SignatureAlgorithm.RS256, RSA, exponent))
                .as("exponent 1")
                .isFalse();
        String offTheCurve = EC.jwk().replaceFirst("\"y\":\"...", "\"y\":\"AAA");
        assertThat(isTaken(SignatureAlgorithm.ES256, EC, offTheCurve))
                .as("no point of the curve")
                .isFalse();
        String huge = RSA.jwk().replaceFirst("\"n\":\"", "\"n\":\"" + "_".repeat(1200));
        assertThat(isTaken(SignatureAlgorithm.RS256, RSA, huge))
                .as("9,000 bits")
                .isFalse();
        for (String broken :
                List.of("{\"kid\":\"r\"}", "{\"kty\":\"RSA\",\"kid\":\"r\"}", "{\"kty\":7,\"kid\":\"r\"}")) {
            assertThat(isTaken(SignatureAlgorithm.RS256, RSA, broken))
                    .as(broken)
                    .isFalse();
        }
    }

    @Test
    void theFirstOfTwoKeysWithOneNameCounts() throws Exception {
        TestSigner second = TestSigner.ec("e", "secp256r1");
        VerificationKey found =
                read(SignatureAlgorithm.ES256, List.of(EC.jwk(), second.jwk())).get("e");
        String token = second.token("{}");
        int end = token.lastIndexOf('.');
        assertThat(found.verify(token.substring(0, end), token.substring(end + 1)))
                .isFalse();
    }

    @Test
    void aSetCutAnywhereIsNoSet() throws Exception {
        String set = TestSigner.set(EC);
        List<Integer> taken = new ArrayList<>();
        for (int length = 0; length < set.length(); length++) {
            byte[] cut = set.substring(0, length).getBytes(StandardCharsets.UTF_8);
            assertThatThrownBy(() ->
                            taken.add(KeySet.read(cut, SignatureAlgorithm.ES256).size()))
                    .as("cut at %d", length)
                    .isExactlyInstanceOf(IOException.class);
        }
        assertThat(taken).isEmpty();
    }
}
