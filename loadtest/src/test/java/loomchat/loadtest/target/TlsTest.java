package loomchat.loadtest.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import loomchat.loadtest.testing.CommandRun;
import loomchat.loadtest.testing.FaultyPlainServer;
import loomchat.testing.Certificate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
    @TempDir
    static Path folder;

    @TempDir
    Path results;

    private static SSLContext context;
    private static Path authority;

    @BeforeAll
    static void makeCertificate() throws Exception {
        Certificate certificate = Certificate.make(folder);
        context = certificate.context();
        authority = certificate.pem();
    }

    private CommandRun play(FaultyPlainServer server, String host, String... more) {
        String[] arguments = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(
                                "classic",
                                "URL=wss://" + host + ":" + server.port() + "/",
                                "CLIENTS=6",
                                "DURATION=30s",
                                "MESSAGES=5"),
                        java.util.stream.Stream.of(more))
                .toArray(String[]::new);
        return CommandRun.stress(results, arguments);
    }

    @Test
    void aServerOfAnUnknownAuthorityIsNotReachable() throws Exception {
        try (FaultyPlainServer server = FaultyPlainServer.secure(context)) {
            CommandRun played = play(server, "localhost");
            assertThat(played.exitCode()).isEqualTo(3);
            assertThat(played.err())
                    .startsWith("No server at wss://localhost:")
                    .contains(": TLS (")
                    .hasLineCount(1);
        }
    }

    @Test
    void aGivenAuthorityIsTrusted() throws Exception {
        try (FaultyPlainServer server = FaultyPlainServer.secure(context)) {
            CommandRun played = play(server, "localhost", "CA=" + authority);
            assertThat(played.total("connected")).isEqualTo(6);
            assertThat(played.total("delivered"))
                    .isEqualTo(played.total("sent"))
                    .isPositive();
        }
    }

    @Test
    void aGivenAuthorityDoesNotVouchForAnotherName() throws Exception {
        try (FaultyPlainServer server = FaultyPlainServer.secure(context)) {
            assertThat(play(server, "127.0.0.1", "CA=" + authority).exitCode()).isEqualTo(3);
        }
    }

    @Test
    void whoChecksNothingIsToldSo() throws Exception {
        try (FaultyPlainServer server = FaultyPlainServer.secure(context)) {
            CommandRun played = play(server, "127.0.0.1", "--insecure");
            assertThat(played.total("connected")).isEqualTo(6);
            assertThat(played.out()).contains("the server's certificate was not checked");
        }
    }

    @Test
    void aFileThatIsNoCertificateIsSaidInOneLine() throws Exception {
        Path wrong = Files.writeString(folder.resolve("wrong.pem"), "nothing");
        try (FaultyPlainServer server = FaultyPlainServer.secure(context)) {
            CommandRun played = play(server, "localhost", "CA=" + wrong);
            assertThat(played.exitCode()).isEqualTo(2);
            assertThat(played.err())
                    .startsWith("CA=" + wrong + " is not allowed")
                    .hasLineCount(1);
        }
    }
}
