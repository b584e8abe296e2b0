package loomchat.identity.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A solution is good for who was given the challenge, for two minutes, once. */
@Timeout(60)
class GuestWorkTest {
    private static final int BITS = 10;
    private static final byte[] KEY = "one key for all nodes".getBytes(StandardCharsets.US_ASCII);
    private static final InetAddress CLIENT = InetAddress.ofLiteral("203.0.113.7");

    private final AtomicLong wallMillis = new AtomicLong(1_800_000_000_000L);
    private final AtomicLong nanos = new AtomicLong(-Duration.ofSeconds(5).toNanos());
    private final GuestWork work = node(KEY, 5);

    private GuestWork node(byte[] key, int above) {
        return new GuestWork(new GuestWork.Rules(true, BITS, above), () -> key, wallMillis::get, nanos::get);
    }

    private void pass(Duration time) {
        wallMillis.addAndGet(time.toMillis());
        nanos.addAndGet(time.toNanos());
    }

    private String solved(InetAddress client) throws InterruptedException {
        return WorkSolver.solve(work.challenge(client), BITS);
    }

    @Test
    void aSolutionIsAcceptedOnce() throws Exception {
        String solution = solved(CLIENT);
        assertThat(work.accept(solution, CLIENT)).isTrue();
        assertThat(work.accept(solution, CLIENT)).isFalse();
        assertThat(work.accept(solved(CLIENT), CLIENT)).isTrue();
    }

    @Test
    void anotherNumberForTheSameChallengeIsNotAcceptedEither() throws Exception {
        String solution = solved(CLIENT);
        String challenge = solution.substring(0, solution.indexOf('.'));
        assertThat(work.accept(solution, CLIENT)).isTrue();
        long first = Long.parseLong(solution.substring(challenge.length() + 1));
        for (long n = first + 1; ; n++) {
            if (Work.isDone(challenge + "." + n, BITS)) {
                assertThat(work.accept(challenge + "." + n, CLIENT)).isFalse();
                return;
            }
        }
    }

