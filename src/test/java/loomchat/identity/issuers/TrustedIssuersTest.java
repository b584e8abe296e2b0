package loomchat.identity.issuers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import loomchat.identity.Identity;
import loomchat.identity.InvalidToken;
import loomchat.identity.VerifiedToken;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of issuers whose keys are real, in real files; each way to forge one is refused with the same answer. */
@Timeout(60)
class TrustedIssuersTest {
    private static final long NOW = 1_800_000_000_000L;
    private static final long SECOND = NOW / 1000;
    private static final TestSigner RSA = TestSigner.rsa("r1", 2048);
    private static final TestSigner EC = TestSigner.ec("e1", "secp256r1");

    @TempDir
    private static Path dir;

    private static TrustedIssuers issuers;

    @BeforeAll
    static void load() throws Exception {
        IssuerFiles files = new IssuerFiles(dir);
        files.write(
                "rsa.json",
                TestSigner.set(List.of(
                        RSA.jwk(),
                        TestSigner.rsa("weak", 1024).jwk(),
                        "{\"kty\":\"oct\",\"kid\":\"secret\",\"k\":\"AAAA\"}",
                        "{\"kty\":\"new\",\"kid\":\"unknown\"}",
                        EC.jwk())));
        files.write("ec.json", TestSigner.set(EC, TestSigner.ec("e384", "secp384r1"), TestSigner.rsa("r2", 2048)));
        String other = IssuerFiles.issuer("other", "ES256", "file:" + dir.resolve("ec.json"));
        issuers = TrustedIssuers.load(files.list(
                IssuerFiles.issuer("rsa", "RS256", "file:rsa.json"),
                IssuerFiles.issuer("ec", "ES256", "file:ec.json"),
                other.replace("\"audience\"", "\"subject\":\"email\",\"audience\"")));
    }

    @AfterAll
    static void close() {
        issuers.close();
    }

    private static VerifiedToken verify(String token) throws InvalidToken {
        return issuers.verify(token, NOW);
    }

    private static void assertRefused(ThrowingCallable verification) {
        assertThatThrownBy(verification)
                .isExactlyInstanceOf(InvalidToken.class)
                .hasMessage("The token is not valid")
                .hasNoCause()
                .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
    }

    @Test
    void aTokenNamesItsIssuerAndItsUser() throws Exception {
        for (TestSigner each : List.of(RSA, EC)) {
            String name = each == RSA ? "rsa" : "ec";
            assertThat(verify(each.token(IssuerFiles.claims(name, NOW))))
                    .isEqualTo(new VerifiedToken(new Identity(name + ":alice", null), NOW + 300_000));
        }
    }

    @Test
    void theSameUserOfTwoIssuersIsTwoIdentities() throws Exception {
        Identity one = verify(EC.token(IssuerFiles.claims("ec", NOW))).identity();
        String claims = IssuerFiles.claims("other", NOW).replace("\"sub\"", "\"sub\":\"ignored\",\"email\"");
        Identity two = verify(EC.token(claims)).identity();
        assertThat(two.subject()).isEqualTo("other:alice");
        assertThat(two.number()).isNotEqualTo(one.number());
    }

    @Test
    void theAudienceMayBeOneOfSeveralAndTheTypeAsTheStandardsSay() throws Exception {
        String several = IssuerFiles.claims("ec", NOW).replace("\"chat\"", "[\"shop\",\"chat\"]");
        assertThat(verify(EC.token(several)).identity().subject()).isEqualTo("ec:alice");
        for (String type : List.of("JWT", "jwt", "at+jwt", "application/at+jwt")) {
            String header = "{\"typ\":\"%s\",\"alg\":\"ES256\",\"kid\":\"e1\",\"x5t\":\"harmless\"}".formatted(type);
            assertThat(verify(EC.token(header, IssuerFiles.claims("ec", NOW))))
                    .as(type)
                    .isNotNull();
        }
    }

