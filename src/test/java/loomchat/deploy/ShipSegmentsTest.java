package loomchat.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import loomchat.loadtest.testing.CommandRun;
import loomchat.report.ReportCommand;
import loomchat.testing.JsonClient;
import loomchat.testing.ServerProcess;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy/ship-segments.sh} with a real rclone, beside a server under load. The store is a folder. */
@Timeout(120)
class ShipSegmentsTest {
    private static final List<String> ACTIVE = List.of("bandwidth.jsonl", "chat-logs.jsonl");

    @TempDir
    Path dir;

    private Path logs;
    private Path store;

    private record Shipped(int exitCode, String said) {}

    @BeforeEach
    void needsRclone() {
        boolean installed = Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(each -> Files.isExecutable(Path.of(each, "rclone")));
        if (System.getenv("CI") == null) {
            Assumptions.assumeTrue(installed, "rclone is not on the PATH");
        }
        logs = dir.resolve("logs");
        store = dir.resolve("store");
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "deploy/ship-segments.sh"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of("SHIP_TO", store.toString(), "SHIP_NAME", "one", "HOME", dir.toString(), "TZ", "UTC"));
        return builder.start();
    }

    private static Shipped end(Process process) throws Exception {
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Shipped(process.exitValue(), said);
    }

    private void ship(String... arguments) throws Exception {
        Shipped shipped = end(start(arguments));
        assertThat(shipped.exitCode()).as(shipped.said()).isZero();
    }

    private List<String> inStore() throws IOException {
        Path folder = store.resolve("one");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    private static JsonObject totals(Path folder) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ReportCommand.run(new String[] {folder.toString(), "--json"}, Map.of(), new PrintStream(out, true), System.err);
        return JsonClient.json(out.toString(StandardCharsets.UTF_8)).getJsonObject("totals");
    }

    private void play(ServerProcess server) {
        CommandRun.stress(
                dir.resolve("results"),
                "classic",
                "URL=ws://127.0.0.1:" + server.port() + "/",
                "CLIENTS=40",
                "MESSAGES=60",
                "INTERVAL=20ms",
                "MESSAGE_BYTES=64",
                "DURATION=30s");
    }

    @Test
    void theHistoryOfAServerWhoseDiskIsGoneIsReadFromTheStore() throws Exception {
        JsonObject before;
        try (ServerProcess server = new ServerProcess(logs, Map.of("LOG_SEGMENT_BYTES", "64K"))) {
            CompletableFuture<Void> load = CompletableFuture.runAsync(
                    () -> play(server), task -> Thread.ofPlatform().start(task));
            int rounds = 0;
            while (!load.isDone()) {
                ship(logs.toString());
                rounds++;
            }
            load.join();
            assertThat(rounds).isGreaterThan(2);
            ship(logs.toString());
            assertThat(inStore())
                    .hasSizeGreaterThan(4)
                    .doesNotContainAnyElementsOf(ACTIVE)
                    .allMatch(each -> each.matches("chat-logs-\\d{8}T\\d{9}Z\\.(jsonl|rollup\\.json)"))
                    .anyMatch(each -> each.endsWith(".jsonl"))
                    .anyMatch(each -> each.endsWith(".rollup.json"));
            for (String each : inStore()) {
                assertThat(Files.mismatch(
                                logs.resolve(each), store.resolve("one").resolve(each)))
                        .as(each)
                        .isEqualTo(-1);
            }
            assertThat(server.terminate(20)).isZero();
            before = totals(logs);
        }
        ship("--stopped", logs.toString());
        assertThat(inStore()).containsAll(ACTIVE);
        delete(logs);
        JsonObject after = totals(store.resolve("one"));
        assertThat(after).isEqualTo(before);
        assertThat(after.getInt("messages")).isEqualTo(40 * 60);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(each -> each.toFile().delete());
        }
        assertThat(folder).doesNotExist();
    }

    private Path segment(String time, String text) throws IOException {
        Files.createDirectories(logs);
        return Files.writeString(logs.resolve("chat-logs-20261130T" + time + "Z.jsonl"), text);
    }

    @Test
    void nothingElseOfTheFolderIsShippedAndNothingIsTakenAway() throws Exception {
        segment("100000000", "one\n");
        Files.writeString(logs.resolve("chat-logs.jsonl"), "active\n");
        Files.writeString(logs.resolve("bandwidth.jsonl"), "active\n");
        Files.writeString(logs.resolve("chat-logs-copy.jsonl"), "of somebody\n");
        Files.writeString(logs.resolve("loomchat.lock"), "1\n");
        Files.writeString(
                Files.createDirectory(logs.resolve("state")).resolve("chat-logs-20261130T100000000Z.jsonl"), "keys\n");
        Path secret = Files.writeString(dir.resolve("secret"), "secret\n");
        Files.createSymbolicLink(logs.resolve("chat-logs-20261130T110000000Z.jsonl"), secret);
        ship(logs.toString());
        assertThat(inStore()).containsExactly("chat-logs-20261130T100000000Z.jsonl");
        // Retention on the server's disk.
        Files.delete(logs.resolve("chat-logs-20261130T100000000Z.jsonl"));
        segment("120000000", "two\n");
        ship(logs.toString());
        assertThat(inStore())
                .containsExactly("chat-logs-20261130T100000000Z.jsonl", "chat-logs-20261130T120000000Z.jsonl");
    }

    @Test
    void besideAServerItGoesOnUntilItIsToldToEnd() throws Exception {
        segment("100000000", "one\n");
        Files.writeString(logs.resolve("chat-logs.jsonl"), "active\n");
        Files.writeString(logs.resolve("bandwidth.jsonl"), "active\n");
        Process process = start("--every", "1", "--stopped", logs.toString());
        try {
            awaitInStore("chat-logs-20261130T100000000Z.jsonl");
            segment("120000000", "two\n");
            awaitInStore("chat-logs-20261130T120000000Z.jsonl");
            assertThat(inStore()).hasSize(2);
            assertThat(end(start(logs.toString())).exitCode())
                    .as("a second one, which has nothing to do")
                    .isZero();
            // SIGTERM; destroy() of the process would also close its output.
            process.toHandle().destroy();
            assertThat(end(process).exitCode()).isZero();
            assertThat(inStore()).hasSize(4).containsAll(ACTIVE);
        } finally {
            process.destroyForcibly();
        }
    }

    private void awaitInStore(String name) {
        org.awaitility.Awaitility.await()
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> inStore().contains(name));
    }

    @Test
    void aStoreThatCannotBeWrittenIsAFailure() throws Exception {
        segment("100000000", "one\n");
        Files.writeString(store, "a file");
        assertThat(end(start(logs.toString())).exitCode()).isNotZero();
        assertThat(end(start()).exitCode()).isEqualTo(2);
        assertThat(end(start(dir.resolve("nowhere").toString())).said()).contains("is not a folder");
    }
}
