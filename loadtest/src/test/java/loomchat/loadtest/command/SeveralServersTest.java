package loomchat.loadtest.command;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import loomchat.Loomchat;
import loomchat.loadtest.testing.CommandRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run against several servers that do not know of each other. */
class SeveralServersTest {
    @TempDir
    Path dir;

    private final List<Loomchat> servers = new ArrayList<>();

    private String start() throws Exception {
        Path logs = dir.resolve("logs" + servers.size());
        // Each shows in its report those that were there before.
        String others = servers.stream().map(each -> each.logDir().toString()).collect(Collectors.joining(","));
        Loomchat server = Loomchat.start(Map.of(
                "HOST",
                "127.0.0.1",
                "PORT",
                "0",
                "LOG_DIR",
                logs.toString(),
                "REPORT_DIRS",
                others,
                "DRAIN_TIMEOUT",
                "0s"));
        servers.add(server);
        return "ws://127.0.0.1:" + server.port() + "/";
    }

    @AfterEach
    void stop() {
        servers.forEach(Loomchat::close);
    }

    @Test
    void usersAreSpreadEvenlyAndTheServersCountsAreAddedUp() throws Exception {
        String urls = start() + ", " + start() + "," + start();
        CommandRun played = CommandRun.stress(
                dir.resolve("results"), "classic", "URL=" + urls, "CLIENTS=30", "DURATION=2s", "SEED=1");
        assertThat(played.total("failed")).isZero();
        assertThat(played.total("matched")).isEqualTo(30);
        assertThat(played.total("lost")).isZero();
        assertThat(played.total("delivered")).isPositive();
        assertThat(played.summary().getJsonArray("reconciliation").getValuesAs(JsonObject.class))
                .hasSize(5)
                .allSatisfy(line -> assertThat(line.getBoolean("agrees"))
                        .as(line.toString())
                        .isTrue());
        assertThat(played.out()).contains(urls.replaceAll(", ?", ", "));
        for (Loomchat each : servers) {
            String log = Files.readString(each.logDir().resolve("chat-logs.jsonl"));
            assertThat(log.lines().filter(line -> line.contains("\"event\":\"New Connection\"")))
                    .hasSize(10);
            assertThat(log).contains("Load Test Started", "Load Test Ended");
        }
    }

    /** Each of two processes plays users of both servers, so that all may be matched. */
    @Test
    void aShareOfARunHasUsersOfEachServer() throws Exception {
        String urls = start() + "," + start();
        CommandRun played = CommandRun.stress(
                dir.resolve("results"), "classic", "URL=" + urls, "CLIENTS=17", "RATE=51", "DURATION=1s", "SHARE=2/2");
        assertThat(played.total("matched")).isEqualTo(8);
        for (Loomchat each : servers) {
            String log = Files.readString(each.logDir().resolve("chat-logs.jsonl"));
            assertThat(log.lines().filter(line -> line.contains("\"event\":\"New Connection\"")))
                    .hasSize(4);
            assertThat(log.lines().filter(line -> line.contains("\"event\":\"Load Test Started\"")))
                    .singleElement()
                    .asString()
                    .contains("\"clients\":8,", "\"ratePerSecond\":24,", "\"share\":\"2 of 2\"");
            assertThat(log).contains("\"event\":\"Load Test Ended\"");
        }
    }

    @Test
    void aServerThatIsNotThereIsNamedBeforeAnyWork() throws Exception {
        CommandRun played =
                CommandRun.stress(dir.resolve("results"), "classic", "URL=" + start() + ",ws://127.0.0.1:1/");
        assertThat(played.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(played.err()).contains("ws://127.0.0.1:1/");
    }

    @Test
    void wrongUsageIsOneLine() throws IOException {
        for (String[] each : new String[][] {
            {"classic", "URL=ws://a/,ws://a/"},
            {"classic", "URL=ws://a/,"},
            {"classic", "URL=ws://a/echo,ws://b/"}
        }) {
            CommandRun played = CommandRun.stress(dir.resolve("results"), each);
            assertThat(played.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
            assertThat(played.err().lines()).as(each[1]).hasSize(1);
            assertThat(played.err()).contains("URL=");
        }
    }

    @Test
    void identitiesTakeOneServer() throws Exception {
        CommandRun played =
                CommandRun.stress(dir.resolve("results"), "identity", "URL=" + start() + "," + start(), "CLIENTS=4");
        assertThat(played.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(played.err().lines()).hasSize(1);
        assertThat(played.err()).contains("one URL");
    }
}
