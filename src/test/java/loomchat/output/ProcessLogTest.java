package loomchat.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server says of itself on its output. */
class ProcessLogTest {
    private static LogRecord fault() {
        LogRecord line = new LogRecord(Level.SEVERE, "A request failed");
        line.setInstant(Instant.parse("2026-11-30T07:00:00.5Z"));
        line.setThrown(new IllegalStateException("\u001b[2J\u009b\u202e quoted\u2028\nnext"));
        return line;
    }

    @Test
    void whatAnExceptionQuotesCannotSteerATerminal() {
        String shown = new PlainFormatter().format(fault());
        assertThat(shown)
                .startsWith("2026-11-30T07:00:00.500Z SEVERE A request failed")
                .contains("IllegalStateException: ?[2J quoted")
                .contains(" | at loomchat.output.ProcessLogTest")
                .endsWith(System.lineSeparator());
        assertThat(shown.lines()).hasSize(1);
        assertThat(shown.strip().chars()).allMatch(c -> c >= 0x20 && c < 0x7F);
    }

    @Test
    void asJsonItIsOneObjectALine() {
        String shown = new JsonFormatter().format(fault());
        assertThat(shown.lines()).hasSize(1);
        assertThat(shown.strip().chars()).allMatch(c -> c >= 0x20 && c < 0x7F);
        try (JsonReader reader = Json.createReader(new StringReader(shown))) {
            JsonObject line = reader.readObject();
            assertThat(line.getString("time")).isEqualTo("2026-11-30T07:00:00.500Z");
            assertThat(line.getString("level")).isEqualTo("SEVERE");
            assertThat(line.getString("message")).isEqualTo("A request failed");
            assertThat(line.getString("error"))
                    .contains("IllegalStateException: ?[2J quoted")
                    .contains(" | at loomchat.output.ProcessLogTest");
        }
    }

    @Test
    void aServerSaysEverythingInTheFormatThatIsSet(@TempDir Path dir) throws Exception {
        Path output = dir.resolve("output");
        Process server = start(dir, output, Map.of("DRAIN_SECONDS", "0"));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> Files.readString(output).contains("Loomchat listens on http://localhost:"));
        server.destroy();
        assertThat(server.waitFor()).isZero();
        List<String> messages = messages(output);
        assertThat(messages).hasSize(5);
        assertThat(messages.get(0)).contains("DRAIN_TIMEOUT=0s");
        assertThat(messages.get(2)).matches("Report: http://localhost:\\d+/report, live log: .*/logs, files: .*logs");
        assertThat(messages.get(3)).startsWith("Stopping (SIGTERM)");
        assertThat(messages.get(4))
                .isEqualTo("Stopped, all written: %d events and samples of this run are in %s"
                        .formatted(lines(dir.resolve("logs")), dir.resolve("logs")));

        Process refused = start(dir, output, Map.of("PING_INTERVAL", "soon"));
        assertThat(refused.waitFor()).isEqualTo(2);
        assertThat(messages(output)).singleElement().asString().startsWith("PING_INTERVAL=soon is not allowed");
    }

    private static long lines(Path logs) throws IOException {
        return Files.readAllLines(logs.resolve("chat-logs.jsonl")).size()
                + Files.readAllLines(logs.resolve("bandwidth.jsonl")).size();
    }

    private static Process start(Path dir, Path output, Map<String, String> settings) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "loomchat.Main")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment()
                .putAll(Map.of("LOG_DIR", dir.resolve("logs").toString(), "PORT", "0", "LOG_FORMAT", "json"));
        builder.environment().putAll(settings);
        return builder.start();
    }

    /** Each line is an object with a time and a level. */
    private static List<String> messages(Path output) throws IOException {
        List<String> messages = new ArrayList<>();
        for (String line : Files.readAllLines(output)) {
            try (JsonReader reader = Json.createReader(new StringReader(line))) {
                JsonObject object = reader.readObject();
                Instant.parse(object.getString("time"));
                assertThat(object.getString("level")).isIn("INFO", "WARNING", "SEVERE");
                messages.add(object.getString("message"));
            }
        }
        return messages;
    }
}