    @Test
    void clocksMayBeHalfAMinuteApart() throws Exception {
        assertThat(verify(EC.token(times(SECOND - 29, SECOND, SECOND))).expiresMillis())
                .isEqualTo(NOW - 29_000);
        assertThat(verify(EC.token(times(SECOND + 60, SECOND + 30, SECOND + 30))))
                .isNotNull();
        assertRefused(() -> verify(EC.token(times(SECOND - 30, SECOND, SECOND))));
        assertRefused(() -> verify(EC.token(times(SECOND + 60, SECOND + 31, SECOND))));
        assertRefused(() -> verify(EC.token(times(SECOND + 60, SECOND, SECOND + 31))));
    }

    private static String times(long exp, long nbf, long iat) {
        return "{\"iss\":\"https://ec.example\",\"aud\":\"chat\",\"sub\":\"a\",\"exp\":%d,\"nbf\":%d,\"iat\":%d.5}"
                .formatted(exp, nbf, iat - 1);
    }

    @Test
    void noTokenLivesLongerThanADay() throws Exception {
        for (String exp : List.of("9999999999", "1800086401", "1e300", "9223372036854775807")) {
            String claims = IssuerFiles.claims("ec", NOW).replace(Long.toString(SECOND + 300), exp);
            assertThat(verify(EC.token(claims)).expiresMillis())
                    .as(exp)
                    .isEqualTo(NOW + Duration.ofHours(24).toMillis());
        }
    }

    @TestFactory
    List<DynamicTest> headersThatForge() {
        Map<String, String> cases = new TreeMap<>();
        for (String alg : List.of("none", "None", "HS256", "RS384", "PS256", "ES256", "rs256", "RS256 ", "EdDSA", "")) {
            cases.put("alg " + alg, "{\"alg\":\"" + alg + "\",\"kid\":\"r1\"}");
        }
        for (String more : List.of(
                "\"crit\":[]",
                "\"crit\":[\"exp\"],\"exp\":1",
                "\"b64\":false",
                "\"jwk\":" + RSA.jwk(),
                "\"jku\":\"https://evil.example/keys\"",
                "\"x5u\":\"https://evil.example/keys\"",
                "\"x5c\":[]",
                "\"typ\":\"refresh+jwt\"",
                "\"typ\":\"\"",
                "\"typ\":null",
                "\"typ\":7",
                "\"alg\":\"none\"",
                "\"kid\":\"r1\"")) {
            cases.put(more, "{\"alg\":\"RS256\",\"kid\":\"r1\"," + more + "}");
        }
        cases.put("no alg", "{\"kid\":\"r1\"}");
        cases.put("no kid", "{\"alg\":\"RS256\"}");
        cases.put("kid is a number", "{\"alg\":\"RS256\",\"kid\":1}");
        for (String kid : List.of("", "r2", "e1", "weak", "secret", "../r1", "r1' OR 1")) {
            cases.put("kid " + kid, "{\"alg\":\"RS256\",\"kid\":\"" + kid + "\"}");
        }
        cases.put("no object", "[]");
        cases.put("no JSON", "alg");
        cases.put("null", "null");
        cases.put("deep", "[".repeat(1500));
        return cases.entrySet().stream()
                .map(each -> DynamicTest.dynamicTest(
                        each.getKey(),
                        () -> assertRefused(() -> verify(RSA.token(each.getValue(), IssuerFiles.claims("rsa", NOW))))))
                .toList();
    }

