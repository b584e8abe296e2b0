package loomchat.identity.issuers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import loomchat.identity.InvalidToken;
import loomchat.testing.Certificate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Issuers from their file, with the threads that follow their keys, on the real clock. */
@Timeout(60)
class LoadedIssuersTest {
    private static final long NOW = 1_800_000_000_000L;
    private static final TestSigner OLD = TestSigner.rsa("old", 2048);
    private static final TestSigner NEW = TestSigner.rsa("new", 2048);

    @TempDir
    private Path dir;

    private IssuerFiles files;

    @BeforeEach
    void open() {
        files = new IssuerFiles(dir);
    }

    private static boolean isValid(TrustedIssuers issuers, TestSigner signer) {
        try {
            return issuers.verify(signer.token(IssuerFiles.claims("example", NOW)), NOW) != null;
        } catch (InvalidToken e) {
            return false;
        }
    }

    @Test
    void aKeyFileThatIsReplacedCountsWithinSeconds() throws Exception {
        files.write("keys.json", TestSigner.set(OLD));
        Path list = files.list(IssuerFiles.issuer("example", "RS256", "file:keys.json"));
        try (TrustedIssuers issuers = TrustedIssuers.load(list)) {
            assertThat(isValid(issuers, OLD)).isTrue();
            assertThat(isValid(issuers, NEW)).isFalse();
            files.write("keys.json", TestSigner.set(OLD, NEW));
            await().atMost(Duration.ofSeconds(20)).until(() -> isValid(issuers, NEW));
            assertThat(isValid(issuers, OLD)).isTrue();
            files.write("keys.json", TestSigner.set(NEW));
            await().atMost(Duration.ofSeconds(20)).until(() -> !isValid(issuers, OLD));
            assertThat(isValid(issuers, NEW)).isTrue();
        }
    }

    @Test
    void aKeyFileThatIsBrokenOrGoneLeavesTheKeysAndIsReadWhenItIsMended() throws Exception {
        Path keys = files.write("keys.json", TestSigner.set(OLD));
        JwksFile source = new JwksFile(keys);
        IssuerKeys read = new IssuerKeys("example", SignatureAlgorithm.RS256, source, System::nanoTime);
        assertThat(read.readFile()).isNull();
        assertThat(read.readFile()).as("unchanged").isNull();
        files.write("keys.json", TestSigner.set(NEW).substring(0, 50));
        assertThat(read.readFile()).startsWith("not a JWK set");
        Files.delete(keys);
        assertThat(read.readFile()).isEqualTo("there is no file " + keys);
        assertThat(read.find("old")).isNotNull();
        files.write("keys.json", TestSigner.set(NEW) + " ".repeat(KeySet.MOST_BYTES));
        assertThat(read.readFile()).isEqualTo(keys + " is larger than 256 KB");
        files.write("keys.json", TestSigner.set(NEW));
        assertThat(read.readFile()).isNull();
        assertThat(read.find("old")).isNull();
        assertThat(read.find("new")).isNotNull();
    }

    @Test
    void keysFromAServerAreThereWhenTheStartIsOver() throws Exception {
        try (JwksEndpoint endpoint = new JwksEndpoint()) {
            endpoint.answers(TestSigner.set(OLD));
            Path list = files.list(
                    IssuerFiles.issuer("example", "RS256", endpoint.uri().toString()));
            try (TrustedIssuers issuers = TrustedIssuers.load(list)) {
                assertThat(isValid(issuers, OLD)).isTrue();
                for (int i = 0; i < 1000; i++) {
                    assertThat(isValid(issuers, NEW)).isFalse();
                }
                assertThat(endpoint.requests).hasValue(1);
            }
        }
    }

    @Test
    void anIssuerWhoseServerIsDownDoesNotHoldUpTheStartNorTheOthers() throws Exception {
        files.write("keys.json", TestSigner.set(OLD));
        try (JwksEndpoint endpoint = new JwksEndpoint()) {
            endpoint.hangs();
            Path list = files.list(
                    IssuerFiles.issuer("down", "ES256", endpoint.uri().toString()),
                    IssuerFiles.issuer("example", "RS256", "file:keys.json"));
            long start = System.nanoTime();
            try (TrustedIssuers issuers = TrustedIssuers.load(list)) {
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(9));
                assertThat(isValid(issuers, OLD)).isTrue();
            }
        }
    }

    @Test
    void aServerWhoseCertificateNobodyTrustsGivesNoKeys() throws Exception {
        try (JwksEndpoint endpoint = new JwksEndpoint(Certificate.make(dir).context())) {
            endpoint.answers(TestSigner.set(OLD));
            JwksFetch fetch = new JwksFetch(endpoint.uri(), JwksFetch.DEADLINE);
            assertThatThrownBy(fetch::read)
                    .isExactlyInstanceOf(IOException.class)
                    .hasMessageStartingWith("fetching from 127.0.0.1 failed: javax.net.ssl.SSLHandshakeException: ");
            assertThat(endpoint.requests).hasValue(0);
        }
    }

    @Test
    void withoutAFileEveryTokenIsRefused() {
        assertThatThrownBy(() -> TrustedIssuers.NONE.verify(OLD.token(IssuerFiles.claims("example", NOW)), NOW))
                .isExactlyInstanceOf(InvalidToken.class);
        TrustedIssuers.NONE.close();
    }
}
