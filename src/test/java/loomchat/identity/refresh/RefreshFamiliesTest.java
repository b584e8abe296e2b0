package loomchat.identity.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import loomchat.identity.Identity;
import loomchat.identity.keys.KeyRing;
import loomchat.identity.keys.Keys;
import loomchat.identity.refresh.RefreshFamilies.EndReason;
import loomchat.identity.refresh.RefreshFamilies.Granted;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Refresh tokens rotate; whoever comes with an old one ends the family, and whoever lost an answer does not. */
class RefreshFamiliesTest {
    private static final Duration LIFETIME = Duration.ofDays(30);
    private static final int MOST = 100;

    @TempDir
    Path dir;

    private final AtomicLong wall = new AtomicLong(1_800_000_000_000L);
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L);
    private final List<String> ended = new ArrayList<>();
    private KeyRing ring = Keys.ring();
    private RefreshFamilies families;

    @BeforeEach
    void open() throws IOException {
        families = new RefreshFamilies(
                new RefreshFamilies.Settings(dir.resolve("sessions.jsonl"), LIFETIME, Duration.ofMinutes(5), MOST),
                () -> ring,
                wall::get,
                nanos::get,
                this::ended,
                SharedFamilies.NONE);
    }

    private synchronized void ended(Identity identity, EndReason reason) {
        ended.add(identity.subject() + " " + reason);
    }

    @AfterEach
    void close() {
        families.close();
    }

    private void restart() throws IOException {
        families.close();
        open();
    }

    private void pass(Duration time) {
        wall.addAndGet(time.toMillis());
        nanos.addAndGet(time.toNanos());
    }

    private void hasNoSession(String token) {
        assertThatExceptionOfType(RefreshRefused.NoSession.class)
                .isThrownBy(() -> families.refresh(token))
                .withMessage("There is no such session");
    }

    @Test
    void eachRefreshGivesASuccessorOfTheSameIdentity() throws Exception {
        Granted begun = families.begin();
        Granted next = families.refresh(begun.refreshToken());
        Granted afterNext = families.refresh(next.refreshToken());
        assertThat(List.of(begun.generation(), next.generation(), afterNext.generation()))
                .containsExactly(0L, 1L, 2L);
        assertThat(Set.of(begun.refreshToken(), next.refreshToken(), afterNext.refreshToken()))
                .hasSize(3);
        assertThat(afterNext.identity()).isEqualTo(begun.identity());
        assertThat(families.begin().identity().subject())
                .isNotEqualTo(begun.identity().subject());
    }

    @Test
    void theTokenBeforeGivesTheSameSuccessorForThirtySeconds() throws Exception {
        Granted begun = families.begin();
        Granted next = families.refresh(begun.refreshToken());
        pass(RefreshFamilies.GRACE);
        assertThat(families.refresh(begun.refreshToken())).isEqualTo(next);
        assertThat(families.refresh(next.refreshToken()).generation()).isEqualTo(2);
        assertThat(ended).isEmpty();
    }

    @Test
    void theTokenBeforeEndsTheFamilyAfterThirtySeconds() throws Exception {
        Granted begun = families.begin();
        Granted next = families.refresh(begun.refreshToken());
        pass(RefreshFamilies.GRACE.plusNanos(1));
        hasNoSession(begun.refreshToken());
        hasNoSession(next.refreshToken());
        assertThat(ended).containsExactly(begun.identity().subject() + " REPLAY");
        assertThat(families.hasEnded(begun.identity().session())).isTrue();
    }

    @Test
    void anOlderTokenEndsTheFamilyAtOnceAndOnce() throws Exception {
        Granted begun = families.begin();
        Granted newest = families.refresh(families.refresh(begun.refreshToken()).refreshToken());
        hasNoSession(begun.refreshToken());
        hasNoSession(newest.refreshToken());
        hasNoSession(begun.refreshToken());
        assertThat(ended).containsExactly(begun.identity().subject() + " REPLAY");
    }

    @Test
    void aRestartKeepsGenerationsAndEnds() throws Exception {
        Granted one = families.begin();
        Granted other = families.begin();
        Granted newest = families.refresh(one.refreshToken());
        families.end(other.refreshToken());
        restart();
        assertThat(families.hasEnded(other.identity().session())).isTrue();
        hasNoSession(other.refreshToken());
        assertThat(families.refresh(newest.refreshToken()).generation()).isEqualTo(2);
        hasNoSession(one.refreshToken());
        assertThat(ended).hasSize(2);
    }

    @Test
    void anAnswerThatARestartCutOffCanBeAskedForAgain() throws Exception {
        Granted begun = families.begin();
        Granted lost = families.refresh(begun.refreshToken());
        restart();
        assertThat(families.refresh(begun.refreshToken())).isEqualTo(lost);
    }

    @Test
    void aRotationThatAPowerCutTookFromTheFileIsLearnedFromItsToken() throws Exception {
        Granted begun = families.begin();
        families.close();
        byte[] before = Files.readAllBytes(dir.resolve("sessions.jsonl"));
        open();
        Granted newest = families.refresh(families.refresh(begun.refreshToken()).refreshToken());
        families.close();
        Files.write(dir.resolve("sessions.jsonl"), before);
        open();
        Granted next = families.refresh(newest.refreshToken());
        assertThat(next.generation()).isEqualTo(3);
        assertThat(next.identity()).isEqualTo(begun.identity());
        hasNoSession(begun.refreshToken());
    }

    @Test
    void twentyAtOnceGetTheSameSuccessor() throws Exception {
        Granted token = families.begin();
        try (ExecutorService tabs = Executors.newFixedThreadPool(20)) {
            for (int round = 1; round <= 200; round++) {
                String old = token.refreshToken();
                List<Callable<Granted>> all = new ArrayList<>();
                for (int tab = 0; tab < 20; tab++) {
                    all.add(() -> families.refresh(old));
                }
                Set<Granted> answers = new HashSet<>();
                for (Future<Granted> each : tabs.invokeAll(all)) {
                    answers.add(each.get());
                }
                assertThat(answers).as("round %d", round).hasSize(1);
                token = answers.iterator().next();
                assertThat(token.generation()).isEqualTo(round);
                pass(Duration.ofMinutes(2));
            }
        }
        assertThat(ended).isEmpty();
    }

    @Test
    void anIdentityThatAsksTooOftenWaitsAndIsNotEnded() throws Exception {
        Granted token = families.begin();
        int refreshes = 0;
        try {
            while (refreshes < 1000) {
                token = families.refresh(token.refreshToken());
                refreshes++;
            }
        } catch (RefreshRefused.TooOften e) {
            // From here on it has to wait.
        }
        assertThat(refreshes).isEqualTo(40);
        pass(Duration.ofSeconds(3));
        assertThat(families.refresh(token.refreshToken()).generation()).isEqualTo(41);
        assertThat(ended).isEmpty();
    }

    @Test
    void anOldKeyVerifiesAndANewOneSigns() throws Exception {
        Granted begun = families.begin();
        KeyRing before = ring;
        ring = Keys.with(before, wall.get());
        Granted next = families.refresh(begun.refreshToken());
        String kid = ring.keys().getLast().id();
        assertThat(next.refreshToken()).startsWith(kid + ".");
        assertThat(families.refresh(begun.refreshToken()))
                .as("the same successor")
                .isEqualTo(next);
        ring = new KeyRing(List.of(ring.keys().getLast()));
        assertThat(families.refresh(next.refreshToken()).generation()).isEqualTo(2);
        hasNoSession(begun.refreshToken());
        assertThat(ended).as("a token that no key verifies ends nothing").isEmpty();
    }

    @Test
    void anIdentityThatWasNotRefreshedForLongIsOver() throws Exception {
        Granted begun = families.begin();
        pass(LIFETIME);
        Granted next = families.refresh(begun.refreshToken());
        pass(LIFETIME.plusMillis(1));
        hasNoSession(next.refreshToken());
        families.forgetOld();
        assertThat(families.size()).isZero();
        assertThat(ended).isEmpty();
    }

    @Test
    void aCrowdOfIdentitiesThatNobodyUsesMakesRoom() throws Exception {
        Granted used = families.refresh(families.begin().refreshToken());
        for (int i = 1; i < MOST; i++) {
            families.begin();
        }
        assertThatExceptionOfType(RefreshRefused.Full.class).isThrownBy(() -> families.begin());
        pass(Duration.ofHours(2));
        families.forgetOld();
        assertThat(families.size()).isEqualTo(1);
        families.begin();
        families.refresh(used.refreshToken());
    }

    @Test
    void whatIsNoTokenEndsNothing() throws Exception {
        Granted begun = families.begin();
        String[] parts = begun.refreshToken().split("\\.");
        List<String> bad = new ArrayList<>(List.of(
                "",
                "...",
                begun.refreshToken() + "A",
                begun.refreshToken().substring(1),
                String.join(".", parts[0], parts[1], "1", parts[3]),
                String.join(".", parts[0], parts[1], "-1", parts[3]),
                String.join(".", parts[0], parts[1], "99999999999999999999", parts[3]),
                String.join(".", "other", parts[1], parts[2], parts[3]),
                "x".repeat(100_000)));
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            StringBuilder changed = new StringBuilder(begun.refreshToken());
            changed.setCharAt(random.nextInt(changed.length()), (char) (32 + random.nextInt(95)));
            if (!changed.toString().equals(begun.refreshToken())) {
                bad.add(changed.toString());
            }
        }
        for (String each : bad) {
            assertThatExceptionOfType(RefreshRefused.NoSession.class)
                    .as("seed %d: %s", seed, each)
                    .isThrownBy(() -> families.refresh(each));
        }
        assertThat(families.refresh(begun.refreshToken()).generation()).isEqualTo(1);
        assertThat(ended).isEmpty();
    }

    @Test
    void theFileHoldsNoToken() throws Exception {
        Granted next = families.refresh(families.begin().refreshToken());
        families.close();
        String code = next.refreshToken().substring(next.refreshToken().lastIndexOf('.') + 1);
        assertThat(Files.readString(dir.resolve("sessions.jsonl"))).doesNotContain(code);
        open();
    }
}
