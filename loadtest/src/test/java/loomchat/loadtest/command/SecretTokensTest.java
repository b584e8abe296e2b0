package loomchat.loadtest.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import loomchat.loadtest.testing.CommandRun;
import loomchat.loadtest.testing.FaultySessions;
import loomchat.loadtest.testing.FaultyV1Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tokens of {@code TOKEN} and {@code OPERATOR_TOKEN} go to the server and nowhere else. */
class SecretTokensTest {
    @TempDir
    Path results;

    @Test
    void theyComeFromTheEnvironmentAlone() {
        for (String name : List.of("TOKEN", "OPERATOR_TOKEN")) {
            CommandRun argument = CommandRun.stress(results, name + "=hush");
            assertThat(argument.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
            assertThat(argument.err())
                    .contains(name + " is taken from the environment only")
                    .doesNotContain("hush");
            CommandRun wrong = CommandRun.stress(Map.of(name, "hush\r\nX: y"), results);
            assertThat(wrong.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
            assertThat(wrong.err()).startsWith(name + " is not allowed").doesNotContain("hush");
            assertThat(wrong.err().lines()).hasSize(1);
        }
    }

    @Test
    void allUsersShowTheToken() throws IOException {
        FaultySessions sessions = new FaultySessions(FaultySessions.Fault.NONE, 1, 300);
        try (FaultyV1Server server = new FaultyV1Server(sessions)) {
            String token = sessions.token();
            CommandRun played = CommandRun.stress(
                    Map.of("TOKEN", token),
                    results,
                    "classic",
                    "PROTOCOL=chat.v1",
                    "URL=" + server.url(),
                    "CLIENTS=6",
                    "DURATION=1s");
            assertThat(sessions.known()).isEqualTo(6);
            assertThat(played.total("violations")).isZero();
            assertThat(played.total("failed")).isZero();
            assertThat(played.everything()).doesNotContain(token);
        }
    }
}
