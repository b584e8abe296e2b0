package loomchat.identity.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import loomchat.identity.Identity;
import loomchat.identity.InvalidToken;
import loomchat.identity.keys.AccessTokens;
import loomchat.identity.keys.KeyRing;
import loomchat.identity.keys.Keys;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What proves that an operator has signed in, what does not, and what ends it, with a clock of the test's. */
class OperatorLoginsTest {
    @TempDir
    Path dir;

    private final AtomicLong clock = new AtomicLong(1_800_000_000_000L);
    private final AtomicReference<KeyRing> keys = new AtomicReference<>(Keys.ring());
    private final Map<String, Long> told = new HashMap<>();

    private OperatorTokens tokens;
    private OperatorToken token;
    private SignedOut signedOut;
    private OperatorLogins logins;

    @BeforeEach
    void open() throws Exception {
        tokens = OperatorTokens.open(dir.resolve("tokens"), notice -> {});
        token = tokens.find(tokens.create("ops", Instant.ofEpochMilli(clock.get())));
        signedOut = new SignedOut(null, clock::get, told::put);
        logins = new OperatorLogins(keys::get, tokens, signedOut, clock::get);
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toMillis());
    }

    private void refuses(String text) {
        assertThat(logins.find(text)).as(text).isNull();
    }

    @Test
    void aLoginHoldsForTwelveHoursAtEachServerWithTheSameKeysAndTokens() throws Exception {
        String secret = logins.begin(token);
        assertThat(secret).isNotEqualTo(logins.begin(token)).matches("[0-9A-Za-z_.-]{100,150}");
        OperatorLogins other = new OperatorLogins(
                keys::get,
                OperatorTokens.open(dir.resolve("tokens"), notice -> {}),
                new SignedOut(null, clock::get, told::put),
                clock::get);
        pass(OperatorLogins.LENGTH.minusMillis(1));
        assertThat(logins.find(secret)).isEqualTo(token);
        assertThat(other.find(secret)).isEqualTo(token);
        pass(Duration.ofMillis(1));
        refuses(secret);
        assertThat(other.find(secret)).isNull();
        assertThat(told).isEmpty();
    }

    @Test
    void eachCharacterCounts() {
        String secret = logins.begin(token);
        for (int i = 0; i < secret.length(); i++) {
            for (char other : new char[] {'0', '1', 'A', '_', '.', 'é'}) {
                if (secret.charAt(i) != other) {
                    refuses(secret.substring(0, i) + other + secret.substring(i + 1));
                }
            }
            refuses(secret.substring(0, i));
            refuses(secret.substring(0, i) + secret.substring(i + 1));
        }
        for (String more : new String[] {"=", "A", ".", ".A", " ", "\n", "\0", "A".repeat(100_000)}) {
            refuses(secret + more);
            refuses(more + secret);
        }
        String[] parts = secret.split("\\.");
        // The same number, written otherwise.
        refuses(secret.replace("." + parts[3] + ".", ".0" + parts[3] + "."));
        assertThat(logins.find(secret)).isEqualTo(token);
    }

    @Test
    void whoHasTheFileOfTheTokensCannotForgeALogin() {
        KeyRing guessed = Keys.forged(keys.get());
        String forged = new OperatorLogins(() -> guessed, tokens, signedOut, clock::get).begin(token);
        assertThat(forged).startsWith(logins.begin(token).split("\\.")[0] + ".");
        refuses(forged);
        refuses(token.hash());
        refuses(token.fingerprint());
    }

    @Test
    void aLoginIsNoAccessTokenAndAnAccessTokenIsNoLogin() {
        AccessTokens access = new AccessTokens(keys::get, Duration.ofMinutes(5), clock::get);
        String name = "A".repeat(22);
        refuses(access.issue(new Identity(name, name)));
        String secret = logins.begin(token);
        assertThat(access.isOurs(secret)).isFalse();
        assertThatExceptionOfType(InvalidToken.class).isThrownBy(() -> access.verify(secret));
        // Nor with the code of one purpose over the statement of the other.
        String said = secret.substring(0, secret.lastIndexOf('.'));
        for (String purpose : new String[] {"refresh", "guest work", ""}) {
            byte[] code = keys.get().signing(clock.get()).code(purpose, said);
            refuses(said + "."
                    + java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(code));
        }
    }

    @Test
    void aLoginEndsWithItsTokenAlsoWhenTheNameIsGivenAgain() throws Exception {
        String secret = logins.begin(token);
        String next = logins.begin(tokens.find(tokens.create("next", Instant.now())));
        tokens.remove("ops");
        refuses(secret);
        tokens.create("ops", Instant.now());
        refuses(secret);
        assertThat(logins.find(next).name()).isEqualTo("next");
    }

    @Test
    void aLoginOutlivesANewKeyAndEndsWhenItsOwnIsRevoked() {
        String secret = logins.begin(token);
        keys.set(Keys.with(keys.get(), clock.get()));
        assertThat(logins.find(secret)).isEqualTo(token);
        String next = logins.begin(token);
        keys.set(new KeyRing(keys.get().keys().subList(1, 2)));
        refuses(secret);
        assertThat(logins.find(next)).isEqualTo(token);
    }

    @Test
    void whatAClockThatWasFarAheadHasSignedIsNoLogin() {
        pass(OperatorLogins.SKEW.plusMillis(1));
        String secret = logins.begin(token);
        pass(OperatorLogins.SKEW.plusMillis(1).negated());
        refuses(secret);
        pass(Duration.ofMillis(1));
        assertThat(logins.find(secret)).isEqualTo(token);
    }

    @Test
    void signingOutEndsOneLoginAndIsTold() {
        String secret = logins.begin(token);
        String other = logins.begin(token);
        logins.end(secret);
        refuses(secret);
        assertThat(logins.find(other)).isEqualTo(token);
        assertThat(told)
                .isEqualTo(Map.of(secret.split("\\.")[1], clock.get() + OperatorLogins.LENGTH.toMillis()))
                .isEqualTo(signedOut.all());
        told.clear();
        logins.end(secret);
        logins.end(other + "A");
        logins.end("");
        assertThat(told).isEmpty();
        pass(OperatorLogins.LENGTH);
        signedOut.forgetOld();
        assertThat(signedOut.all()).as("a clock may be set back").hasSize(1);
        pass(OperatorLogins.SKEW);
        signedOut.forgetOld();
        assertThat(signedOut.all()).isEmpty();
        logins.end(other);
        assertThat(told).as("it is over anyway").isEmpty();
    }

    @Test
    void whatAnotherServerSaysIsTakenIfItIsALogin() {
        String secret = logins.begin(token);
        String id = secret.split("\\.")[1];
        long until = clock.get() + OperatorLogins.LENGTH.toMillis();
        signedOut.heard("?", until);
        signedOut.heard(id + "A", until);
        signedOut.heard(id, until + Duration.ofDays(1).toMillis());
        signedOut.heard(id, 0);
        assertThat(signedOut.all()).isEmpty();
        signedOut.heard(id, until);
        refuses(secret);
        assertThat(told).as("they know").isEmpty();
    }

    @Test
    void whoHasSignedOutStaysSoAfterARestart() throws IOException {
        Path file = dir.resolve("signed-out.jsonl");
        String secret = logins.begin(token);
        String heard = logins.begin(token);
        String other = logins.begin(token);
        try (SignedOut kept = new SignedOut(file, clock::get, told::put)) {
            new OperatorLogins(keys::get, tokens, kept, clock::get).end(secret);
            assertThat(Files.readString(file))
                    .as("known to the system before the answer")
                    .contains(secret.split("\\.")[1])
                    .doesNotContain(secret.split("\\.")[4]);
            kept.heard(heard.split("\\.")[1], clock.get() + 1);
        }
        Files.writeString(file, "{\"id\":\"half", StandardOpenOption.APPEND);
        told.clear();
        try (SignedOut kept = new SignedOut(file, clock::get, told::put)) {
            OperatorLogins again = new OperatorLogins(keys::get, tokens, kept, clock::get);
            assertThat(again.find(secret)).isNull();
            assertThat(again.find(heard)).isNull();
            assertThat(again.find(other)).isEqualTo(token);
        }
        assertThat(told).isEmpty();
    }

    @Test
    void beyondTheBoundWhatWouldEndNextCountsAsSignedOut() {
        String first = logins.begin(token);
        String second = logins.begin(token);
        pass(Duration.ofSeconds(1));
        String later = logins.begin(token);
        logins.end(first);
        long until = clock.get() + OperatorLogins.LENGTH.toMillis();
        for (int i = 0; i < SignedOut.MOST; i++) {
            signedOut.heard("%022d".formatted(i), until);
        }
        assertThat(signedOut.all()).hasSize(SignedOut.MOST).doesNotContainKey(first.split("\\.")[1]);
        refuses(first);
        refuses(second);
        assertThat(logins.find(later)).isEqualTo(token);
    }
}
