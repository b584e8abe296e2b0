package loomchat.identity.issuers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Keys from a real HTTP server that misbehaves, on a clock of the test's. */
@Timeout(60)
class IssuerKeysTest {
    private static final Logger LOGGER = Logger.getLogger("loomchat");
    private static final TestSigner OLD = TestSigner.ec("old", "secp256r1");
    private static final TestSigner NEW = TestSigner.ec("new", "secp256r1");

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - TimeUnit.MINUTES.toNanos(1));
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
    private final Handler listener = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private JwksEndpoint endpoint;
    private IssuerKeys keys;

    @BeforeEach
    void open() throws Exception {
        LOGGER.addHandler(listener);
        endpoint = new JwksEndpoint();
        endpoint.answers(TestSigner.set(OLD));
        keys = keys(Duration.ofSeconds(30));
    }

    private IssuerKeys keys(Duration deadline) {
        JwksFetch source = new JwksFetch(endpoint.uri(), deadline);
        return new IssuerKeys("example", SignatureAlgorithm.ES256, source, nanos::get);
    }

    @AfterEach
    void close() {
        LOGGER.removeHandler(listener);
        keys.close();
        endpoint.close();
    }

    private void after(String time) throws InterruptedException {
        nanos.addAndGet(Duration.parse("PT" + time).toNanos());
        keys.refreshWhenDue();
    }

    private void assertKeys(boolean old, boolean fresh) {
        assertThat(keys.find("old") != null).as("the old key").isEqualTo(old);
        assertThat(keys.find("new") != null).as("the new key").isEqualTo(fresh);
    }

    @Test
    void aRotationIsSeenWhenTheSetIsNoLongerFresh() throws Exception {
        endpoint.answers(200, TestSigner.set(OLD), "public, max-age=600");
        after("0S");
        assertThat(keys.find("old")).isNotNull();
        endpoint.answers(200, TestSigner.set(OLD, NEW), "max-age=600");
        after("9M59S");
        assertThat(endpoint.requests).hasValue(1);
        after("1S");
        assertKeys(true, true);
        endpoint.answers(200, TestSigner.set(NEW), "max-age=600");
        after("10M");
        assertKeys(false, true);
    }

    @Test
    void anUnknownKeyIsLookedForAtMostOnceAMinuteAndNeverByWhoAsks() throws Exception {
        endpoint.answers(200, TestSigner.set(OLD), "max-age=86400");
        after("0S");
        endpoint.answers(200, TestSigner.set(OLD, NEW), "max-age=86400");
        assertKeys(true, false);
        after("59S");
        assertThat(endpoint.requests).hasValue(1);
        after("1S");
        assertThat(endpoint.requests).hasValue(2);
        assertKeys(true, true);
        for (int second = 1; second <= 300; second++) {
            assertThat(keys.find("nobody's-" + second)).isNull();
            after("1S");
        }
        assertThat(endpoint.requests).hasValue(7);
        after("1M");
        after("1M");
        assertThat(endpoint.requests).as("without anybody asking").hasValue(7);
    }

    @Test
    void howLongASetIsFreshHasBounds() throws Exception {
        for (String[] each : new String[][] {
            {null, "5M"},
            {"max-age=0", "5M"},
            {"max-age=1, must-revalidate", "5M"},
            {"no-cache, max-age=7200", "5M"},
            {"no-store", "5M"},
            {"max-age=-1", "5M"},
            {"max-age=soon", "5M"},
            {"max-age=99999999999999999999", "5M"},
            {"public, MAX-AGE=7200", "2H"},
            {"max-age=\"7200\"", "2H"},
            {"max-age=86400", "24H"},
            {"max-age=999999999", "24H"}
        }) {
            endpoint.answers(200, TestSigner.set(OLD), each[0]);
            keys = keys(Duration.ofSeconds(30));
            after("0S");
            int before = endpoint.requests.get();
            nanos.addAndGet(-TimeUnit.SECONDS.toNanos(1));
            after(each[1]);
            assertThat(endpoint.requests).as("%s, a second early", each[0]).hasValue(before);
            after("1S");
            assertThat(endpoint.requests).as("%s, in time", each[0]).hasValue(before + 1);
        }
    }

    @Test
    void answersThatAreNoKeySetLeaveTheKeysAsTheyAre() throws Exception {
        after("0S");
        List<String> tooMany = IntStream.range(0, 101)
                .mapToObj(each -> NEW.jwk("\"kid\":\"k" + each + "\""))
                .toList();
        for (Runnable each : List.<Runnable>of(
                () -> endpoint.answers(500, TestSigner.set(NEW), null),
                () -> endpoint.answers(404, "", null),
                () -> endpoint.answers(302, TestSigner.set(NEW), null),
                () -> endpoint.answers(308, "", null),
                () -> endpoint.answers(204, "", null),
                () -> endpoint.answers("<html>" + TestSigner.set(NEW)),
                () -> endpoint.answers("[]"),
                () -> endpoint.answers("null"),
                () -> endpoint.answers("{}"),
                () -> endpoint.answers("{\"keys\":{}}"),
                () -> endpoint.answers("{\"keys\":[7]}"),
                () -> endpoint.answers(TestSigner.set()),
                () -> endpoint.answers(TestSigner.set(TestSigner.rsa("rsa", 2048))),
                () -> endpoint.answers(TestSigner.set(tooMany)),
                () -> endpoint.answers("[".repeat(200_000)),
                () -> endpoint.answers(TestSigner.set(NEW) + " ".repeat(256 * 1024)),
                endpoint::neverEnds,
                endpoint::breaksInTheMiddle)) {
            each.run();
            int before = endpoint.requests.get();
            int linesBefore = lines.size();
            after("5M");
            assertThat(endpoint.requests).hasValue(before + 1);
            assertThat(lines).hasSize(linesBefore + 1);
            assertThat(lines.getLast())
                    .startsWith("The keys of issuer example in AUTH_ISSUERS_FILE cannot be read: ")
                    .endsWith(". Those read before stay")
                    .doesNotContain("\n", "null");
            assertKeys(true, false);
        }
    }

    @Test
    void aHundredKeysInAQuarterMegabyteAreTaken() throws Exception {
        List<String> many = IntStream.range(0, 100)
                .mapToObj(each -> NEW.jwk("\"kid\":\"k" + each + "\""))
                .toList();
        String json = TestSigner.set(many);
        endpoint.answers(json + " ".repeat(256 * 1024 - json.length()));
        after("0S");
        assertThat(keys.find("k0")).isNotNull();
        assertThat(keys.find("k99")).isNotNull();
        assertThat(lines).isEmpty();
    }

    @Test
    void anEndpointThatHangsIsGivenUpAndAskedAgain() throws Exception {
        keys = keys(Duration.ofSeconds(1));
        after("0S");
        for (Runnable each : List.<Runnable>of(endpoint::hangs, endpoint::hangsInTheMiddle)) {
            each.run();
            long start = System.nanoTime();
            after("5M");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
            assertThat(lines.getLast()).contains("no answer of 127.0.0.1 within 1 s");
            assertKeys(true, false);
        }
        endpoint.answers(TestSigner.set(NEW));
        after("15S");
        assertKeys(false, true);
    }

    @Test
    void anEndpointThatIsGoneCostsALineAMinuteAndNoKey() throws Exception {
        after("0S");
        endpoint.close();
        after("5M");
        for (int second = 0; second < 120; second++) {
            after("1S");
        }
        assertThat(lines).hasSize(3).allSatisfy(line -> assertThat(line).contains("ConnectException"));
        assertThat(keys.find("old")).isNotNull();
    }

    @Test
    void withoutAnyKeysTheLineSaysSo() throws Exception {
        endpoint.answers(503, "", null);
        after("0S");
        assertThat(lines)
                .containsExactly("The keys of issuer example in AUTH_ISSUERS_FILE cannot be read:"
                        + " the answer of 127.0.0.1 was 503. Its tokens are refused");
        endpoint.answers(TestSigner.set(NEW));
        after("14S");
        assertThat(keys.find("new")).isNull();
        after("1S");
        assertThat(keys.find("new")).isNotNull();
    }

    @Test
    void whileAnAnswerIsAwaitedKeysAreFoundAndTheEndDoesNotWait() throws Exception {
        CountDownLatch hung = new CountDownLatch(1);
        keys.start();
        keys.awaitFirst(TimeUnit.SECONDS.toNanos(30));
        assertThat(keys.find("old")).isNotNull();
        endpoint.hangs();
        nanos.addAndGet(TimeUnit.MINUTES.toNanos(5));
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> endpoint.requests.get() == 2);
        Thread.ofVirtual().start(() -> {
            assertThat(keys.find("old")).isNotNull();
            assertThat(keys.find("new")).isNull();
            hung.countDown();
        });
        assertThat(hung.await(10, TimeUnit.SECONDS)).isTrue();
        keys.close();
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(IssuerKeysTest::hasNoThread);
        assertThat(lines).isEmpty();
    }

    private static boolean hasNoThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .noneMatch(each -> each.getName().startsWith("jwks-"));
    }
}