    @TestFactory
    List<DynamicTest> claimsThatAreNotEnough() {
        String good = IssuerFiles.claims("ec", NOW);
        Map<String, String> cases = new TreeMap<>();
        for (String aud : List.of("\"shop\"", "[]", "[\"chat.example\"]", "[[\"chat\"]]", "null", "\"Chat\"", "{}")) {
            cases.put("aud " + aud, good.replace("\"chat\"", aud));
        }
        for (String iss : List.of("https://rsa.example", "https://nobody.example", "", "https://ec.example/")) {
            cases.put("iss " + iss, good.replace("https://ec.example", iss));
        }
        for (String exp : List.of("\"1800000300\"", "null", "-1", "0", "true", "1799999000", "NaN")) {
            cases.put("exp " + exp, good.replace(Long.toString(SECOND + 300), exp));
        }
        cases.put("no exp", good.replace("\"exp\"", "\"expires\""));
        cases.put("iat is a text", good.replace("\"iat\":", "\"iat\":\"now\",\"i\":"));
        cases.put("nbf is null", good.replace("\"iat\"", "\"nbf\":null,\"iat\""));
        for (String sub : List.of(
                "\"\"",
                "7",
                "null",
                "[\"alice\"]",
                "\"" + "a".repeat(201) + "\"",
                "\"a\\nb\"",
                "\"a\\u0000\"",
                "\"a\\u007f\"",
                "\"a\\u202eb\"",
                "\"a\\u2028b\"",
                "\"\\ud800\"")) {
            cases.put("sub " + sub, good.replace("\"alice\"", sub));
        }
        cases.put("no sub", good.replace("\"sub\"", "\"user\""));
        cases.put("two subs", good.replace("\"sub\"", "\"sub\":\"bob\",\"sub\""));
        cases.put("no object", "\"alice\"");
        return cases.entrySet().stream()
                .map(each -> DynamicTest.dynamicTest(
                        each.getKey(), () -> assertRefused(() -> verify(EC.token(each.getValue())))))
                .toList();
    }

    @TestFactory
    List<DynamicTest> textsThatAreNoTokens() {
        String good = RSA.token(IssuerFiles.claims("rsa", NOW));
        String signed = good.substring(0, good.lastIndexOf('.'));
        List<String> cases = new ArrayList<>(List.of(
                "",
                ".",
                "..",
                "...",
                "a.b.c",
                signed,
                signed + ".",
                good + ".",
                good + "=",
                good + " ",
                "." + good,
                good + "." + good,
                good.replace('.', ','),
                "Bearer " + good,
                good.substring(0, good.length() - 1),
                good.substring(1),
                good.replaceFirst("\\.", ".."),
                "é" + good.substring(1),
                good + "A",
                "x".repeat(100_000)));
        String padding = "\"pad\":\"" + "p".repeat(3000) + "\",\"iss\"";
        cases.add(RSA.token(IssuerFiles.claims("rsa", NOW).replace("\"iss\"", padding)));
        cases.add(signed + "." + hs256(signed));
        for (byte[] signature : List.of(new byte[64], new byte[256], new byte[1], new byte[1000])) {
            cases.add(signed + "." + TestSigner.base64Url(signature));
            String ec = EC.token(IssuerFiles.claims("ec", NOW));
            cases.add(ec.substring(0, ec.lastIndexOf('.') + 1) + TestSigner.base64Url(signature));
        }
        return cases.stream()
                .map(each ->
                        DynamicTest.dynamicTest("text of " + each.length(), () -> assertRefused(() -> verify(each))))
                .toList();
    }

    /** What a verifier would take that uses the public key as the secret of an HMAC. */
    private static String hs256(String signed) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(RSA.pair().getPublic().getEncoded(), "HmacSHA256"));
            return TestSigner.base64Url(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aTokenThatWasTouchedAnywhereIsRefused() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (TestSigner each : List.of(RSA, EC)) {
            String good = each.token(IssuerFiles.claims(each == RSA ? "rsa" : "ec", NOW));
            for (int i = 0; i < 500; i++) {
                // The last character has bits that no byte takes.
                int at = random.nextInt(good.length() - 1);
                char other = (char) (33 + random.nextInt(94));
                String touched = good.substring(0, at) + other + good.substring(at + 1);
                if (!touched.equals(good)) {
                    assertThatThrownBy(() -> verify(touched))
                            .as("seed %d, %s at %d", seed, touched, at)
                            .isExactlyInstanceOf(InvalidToken.class);
                }
            }
        }
    }

    @Test
    void nothingThatIsPrintedHasTheToken() throws Exception {
        String token = EC.token(IssuerFiles.claims("ec", NOW));
        assertThat(UnverifiedToken.parse(token).toString()).isEqualTo("UnverifiedToken");
        assertThat(verify(token).toString()).doesNotContain(token.substring(token.lastIndexOf('.') + 1));
    }
}
