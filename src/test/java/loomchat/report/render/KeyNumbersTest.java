package loomchat.report.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import loomchat.report.history.HistoryReader;
import loomchat.report.history.NodeFolders;
import loomchat.report.history.ReportQuery;
import loomchat.testing.LogLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page says of numbers that no sample has. */
class KeyNumbersTest {
    private static final long START = Instant.parse("2026-11-24T10:00:00Z").toEpochMilli();

    @TempDir
    private Path folder;

    private String page() {
        return page(30);
    }

    private String page(int seconds) {
        try (HistoryReader reader = new HistoryReader(NodeFolders.of(folder), 1, () -> START + 3_600_000)) {
            ReportQuery query = new ReportQuery(null, START, START + seconds * 1_000L, 1, false, null);
            RenderedReport report = new RenderedReport(reader.read(query));
            return new String(report.as(RenderedReport.Form.PAGE, false), StandardCharsets.UTF_8);
        }
    }

    private static String key(String page, String name) {
        int from = page.indexOf("<dt>" + name + "</dt>");
        return page.substring(from, page.indexOf("</div>", from));
    }

    private void chat() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (String event : new String[] {"New Connection", "New Connection", "Matched"}) {
            lines.append(
                    "{\"time\":\"%s\",\"event\":\"%s\",\"details\":\"\",\"seq\":1,\"session\":1,\"partner\":2,\"pair\":1}\n"
                            .formatted(Instant.ofEpochMilli(START + 5_100), event));
        }
        Files.writeString(folder.resolve("chat-logs.jsonl"), lines);
    }

    @Test
    void visitsBetweenTwoSamplesWereNotNone() throws IOException {
        chat();
        StringBuilder samples = new StringBuilder();
        for (int i = 1; i <= 20; i++) {
            samples.append(LogLines.sample(START + i * 1_000L, 1_000, 0, 0, 40));
        }
        Files.writeString(folder.resolve("bandwidth.jsonl"), samples);
        String page = page();
        assertThat(key(page, "Open connections, at most")).contains("<dd>–</dd>", "2 came");
        assertThat(key(page, "Chats")).contains("<dd>1</dd>", "how many at once is not known");
        assertThat(key(page, "CPU, at most")).contains("<dd>40 %</dd>");
    }

    @Test
    void withoutASampleNothingIsSaidToBeZero() throws IOException {
        chat();
        String page = page();
        for (String each : new String[] {"Open connections, at most", "CPU, at most", "Memory, at most"}) {
            assertThat(key(page, each)).contains("<dd>–</dd>");
        }
        assertThat(key(page, "Memory, at most")).contains("– of Java heap");
    }

    @Test
    void anUptimeOfAFewMinutesHasItsSeconds() throws IOException {
        StringBuilder samples = new StringBuilder();
        for (int i = 1; i <= 700; i++) {
            samples.append(LogLines.sample(START + i * 1_000L, 1_000, 0, 0, 40));
        }
        Files.writeString(folder.resolve("bandwidth.jsonl"), samples);
        Files.writeString(
                folder.resolve("chat-logs.jsonl"),
                "{\"time\":\"%s\",\"event\":\"Server Started\",\"details\":\"\",\"seq\":1,\"tornBytes\":0}\n"
                        .formatted(Instant.ofEpochMilli(START)));
        assertThat(key(page(109), "Uptime")).contains("<dd>1 min 49 s</dd>");
        assertThat(key(page(690), "Uptime")).contains("<dd>11 min</dd>");
    }

    @Test
    void whereNobodyCameZeroIsTrue() throws IOException {
        Files.writeString(folder.resolve("bandwidth.jsonl"), LogLines.sample(START + 1_000, 1_000, 0, 0, 40));
        assertThat(key(page(), "Open connections, at most")).contains("<dd>0</dd>");
        assertThat(key(page(), "Chats")).contains("at most 0 at once");
    }
}
