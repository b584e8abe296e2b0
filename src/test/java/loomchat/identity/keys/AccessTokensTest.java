package loomchat.identity.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import loomchat.identity.Identity;
import loomchat.identity.InvalidToken;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Our own tokens are taken until they are over, and everything else is refused in the same words. */
class AccessTokensTest {
    private static final long NOW = 1_800_000_000_000L;
    private static final Duration LIFETIME = Duration.ofMinutes(5);
    private static final String ID = "0123456789abcdefghi_-A";
    private static final Identity WHO = new Identity(ID, ID);

    private final AtomicLong clock = new AtomicLong(NOW);
    private KeyRing ring = Keys.ring();
    private final AccessTokens tokens = new AccessTokens(() -> ring, LIFETIME, clock::get);

    @Test
    void aTokenProvesItsIdentityUntilItIsOver() throws InvalidToken {
        String token = tokens.issue(WHO);
        assertThat(tokens.verify(token).identity()).isEqualTo(WHO);
        assertThat(tokens.verify(token).expiresMillis()).isEqualTo(NOW + LIFETIME.toMillis());
        clock.addAndGet(LIFETIME.toMillis() - 1);
        assertThat(tokens.verify(token).identity()).isEqualTo(WHO);
        clock.addAndGet(1);
        refuses(token);
    }

    @Test
    void aTokenHasTheFormOfRfc9068() throws Exception {
        SignedJWT token = SignedJWT.parse(tokens.issue(WHO));
        assertThat(token.getHeader().getType()).isEqualTo(new JOSEObjectType("at+jwt"));
        assertThat(token.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.HS256);
        assertThat(token.getJWTClaimsSet().getClaims().keySet())
                .containsExactlyInAnyOrder("iss", "aud", "sub", "sid", "jti", "iat", "exp");
    }

    @Test
    void noTwoTokensAreTheSame() {
        assertThat(tokens.issue(WHO)).isNotEqualTo(tokens.issue(WHO));
    }

    @Test
    void aNewKeyVerifiesBeforeItSignsAndAnOldOneBehindItsLastToken() throws InvalidToken {
        String old = tokens.issue(WHO);
        KeyRing before = ring;
        ring = KeyFile.rotated(before, NOW, Duration.ofMinutes(1), LIFETIME);
        SigningKey fresh = ring.keys().getLast();
        assertThat(tokens.issue(WHO)).startsWith(before.keys().getFirst().encodedHeader() + ".");
        // Another server's clock is ahead: it signs with the new key already.
        String early = new AccessTokens(() -> new KeyRing(List.of(fresh)), LIFETIME, clock::get).issue(WHO);
        assertThat(tokens.verify(early).identity()).isEqualTo(WHO);
        clock.addAndGet(Duration.ofMinutes(1).toMillis());
        assertThat(tokens.issue(WHO)).startsWith(fresh.encodedHeader() + ".");
        assertThat(tokens.verify(old).identity()).isEqualTo(WHO);
        clock.addAndGet(LIFETIME.toMillis());
        assertThat(ring.find(before.keys().getFirst().id(), clock.get())).isNull();
        refuses(old);
    }

