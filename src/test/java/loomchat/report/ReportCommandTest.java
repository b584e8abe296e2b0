package loomchat.report;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import loomchat.testing.GeneratedHistory;
import loomchat.testing.IndependentCount;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void textShowsTheSameNumbersAndFitsTheTerminal() throws IOException {
        generate();
        IndependentCount expected = IndependentCount.of(folder);
        assertThat(run(Map.of("COLUMNS", "60"), StandardCharsets.UTF_8)).isZero();
        String text = out.toString(StandardCharsets.UTF_8);
        assertThat(text).contains("%,d".formatted(expected.messages), "%,d".formatted(expected.connections));
        assertThat(text).contains("Crashes", "Message size", "p99").doesNotContain("\u001b");
        assertThat(text.lines().skip(8))
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(61));
    }

    @Test
    void whereBlocksCannotBeWrittenPlainCharactersStandForThem() throws IOException {
        generate();
        assertThat(run(Map.of(), StandardCharsets.US_ASCII)).isZero();
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
            {"--range", "1d", "--from", "2h"},
            {"--from", "2026-01-02", "--to", "2026-01-01"},
            {"--from", "1y", "--bucket", "1s"}
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
        assertThat(run(Map.of(), StandardCharsets.UTF_8, folder.toString(), other.toString()))
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
