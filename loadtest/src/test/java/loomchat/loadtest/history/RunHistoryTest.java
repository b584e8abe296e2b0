package loomchat.loadtest.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import loomchat.loadtest.scenario.UsageError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunHistoryTest {
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    @TempDir
    Path results;

    private Runs runs;

    @BeforeEach
    void begin() {
        runs = new Runs(results);
    }

    @Test
    void eachRunIsALineAndTheNewestIsTheLast() throws IOException {
        String first = runs.add();
        runs.scenario = "rich";
        runs.result = "failed";
        runs.lost = 3;
        String second = runs.add();
        List<String> lines = HistoryText.table(results, null).lines().toList();
        assertThat(lines.get(1))
                .startsWith(first)
                .contains(" passed ", " 1 ms ", " 10 ms ", " 1,000 ")
                .endsWith(" 20 µs");
        assertThat(lines)
                .contains("all: ws://localhost:3000/, 2 × A Processor, JDK 25.0.3")
                .allMatch(each -> each.length() <= 80);
        assertThat(lines.get(2)).startsWith(second).contains(" failed ").containsPattern(" 3 +20 µs");
        assertThat(HistoryText.table(results, "rich").lines())
                .anyMatch(each -> each.startsWith(second))
                .noneMatch(each -> each.startsWith(first));
    }

    @Test
    void whatDiffersIsSaidOfEachRun() throws IOException {
        runs.add();
        runs.target = "ws://a-server-with-a-long-name.elsewhere.example:3000/chat";
        runs.add();
        List<String> lines = HistoryText.table(results, null).lines().toList();
        assertThat(lines.getFirst()).endsWith("  target");
        assertThat(lines.get(1)).endsWith("…lhost:3000/");
        assertThat(lines.get(2)).endsWith("  …e:3000/chat");
        assertThat(lines).contains("all: 2 × A Processor, JDK 25.0.3").allMatch(each -> each.length() <= 80);
    }

    @Test
    void whatHasNoRoomIsCountedBelow() throws IOException {
        runs.scenario = "a-scenario-of-which-the-name-is-long";
        for (String cpu : List.of("A Processor", "Another Processor")) {
            runs.cpu = cpu;
            runs.target = "ws://" + cpu.length() + ".elsewhere.example:3000/chat";
            runs.add();
        }
        assertThat(HistoryText.table(results, null).lines().toList())
                .contains("all: 2 targets (--json names them), 2 machines (--json names them)");
    }

    @Test
    void thatARunIsNotValidIsSaidBesideHowItEnded() throws IOException {
        runs.valid = false;
        runs.result = "interrupted";
        String interrupted = runs.add();
        runs.result = "overloaded";
        String overloaded = runs.add();
        assertThat(HistoryText.table(results, null).lines())
                .anyMatch(each -> each.startsWith(interrupted + " ") && each.contains(" interrupted, not valid "))
                .anyMatch(each ->
                        each.startsWith(overloaded + " ") && each.contains(" not valid ") && each.contains(" (10 ms) "))
                .anyMatch(each -> each.startsWith("(…): not valid"));
    }

    @Test
    void programsGetJson() throws IOException {
        runs.settings = "\"CLIENTS\": \"100\"";
        String name = runs.add();
        try (JsonReader reader = READERS.createReader(new StringReader(HistoryText.json(results, null)))) {
            JsonArray array = reader.readArray();
            assertThat(array).hasSize(1);
            assertThat(array.getJsonObject(0).getString("name")).isEqualTo(name);
            assertThat(array.getJsonObject(0).getJsonNumber("p99Millis").doubleValue())
                    .isEqualTo(10);
            assertThat(array.getJsonObject(0).getJsonObject("settings").getString("CLIENTS"))
                    .isEqualTo("100");
        }
    }

    @Test
    void whatIsDamagedOrSomebodyElsesIsPassedOver() throws IOException {
        String whole = runs.add();
        String text = Files.readString(results.resolve(whole).resolve("summary.json"));
        for (int i = 0; i < text.length() - 2; i += 7) {
            write("cut-" + i, text.substring(0, i));
        }
        write("other", "{\"scenario\": 7, \"start\": [], \"totals\": {}}");
        write("array", "[]");
        write("deep", "[".repeat(100_000));
        write("large", "{\"scenario\": \"" + "x".repeat(5 << 20) + "\"}");
        write("date", text.replace("2026-11-30T08:00:00Z", "yesterday"));
        write(
                "types",
                text.replace("\"passed\"", "[1]")
                        .replace("{\"cpu\"", "[{\"cpu\"")
                        .replace("\"Linux 6\"}", "\"Linux 6\"}]"));
        Files.createDirectory(results.resolve("empty"));
        Files.writeString(results.resolve("file"), "");
        Files.createDirectories(results.resolve("folder/summary.json"));
        RunHistory history = RunHistory.in(results);
        assertThat(history.runs()).extracting(PastRun::name).containsExactly(whole, "types");
        assertThat(HistoryText.table(results, null)).contains("other folders there hold no run that ended");
        assertThat(RunHistory.in(results.resolve("nowhere")).runs()).isEmpty();
        assertThat(HistoryText.table(results.resolve("nowhere"), "rich")).startsWith("No run of rich in ");
    }

    @Test
    void whatARunIsCalledCannotSteerTheTerminal() throws IOException {
        String text = Files.readString(results.resolve(runs.add()).resolve("summary.json"));
        write("evil\u001b]0;x\u0007\u202e", text.replace("\"passed\"", "\"\\u001b[2J\\npassed\""));
        assertThat(HistoryText.table(results, null)
                        .replace(System.lineSeparator(), "")
                        .chars())
                .noneMatch(each -> each < ' ' || each == 0x202e);
    }

    private void write(String folder, String summary) throws IOException {
        Files.writeString(Files.createDirectory(results.resolve(folder)).resolve("summary.json"), summary);
    }

    @Test
    void aRunIsFoundByWhatItIsCalled() throws IOException {
        String first = runs.add();
        runs.scenario = "rich";
        String other = runs.add();
        runs.scenario = "classic";
        String last = runs.add();
        RunHistory history = RunHistory.in(results);
        assertThat(history.find("last").name()).isEqualTo(last);
        assertThat(history.find("previous").name()).isEqualTo(first);
        assertThat(history.find(other).name()).isEqualTo(other);
        assertThat(history.find(other.substring(0, 12)).name()).isEqualTo(other);
        assertThat(history.find(results.resolve(first).toString()).name()).isEqualTo(first);
        for (String wrong : List.of("2026", "nothing", "", "\0")) {
            assertThatThrownBy(() -> history.find(wrong))
                    .isInstanceOf(UsageError.class)
                    .hasMessageContaining("stress history");
        }
    }
}
