package loomchat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose state cannot be read or written. */
class StateWatchTest {
    @TempDir
    Path dir;

    private Map<String, String> settings(String... more) {
        Map<String, String> all = new HashMap<>(Map.of(
                "AUTH",
                "off",
                "HOST",
                "127.0.0.1",
                "PORT",
                "0",
                "DRAIN_TIMEOUT",
                "0s",
                "LOG_DIR",
                dir.resolve("logs").toString()));
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        return all;
    }

    @Test
    void aStateThatCannotBeReadStopsTheStartWithOneLine() throws IOException {
        Files.createDirectories(dir.resolve("state/bans.jsonl"));
        assertThatThrownBy(() -> Loomchat.start(
                        settings("STATE_DIR", dir.resolve("state").toString())))
                .isInstanceOf(Loomchat.CannotStart.class)
                .hasMessage("STATE_DIR=" + dir.resolve("state") + " cannot be used: bans.jsonl is not a regular file");
        assertThatThrownBy(() -> Loomchat.start(settings("OPERATOR_TOKENS_FILE", dir.toString())))
                .isInstanceOf(Loomchat.CannotStart.class)
                .hasMessage("OPERATOR_TOKENS_FILE=" + dir + " cannot be used: it is not a regular file");
    }

    @Test
    void aServerWithoutBansAndTokensMakesNoFiles() throws Exception {
        try (Loomchat server = Loomchat.start(settings())) {
            assertThat(server.port()).isPositive();
        }
        assertThat(dir.resolve("logs/state")).doesNotExist();
    }

    @Test
    void aBanThatCannotBeWrittenHoldsAndThePageSaysThatItIsNotDurable() throws Exception {
        Path state = Files.writeString(dir.resolve("state"), "a file where the folder should be");
        try (Loomchat server = Loomchat.start(settings(
                        "STATE_DIR",
                        state.toString(),
                        "OPERATOR_TOKENS_FILE",
                        dir.resolve("tokens").toString()));
                HttpClient client = HttpClient.newHttpClient()) {
            URI page = URI.create("http://127.0.0.1:" + server.port() + "/operator");
            HttpRequest ban = HttpRequest.newBuilder(page.resolve("/operator/ban"))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString("target=192.0.2.1&for=1h&reason="))
                    .build();
            assertThat(client.send(ban, HttpResponse.BodyHandlers.discarding()).statusCode())
                    .isEqualTo(303);
            HttpRequest get = HttpRequest.newBuilder(page).build();
            assertThat(client.send(get, HttpResponse.BodyHandlers.ofString()).body())
                    .contains(">192.0.2.1<", "Bans hold, but are lost when the server stops");
            Files.delete(state);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(client.send(get, HttpResponse.BodyHandlers.ofString())
                                    .body())
                            .contains(">192.0.2.1<")
                            .doesNotContain("lost when the server stops"));
            assertThat(Files.readString(state.resolve("bans.jsonl"))).contains("192.0.2.1");
        }
    }
}