    @TestFactory
    Stream<DynamicTest> everythingElseIsRefused() throws Exception {
        SigningKey key = ring.keys().getFirst();
        String good = tokens.issue(WHO);
        String[] parts = good.split("\\.");
        Map<String, String> bad = new TreeMap<>();
        bad.put("nothing", "");
        bad.put("no dots", "token");
        bad.put("dots alone", "..");
        bad.put("two parts", parts[0] + "." + parts[1]);
        bad.put("four parts", good + "." + parts[2]);
        bad.put("no signature", parts[0] + "." + parts[1] + ".");
        bad.put("no claims", parts[0] + ".." + parts[2]);
        bad.put("a signature cut short", good.substring(0, good.length() - 2));
        bad.put("another signature", parts[0] + "." + parts[1] + "." + "A".repeat(43));
        bad.put("claims changed", parts[0] + "." + base64("{\"sub\":\"" + ID + "\"}") + "." + parts[2]);
        bad.put("a space in front", " " + good);
        bad.put("a header padded", parts[0] + "=." + parts[1] + "." + parts[2]);
        bad.put("5 KB", parts[0] + "." + "A".repeat(5000) + "." + parts[2]);
        bad.put("no algorithm", new PlainJWT(claims(any -> {})).serialize());
        bad.put(
                "no algorithm, with our key's name",
                base64("{\"alg\":\"none\",\"typ\":\"at+jwt\",\"kid\":\"" + key.id() + "\"}") + "." + parts[1] + ".");
        bad.put("HS512 with our key", signed(JWSAlgorithm.HS512, key.id(), longSecret(key), any -> {}));
        bad.put("another type", signedAs("JWT", key.id(), key.secret(), any -> {}));
        bad.put("an unknown key", signed(JWSAlgorithm.HS256, "unknown", key.secret(), any -> {}));
        bad.put("another key under our name", signed(JWSAlgorithm.HS256, key.id(), new byte[32], any -> {}));
        bad.put("RSA under our key's name", rsa(key.id()));
        bad.put("another issuer", mine(key, claims -> claims.issuer("somebody")));
        bad.put("another audience", mine(key, claims -> claims.audience("somebody")));
        bad.put("no audience", mine(key, claims -> claims.audience((String) null)));
        bad.put("no subject", mine(key, claims -> claims.subject(null)));
        bad.put("a subject that is none of ours", mine(key, claims -> claims.subject("example:me")));
        bad.put("no session", mine(key, claims -> claims.claim("sid", null)));
        bad.put("a session that is a number", mine(key, claims -> claims.claim("sid", 12)));
        bad.put("expired", mine(key, claims -> claims.expirationTime(new Date(NOW))));
        bad.put("no expiry", mine(key, claims -> claims.expirationTime(null)));
        bad.put("issued in the future", mine(key, claims -> claims.issueTime(new Date(NOW + 60_000))));
        bad.put("no time of issue", mine(key, claims -> claims.issueTime(null)));
        return bad.entrySet().stream()
                .map(each -> DynamicTest.dynamicTest(each.getKey(), () -> refuses(each.getValue())));
    }

    private void refuses(String token) {
        assertThatExceptionOfType(InvalidToken.class)
                .isThrownBy(() -> tokens.verify(token))
                .withMessage(InvalidToken.TEXT);
    }

    private static JWTClaimsSet claims(Consumer<JWTClaimsSet.Builder> change) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer("loomchat")
                .audience("loomchat")
                .subject(ID)
                .claim("sid", ID)
                .issueTime(new Date(NOW))
                .expirationTime(new Date(NOW + 60_000));
        change.accept(claims);
        return claims.build();
    }

    private static String mine(SigningKey key, Consumer<JWTClaimsSet.Builder> change) throws Exception {
        return signedAs("at+jwt", key.id(), key.secret(), change);
    }

    private static String signedAs(String type, String kid, byte[] secret, Consumer<JWTClaimsSet.Builder> change)
            throws Exception {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .type(new JOSEObjectType(type))
                        .keyID(kid)
                        .build(),
                claims(change));
        token.sign(new MACSigner(secret));
        return token.serialize();
    }

    private static String signed(
            JWSAlgorithm algorithm, String kid, byte[] secret, Consumer<JWTClaimsSet.Builder> change) throws Exception {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(algorithm)
                        .type(new JOSEObjectType("at+jwt"))
                        .keyID(kid)
                        .build(),
                claims(change));
        token.sign(new MACSigner(secret));
        return token.serialize();
    }

    private static String rsa(String kid) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .type(new JOSEObjectType("at+jwt"))
                        .keyID(kid)
                        .build(),
                claims(any -> {}));
        token.sign(new RSASSASigner(generator.generateKeyPair().getPrivate()));
        return token.serialize();
    }

    private static byte[] longSecret(SigningKey key) {
        return java.util.Arrays.copyOf(key.secret(), 64);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
