package loomchat.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import loomchat.Loomchat;
import loomchat.testing.LogLines;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The report of several servers over HTTP, from one of them. */
@Timeout(60)
class SeveralServersReportTest {
    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void severalServersAreShownTogetherOrOneOfThem(@TempDir Path own, @TempDir Path other) throws Exception {
        Files.writeString(
                other.resolve("chat-logs.jsonl"),
                "{\"time\":\"2026-01-01T00:00:00.000Z\",\"event\":\"Message Relay\",\"details\":\"\",\"seq\":1,\"session\":1,\"pair\":1,\"bytes\":5}\n");
        try (Loomchat several = Loomchat.start(
                Map.of("PORT", "0", "HOST", "127.0.0.1", "LOG_DIR", own.toString(), "REPORT_DIRS", other.toString()))) {
            String base = "http://127.0.0.1:" + several.port();
            String name = other.getFileName().toString();
            // With its first sample.
            Awaitility.await().until(() -> body(base + "/report?range=all").contains("1 of 2 servers running"));
            String both = body(base + "/report?range=all");
            assertThat(both)
                    .contains("In this range: 1 server went down without a stop.", "1 server went down</dd>")
                    .doesNotContainIgnoringCase("no crash");
            assertThat(both).contains(">Servers</h2>", "/report?range=1h", "node=" + name);
            assertThat(body(base + "/report.json")).contains("\"name\":\"" + name + "\"");
            String one = body(base + "/report?node=" + name);
            assertThat(one).contains("Server went down ", "/report?range=1h&amp;node=" + name);
            assertThat(body(base + "/report.csv?node=" + name).lines()).hasSize(2);
        }
    }

    @Test
    void aServerThatHasItsFolderAndWritesNothingIsNotCalledRunning(@TempDir Path own, @TempDir Path other)
            throws Exception {
        Files.writeString(other.resolve("chat-logs.jsonl"), LogLines.started(1_767_225_599_000L, 1));
        Files.writeString(other.resolve("bandwidth.jsonl"), LogLines.sample(1_767_225_600_000L, 1000, 1, 1, 1));
        Files.writeString(
                other.resolve("loomchat.lock"),
                Long.toString(ProcessHandle.current().pid()));
        try (Loomchat several = Loomchat.start(
                Map.of("PORT", "0", "HOST", "127.0.0.1", "LOG_DIR", own.toString(), "REPORT_DIRS", other.toString()))) {
            String page = "http://127.0.0.1:" + several.port() + "/report?range=all";
            Awaitility.await()
                    .until(() -> body(page).contains(">1 of 2 servers running, 1 writes no samples</span>")
                            && body(page).contains("running, no sample since "));
        }
    }

    @Test
    void aServerThatHasJustStartedRunsThoughItHasNoSampleYet(@TempDir Path own, @TempDir Path other) throws Exception {
        Files.writeString(
                other.resolve("loomchat.lock"),
                Long.toString(ProcessHandle.current().pid()));
        try (Loomchat several = Loomchat.start(
                Map.of("PORT", "0", "HOST", "127.0.0.1", "LOG_DIR", own.toString(), "REPORT_DIRS", other.toString()))) {
            Files.writeString(other.resolve("chat-logs.jsonl"), LogLines.started(System.currentTimeMillis(), 1));
            String page = "http://127.0.0.1:" + several.port() + "/report?range=all";
            Awaitility.await().until(() -> body(page).contains(">2 of 2 servers running</span>"));
        }
    }

    private String body(String address) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
