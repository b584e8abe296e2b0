package loomchat.report;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import loomchat.testing.GeneratedHistory;
import loomchat.testing.IndependentCount;
import loomchat.testing.LogLines;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Long, because each form and the watching are tried. */
class ReportCommandTest {
    private static final long NOW = Instant.parse("2026-03-01T10:00:00Z").toEpochMilli();

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void textShowsTheSameNumbersAndFitsTheTerminal() throws IOException {
        generate();
        IndependentCount expected = IndependentCount.of(folder);
        assertThat(run(Map.of("COLUMNS", "60"), StandardCharsets.UTF_8, "--all"))
                .isZero();
        String text = out.toString(StandardCharsets.UTF_8);
        assertThat(text).contains("%,d".formatted(expected.messages), "%,d".formatted(expected.connections));
        assertThat(text).contains("Crashes", "Message size", "p99").doesNotContain("\u001b");
        assertThat(text.lines().skip(8))
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(61));
    }

    @Test
    void withoutOptionsItIsOneScreenThatBeginsWithVerdicts() throws IOException {
        generate();
        long start = Instant.parse("2026-03-02T10:00:00Z").toEpochMilli();
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            lines.append(line(
                    start + i * 20_000,
                    "Load Test Started",
                    "\"id\":\"r%d\",\"scenario\":\"rich\",\"clients\":1000",
                    i));
            lines.append(LogLines.connected(start + i * 20_000 + 1, i, i + 1));
            lines.append(line(
                    start + i * 20_000 + 10_000,
                    "Load Test Ended",
                    i < 4
                            ? "\"id\":\"r%d\",\"scenario\":\"rich\",\"result\":\"passed\",\"seconds\":10,"
                                    + "\"counts\":{\"delivered\":5120,\"lost\":0},\"latencies\":{\"intended\":{\"p99\":12.5}}"
                            : "\"id\":\"r%d\",\"scenario\":\"rich\",\"result\":\"failed\","
                                    + "\"verdict\":\"FAILED: p99 < 50ms \\u001b[31m\",\"latencies\":{\"intended\":{\"p99\":80}}",
                    i));
        }
        Files.writeString(
                folder.resolve("chat-logs.jsonl"), lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.US_ASCII)) {
            for (String range : List.of("last", "all")) {
                out.reset();
                assertThat(run(Map.of(), charset, "--range", range)).isZero();
                List<String> shown = out.toString(charset).lines().toList();
                assertThat(shown).as(range).hasSizeLessThan(24);
                assertThat(shown).allSatisfy(each -> assertThat(each.length()).isLessThanOrEqualTo(80));
                assertThat(shown.get(4))
                        .startsWith("failed      rich        2026-03-02 10:01  1,000 clients  p99 80 ms  p99 < 50ms");
                assertThat(shown.get(5))
                        .startsWith("passed      rich        2026-03-02 10:01  1,000 clients  p99 12.5 ms");
                assertThat(shown).filteredOn(each -> each.contains("peak ")).hasSize(range.equals("all") ? 6 : 5);
                assertThat(String.join("", shown)).doesNotContain("\u001b");
            }
        }
        assertThat(out.toString(StandardCharsets.US_ASCII)).contains("everything", "Not well: 1 crash", "#", "--watch");
        out.reset();
        assertThat(run(Map.of(), StandardCharsets.UTF_8)).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("last activity", "Connections   5 ", "Not well: 1 server went down without a stop");
        assertThat(summary("--from", "2026-03-02T10:00:15", "--to", "2026-03-02T10:00:25"))
                .filteredOn(each -> each.contains(" rich "))
                .hasSize(1);
        assertThat(summary("--from", "2026-02-01", "--to", "2026-02-02"))
                .noneSatisfy(each -> assertThat(each).contains("Load tests"));
        for (int width : new int[] {40, 200}) {
            out.reset();
            assertThat(run(Map.of("COLUMNS", "" + width), StandardCharsets.UTF_8))
                    .isZero();
            assertThat(out.toString(StandardCharsets.UTF_8).lines())
                    .allSatisfy(each -> assertThat(each.length()).isLessThanOrEqualTo(Math.max(width, 44)));
        }
    }

    private List<String> summary(String... arguments) {
        out.reset();
        assertThat(run(Map.of(), StandardCharsets.UTF_8, arguments)).isZero();
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static String line(long millis, String event, String members, Object... values) {
        return "{\"time\":\"%s\",\"event\":\"%s\",\"details\":\"x\",\"seq\":1,%s}\n"
                .formatted(LogLines.iso(millis), event, members.formatted(values));
    }

    @Test
    void anEmptyFolderIsNoFault() {
        assertThat(run(Map.of(), StandardCharsets.UTF_8)).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("nothing was recorded", "No server is writing to this folder.")
                .doesNotContain("Totals", "Not well");
    }

    /** Written elsewhere than to a terminal, one report follows another. */
    @Test
    void watchingShowsWhatIsAppendedUntilItsThreadIsEnded() throws Exception {
        Path file = folder.resolve("chat-logs.jsonl");
        Files.writeString(file, LogLines.connected(NOW, 1, 1));
        ExecutorService executor = Executors.newSingleThreadExecutor();
        Future<Integer> watching =
                executor.submit(() -> run(Map.of(), StandardCharsets.UTF_8, "--watch", "1s", "--range", "all"));
        try {
            await("the first report").until(() -> text().contains("Connections   1 "));
            Files.writeString(file, LogLines.connected(NOW + 1, 2, 2), StandardOpenOption.APPEND);
            await("the next report").until(() -> text().contains("Connections   2 "));
            assertThat(text()).contains("every 1s; Ctrl-C ends").doesNotContain("\u001b");
        } finally {
            executor.shutdownNow();
        }
        assertThat(watching.get(10, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void onATerminalWatchingHasAScreenOfItsOwnAndCtrlCBringsTheOldOneBack() throws Exception {
        Files.writeString(folder.resolve("chat-logs.jsonl"), LogLines.connected(NOW, 1, 1));
        // In the shell's place: the signal goes to all of the terminal's programs, and a waiting shell ends with 130.
        String command = String.join(
                " ",
                "exec",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "loomchat.Main report --watch 1s --range all");
        ProcessBuilder builder = new ProcessBuilder("script", "-qec", command, "/dev/null").redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "LOG_DIR",
                        folder.toString(),
                        "TERM",
                        "xterm",
                        "NO_COLOR",
                        "1",
                        "LINES",
                        "12",
                        "COLUMNS",
                        "50"));
        Process terminal = builder.start();
        try {
            Thread reader = Thread.ofPlatform().start(() -> copy(terminal.getInputStream()));
            await("a screen").until(() -> text().split("\u001b\\[H", -1).length > 2);
            assertThat(text())
                    .contains("\u001b[?1049h", "Loomchat report")
                    .doesNotContain("\u001b[34m", "\u001b[?1049l");
            // What the terminal makes a signal of.
            terminal.getOutputStream().write(3);
            terminal.getOutputStream().flush();
            assertThat(terminal.waitFor(20, TimeUnit.SECONDS)).isTrue();
            reader.join();
            assertThat(terminal.exitValue()).isEqualTo(0);
        } finally {
            terminal.descendants().forEach(ProcessHandle::destroy);
            terminal.destroy();
        }
        assertThat(text()).endsWith("\u001b[?7h\u001b[?25h\u001b[?1049l");
    }

    private void copy(InputStream in) {
        try (in) {
            in.transferTo(out);
        } catch (IOException e) {
            // The terminal is gone.
        }
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50));
    }

    @Test
    void helpSaysEveryOption() {
        assertThat(run(Map.of(), StandardCharsets.UTF_8, "--help")).isZero();
        assertThat(text())
                .contains(
                        "--all",
                        "--watch",
                        "--from",
                        "--to",
                        "--range",
                        "--bucket",
                        "--json",
                        "--csv",
                        "--rescan",
                        "NO_COLOR");
    }

    @Test
    void whereBlocksCannotBeWrittenPlainCharactersStandForThem() throws IOException {
        generate();
        assertThat(run(Map.of(), StandardCharsets.US_ASCII, "--all")).isZero();
        assertThat(out.toString(StandardCharsets.US_ASCII)).contains("####").doesNotContain("???");
    }

    @Test
    void jsonAndCsvAreWhole() throws IOException {
        generate();
        IndependentCount expected = IndependentCount.of(folder);
        assertThat(run(Map.of(), StandardCharsets.UTF_8, "--json")).isZero();
        try (JsonReader reader = Json.createReader(new StringReader(out.toString(StandardCharsets.UTF_8)))) {
            JsonObject json = reader.readObject();
            assertThat(json.getJsonObject("totals").getInt("messages")).isEqualTo((int) expected.messages);
            assertThat(json.getJsonObject("now").getBoolean("live")).isFalse();
            assertThat(json.getJsonObject("now").getInt("rssBytes")).isZero();
        }
        out.reset();
        assertThat(run(Map.of(), StandardCharsets.UTF_8, "--csv", "--bucket", "1h"))
                .isZero();
        List<String> rows = out.toString(StandardCharsets.UTF_8).lines().toList();
        int column = List.of(rows.getFirst().split(",")).indexOf("messages");
        long messages = rows.stream()
                .skip(1)
                .mapToLong(row -> Long.parseLong(row.split(",")[column]))
                .sum();
        assertThat(messages).isEqualTo(expected.messages);
        assertThat(rows)
                .allSatisfy(row ->
                        assertThat(row.split(",", -1)).hasSize(rows.getFirst().split(",").length));
    }

    @Test
    void wrongUsageIsOneLineThatSaysWhatIsAllowed() {
        for (String[] arguments : new String[][] {
            {"--from"},
            {"--from", "soon"},
            {"--bucket", "7m"},
            {"--nothing"},
            {"--json", "--csv"},
            {"--json=1"},
            {"--all=1"},
            {"--all", "--csv"},
            {"--watch", "--json"},
            {"--watch=soon"},
            {"--watch", "0s"},
            {"--watch=61m"},
            {"--range", "1d", "--from", "2h"},
            {"--from", "2026-01-02", "--to", "2026-01-01"},
            {"--from", "1y", "--bucket", "1s"},
            {"--from", "2999-01-01"}
        }) {
            err.reset();
            assertThat(run(Map.of(), StandardCharsets.UTF_8, arguments))
                    .as(String.join(" ", arguments))
                    .isEqualTo(2);
            assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
        }
        assertThat(out.size()).isZero();
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        folder = folder.resolve("nothing");
        assertThat(run(Map.of(), StandardCharsets.UTF_8)).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("LOG_DIR=" + folder)
                .contains("is not allowed");
    }

    @Test
    void severalFoldersAreOneHistory(@TempDir Path other) throws IOException {
        generate();
        GeneratedHistory history = new GeneratedHistory(
                4, other, Instant.parse("2026-03-01T10:05:00Z").toEpochMilli(), false);
        history.run(1_000, 200, false).finish();
        int messages = (int) (IndependentCount.of(folder).messages + IndependentCount.of(other).messages);
        for (Map<String, String> env : List.of(Map.of("REPORT_DIRS", other.toString()), Map.<String, String>of())) {
            out.reset();
            String[] arguments = env.isEmpty()
                    ? new String[] {"--json", folder.toString(), other.toString()}
                    : new String[] {"--json"};
            assertThat(run(env, StandardCharsets.UTF_8, arguments)).isZero();
            try (JsonReader reader = Json.createReader(new StringReader(out.toString(StandardCharsets.UTF_8)))) {
                JsonObject json = reader.readObject();
                assertThat(json.getJsonObject("totals").getInt("messages")).isEqualTo(messages);
                assertThat(json.getJsonArray("nodes")).hasSize(2);
            }
        }
        out.reset();
        assertThat(run(Map.of(), StandardCharsets.UTF_8, "--all", folder.toString(), other.toString()))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(
                        "Servers",
                        folder.getFileName().toString(),
                        other.getFileName() + " ",
                        "%,d".formatted(messages));
    }

    @Test
    void aFolderThatIsNotThereOrIsThereTwiceIsNamed() {
        assertThat(run(Map.of(), StandardCharsets.UTF_8, folder.toString(), folder + "/x"))
                .isEqualTo(2);
        assertThat(run(Map.of("REPORT_DIRS", folder.toString()), StandardCharsets.UTF_8))
                .isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        folder + " " + folder + "/x is not allowed: folders that exist, but " + folder + "/x does not",
                        "REPORT_DIRS=" + folder + " is not allowed: each folder once, but " + folder
                                + " is there twice");
    }

    private void generate() throws IOException {
        GeneratedHistory history = new GeneratedHistory(
                3, folder, Instant.parse("2026-03-01T10:00:00Z").toEpochMilli(), false);
        history.run(2_000, 200, true)
                .seal()
                .run(2_000, 100, false)
                .run(100, 100, true)
                .finish();
    }

    private int run(Map<String, String> env, Charset charset, String... arguments) {
        Map<String, String> all = new java.util.HashMap<>(env);
        all.put("LOG_DIR", folder.toString());
        return ReportCommand.run(arguments, all, new PrintStream(out, true, charset), new PrintStream(err, true));
    }
}
