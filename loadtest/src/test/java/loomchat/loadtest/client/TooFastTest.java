package loomchat.loadtest.client;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import loomchat.loadtest.testing.CommandRun;
import loomchat.loadtest.testing.ScriptedServer;
import loomchat.loadtest.testing.ScriptedServer.Wire;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that says that it does not take a message has not lost it; one that says nothing has. */
class TooFastTest {
    /** With the usual seed the first who comes writes, the other reads. */
    private static final String TWO = """
            {"protocol": "chat.v1", "stages": [{"clients": 2, "every": "300ms"}], "duration": "3s",
             "personas": [{"kind": "steady", "every": "1m"}, {"kind": "steady", "name": "writer", "every": "20ms"}]}""";

    @TempDir
    Path dir;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsRefusedUntilTheEndIsNotTaken(boolean says) throws Exception {
        Path file = Files.writeString(dir.resolve("scenario.json"), TWO);
        try (ScriptedServer server = new ScriptedServer()) {
            CompletableFuture<CommandRun> run = CompletableFuture.supplyAsync(
                    () -> CommandRun.stress(dir.resolve("results"), file.toString(), "URL=" + server.url()),
                    task -> Thread.ofPlatform().start(task));
            Wire writer = server.welcomed("writer");
            writer.hears("find");
            Wire reader = server.welcomed("reader");
            reader.hears("find");
            for (Wire each : new Wire[] {writer, reader}) {
                each.say("{\"type\":\"matched\",\"chat\":1,\"interests\":[],\"first\":true}");
            }
            for (int id = 1; id <= 3; id++) {
                JsonObject message = writer.hears("chat");
                assertThat(message.getInt("id")).isEqualTo(id);
                reader.say("{\"type\":\"chat\",\"chat\":1,\"id\":%d,\"text\":%s}".formatted(id, message.get("text")));
                writer.say("{\"type\":\"ack\",\"chat\":1,\"id\":%d,\"state\":\"sent\"}".formatted(id));
            }
            writer.hears("chat");
            if (says) {
                writer.say("{\"type\":\"error\",\"code\":\"too-fast\",\"text\":\"\",\"chat\":1,\"id\":4}");
            }
            writer.close(1008);
            CommandRun played = run.get(60, TimeUnit.SECONDS);
            assertThat(played.total("delivered")).isEqualTo(3);
            assertThat(played.total(says ? "notTaken" : "lost")).isPositive();
            assertThat(played.total(says ? "lost" : "notTaken")).isZero();
            assertThat(played.total("violations")).isZero();
            assertThat(played.out().contains("CHAT_MESSAGES_PER_SECOND")).isEqualTo(says);
        }
    }
}
