package loomchat.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import loomchat.testing.RawClient;
import loomchat.testing.ServerProcess;
import loomchat.testing.StrictLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server says which scheduler it runs on, and counts its threads right on either. Played with and without the JDK's
 * internals.
 */
class SchedulerTest {
    private static final int CLIENTS = 7;

    @TempDir
    Path dir;

    @Test
    @Timeout(60)
    void theSchedulerIsToldAndItsThreadsAreCounted() throws Exception {
        Path errors = dir.resolve("errors");
        Path logs = dir.resolve("logs");
        String classPath = System.getProperty("java.class.path");
        Map<String, String> settings = Map.of("IO_THREADS", "3", "DRAIN_TIMEOUT", "0s");
        try (ServerProcess server =
                new ServerProcess(List.of(), classPath, Redirect.to(errors.toFile()), logs, settings)) {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> !gauge(logs, "virtualThreads").isEmpty());
            int idle = gauge(logs, "virtualThreads").getFirst();
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(RawClient.open(server.port(), "/"));
            }
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> gauge(logs, "virtualThreads").contains(idle + CLIENTS));
            clients.forEach(RawClient::close);
            assertThat(server.terminate(20)).isZero();
        }
        JsonObject started = new StrictLogReader(logs).events().getFirst();
        assertThat(started.getString("scheduler")).isEqualTo(Loop.carriesThreads() ? "loops" : "jdk");
        String notice = "add --add-opens=java.base/java.lang=ALL-UNNAMED";
        assertThat(Files.readString(errors).lines().filter(each -> each.contains(notice)))
                .hasSize(Loop.carriesThreads() ? 0 : 1);
        int processors = Runtime.getRuntime().availableProcessors();
        assertThat(gauge(logs, "carriers"))
                .isNotEmpty()
                .allSatisfy(each -> assertThat(each)
                        .isBetween(Loop.carriesThreads() ? 3 : 1, processors + (Loop.carriesThreads() ? 3 : 0)));
    }

    /** Of each sample that is whole. */
    private static List<Integer> gauge(Path logs, String name) throws Exception {
        return Pattern.compile("\"" + name + "\":(\\d+)[,}]")
                .matcher(Files.readString(logs.resolve("bandwidth.jsonl")))
                .results()
                .map(each -> Integer.valueOf(each.group(1)))
                .toList();
    }
}