    @Test
    void itIsTheHashThatTheContractSays() throws Exception {
        String solution = solved(CLIENT);
        assertThat(solution).matches("[A-Za-z0-9_-]{43}\\.\\d+");
        String hash = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(solution.getBytes(StandardCharsets.US_ASCII)));
        assertThat(hash).matches("00[0-3].*");
    }

    @Test
    void bitsAreCountedFromTheFirst() {
        byte[] hash = {0, 0, 0b0001_0000, (byte) 0xff};
        for (int bits = 0; bits <= 19; bits++) {
            assertThat(Work.isDone(hash, bits)).as("%d bits", bits).isTrue();
        }
        for (int bits = 20; bits <= 32; bits++) {
            assertThat(Work.isDone(hash, bits)).as("%d bits", bits).isFalse();
        }
    }

    @Test
    void anotherAddressCannotUseItButTheSameNetworkCan() throws Exception {
        InetAddress v6 = InetAddress.ofLiteral("2001:db8:0:1::1");
        String solution = solved(v6);
        for (String other : List.of("2001:db8:0:2::1", "203.0.113.7", "::1")) {
            assertThat(work.accept(solution, InetAddress.ofLiteral(other)))
                    .as(other)
                    .isFalse();
        }
        assertThat(work.accept(solution, InetAddress.ofLiteral("2001:db8:0:1:ffff::2")))
                .isTrue();
        String v4 = solved(CLIENT);
        assertThat(work.accept(v4, InetAddress.ofLiteral("203.0.113.8"))).isFalse();
        assertThat(work.accept(v4, CLIENT)).isTrue();
    }

    @Test
    void aChallengeHoldsForTwoMinutes() throws Exception {
        String inTime = solved(CLIENT);
        String late = solved(CLIENT);
        pass(Duration.ofSeconds(120));
        assertThat(work.accept(inTime, CLIENT)).isTrue();
        pass(Duration.ofMillis(1));
        assertThat(work.accept(late, CLIENT)).isFalse();
    }

    @Test
    void aUsedSolutionIsKnownForAsLongAsItsChallengeHolds() throws Exception {
        for (int second = 0; second < 300; second += 7) {
            String solution = solved(CLIENT);
            assertThat(work.accept(solution, CLIENT)).isTrue();
            wallMillis.addAndGet(-1);
            pass(Duration.ofSeconds(7));
            assertThat(work.accept(solution, CLIENT)).isFalse();
        }
        String last = solved(CLIENT);
        assertThat(work.accept(last, CLIENT)).isTrue();
        for (int second = 0; second < 120; second++) {
            pass(Duration.ofSeconds(1));
            assertThat(work.accept(last, CLIENT)).isFalse();
        }
    }

    @Test
    void anotherNodeWithTheSameKeyTakesItAlsoWhenItsClockIsBehind() throws Exception {
        String solution = solved(CLIENT);
        wallMillis.addAndGet(-30_000);
        assertThat(node(KEY, 5).accept(solution, CLIENT)).isTrue();
        wallMillis.addAndGet(-1);
        assertThat(node(KEY, 5).accept(solution, CLIENT)).isFalse();
        wallMillis.addAndGet(30_001);
        assertThat(node("another key".getBytes(StandardCharsets.US_ASCII), 5).accept(solution, CLIENT))
                .isFalse();
    }

    @Test
    void moreBitsThanWereWorkedForAreNotThere() throws Exception {
        GuestWork harder = new GuestWork(new GuestWork.Rules(true, 26, 5), () -> KEY, wallMillis::get, nanos::get);
        assertThat(harder.accept(solved(CLIENT), CLIENT)).isFalse();
    }

    @Test
    void textsThatAreNoSolutionsAreNotAccepted() throws Exception {
        String solution = solved(CLIENT);
        String challenge = solution.substring(0, solution.indexOf('.'));
        for (String each : List.of(
                "",
                ".",
                challenge,
                challenge + ".",
                challenge + ".-1",
                challenge + ".+1",
                challenge + ". 1",
                challenge + ".1e3",
                challenge + ".\u0661",
                challenge + ".12345678901234567890",
                solution + "\n",
                " " + solution,
                solution + "." + solution,
                solution.substring(1),
                "=" + solution.substring(1),
                "é" + solution.substring(1),
                "x".repeat(100_000))) {
            assertThat(work.accept(each, CLIENT)).as(each).isFalse();
        }
        assertThat(work.accept(solution, CLIENT)).isTrue();
    }

    @Test
    void aChallengeThatWasTouchedAnywhereIsWorthNothing() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        String challenge = work.challenge(CLIENT);
        for (int i = 0; i < 50; i++) {
            // The last character has bits that no byte takes.
            int at = random.nextInt(challenge.length() - 1);
            char other = letters.charAt(random.nextInt(letters.length()));
            String touched = challenge.substring(0, at) + other + challenge.substring(at + 1);
            if (!touched.equals(challenge)) {
                assertThat(work.accept(WorkSolver.solve(touched, BITS), CLIENT))
                        .as("seed %d, %s at %d", seed, touched, at)
                        .isFalse();
            }
        }
        assertThat(work.accept(WorkSolver.solve(challenge, BITS), CLIENT)).isTrue();
    }

    @Test
    void ofManyWhoBringTheSameSolutionOneIsLetIn() throws Exception {
        for (int round = 0; round < 50; round++) {
            String solution = solved(CLIENT);
            AtomicInteger accepted = new AtomicInteger();
            CountDownLatch start = new CountDownLatch(1);
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 8; i++) {
                    threads.execute(() -> {
                        awaitUninterrupted(start);
                        if (work.accept(solution, CLIENT)) {
                            accepted.incrementAndGet();
                        }
                    });
                }
                start.countDown();
            }
            assertThat(accepted).hasValue(1);
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void itIsRequiredWhileManyArrive() {
        for (int i = 0; i < 50; i++) {
            work.arrived();
        }
        assertThat(work.required()).as("5 a second over ten seconds").isFalse();
        work.arrived();
        assertThat(work.required()).isTrue();
        pass(Duration.ofSeconds(9));
        assertThat(work.required()).as("9 s later").isTrue();
        pass(Duration.ofSeconds(1));
        assertThat(work.required()).as("10 s later").isFalse();
        for (int second = 0; second < 100; second++) {
            for (int i = 0; i < 6; i++) {
                work.arrived();
            }
            assertThat(work.required()).as("6 a second for %d s", second).isEqualTo(second >= 8);
            pass(Duration.ofSeconds(1));
        }
        pass(Duration.ofDays(10_000));
        assertThat(work.required()).isFalse();
    }

    @Test
    void withoutAllowanceTheFirstGuestHasToWork() {
        GuestWork always = node(KEY, 0);
        assertThat(always.required()).isFalse();
        always.arrived();
        assertThat(always.required()).isTrue();
    }

    @Test
    void whereItIsOffNobodyHasTo() {
        GuestWork off = new GuestWork(new GuestWork.Rules(false, BITS, 0), () -> KEY, wallMillis::get, nanos::get);
        off.arrived();
        assertThat(off.required()).isFalse();
        assertThat(off.isOn()).isFalse();
    }

    @Test
    void theMemoryOfUsedChallengesHasABound() {
        UsedChallenges used = new UsedChallenges(Duration.ofSeconds(150).toNanos(), nanos::get);
        for (long each = 0; each < 3L * UsedChallenges.MOST; each++) {
            assertThat(used.add(each)).isTrue();
        }
        assertThat(used.add(3L * UsedChallenges.MOST - 1)).as("of the last set").isFalse();
        assertThat(used.add(2L * UsedChallenges.MOST)).as("of the set before").isFalse();
        assertThat(used.add(0)).as("of one before that").isTrue();
    }

    @Test
    void aSolverThatIsToldToStopStops() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> WorkSolver.solve("x", 26)).isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
}
