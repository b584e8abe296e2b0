package loomchat.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    static Path folder;

    @TempDir
    Path results;

    private static SSLContext context;
    private static Path authority;

    /** A certificate that nobody knows but who is given it. */
    @BeforeAll
    static void makeCertificate() throws Exception {
        Path store = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD))
                .redirectErrorStream(true)
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        String certificate = Base64.getMimeEncoder()
                .encodeToString(keys.getCertificate("server").getEncoded());
        authority = Files.writeString(
                folder.resolve("ca.pem"),
                "-----BEGIN CERTIFICATE-----\n" + certificate + "\n-----END CERTIFICATE-----\n");
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, PASSWORD.toCharArray());
        context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
    }

    private Playing play(RelayFixture server, String host, String... more) {
        String[] arguments = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(
                                "classic",
                                "URL=wss://" + host + ":" + server.port() + "/",
                                "CLIENTS=6",
                                "DURATION=1500ms"),
                        java.util.stream.Stream.of(more))
                .toArray(String[]::new);
        return Playing.stress(results, arguments);
    }

    @Test
    void aServerOfAnUnknownAuthorityIsNotReachable() throws Exception {
        try (RelayFixture server = RelayFixture.secure(context)) {
            Playing played = play(server, "localhost");
            assertThat(played.exitCode()).isEqualTo(3);
            assertThat(played.err())
                    .startsWith("No server at wss://localhost:")
                    .contains(": TLS (")
                    .hasLineCount(1);
        }
    }

    @Test
    void aGivenAuthorityIsTrusted() throws Exception {
        try (RelayFixture server = RelayFixture.secure(context)) {
            Playing played = play(server, "localhost", "CA=" + authority);
            assertThat(played.total("connected")).isEqualTo(6);
            assertThat(played.total("delivered"))
                    .isEqualTo(played.total("sent"))
                    .isPositive();
        }
    }

    @Test
    void aGivenAuthorityDoesNotVouchForAnotherName() throws Exception {
        try (RelayFixture server = RelayFixture.secure(context)) {
            assertThat(play(server, "127.0.0.1", "CA=" + authority).exitCode()).isEqualTo(3);
        }
    }

    @Test
    void whoChecksNothingIsToldSo() throws Exception {
        try (RelayFixture server = RelayFixture.secure(context)) {
            Playing played = play(server, "127.0.0.1", "--insecure");
            assertThat(played.total("connected")).isEqualTo(6);
            assertThat(played.out()).contains("the server's certificate was not checked");
        }
    }

    @Test
    void aFileThatIsNoCertificateIsSaidInOneLine() throws Exception {
        Path wrong = Files.writeString(folder.resolve("wrong.pem"), "nothing");
        try (RelayFixture server = RelayFixture.secure(context)) {
            Playing played = play(server, "localhost", "CA=" + wrong);
            assertThat(played.exitCode()).isEqualTo(2);
            assertThat(played.err())
                    .startsWith("CA=" + wrong + " is not allowed")
                    .hasLineCount(1);
        }
    }
}
