package loomchat.report.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.regex.Pattern;
import loomchat.html.HtmlWriter;
import loomchat.report.history.HistoryReader;
import loomchat.report.history.NodeFolders;
import loomchat.report.history.Peak;
import loomchat.report.history.Report;
import loomchat.report.history.ReportQuery;
import loomchat.report.series.Distribution;
import loomchat.report.series.Histogram;
import loomchat.report.series.SampleColumn;
import loomchat.terminal.Terminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a busy machine does to samples, and large numbers to the axes of graphs. */
class BusySamplesTest {
    private static final long START = Instant.parse("2026-11-24T10:00:00Z").toEpochMilli();
    private static final Pattern LABEL = Pattern.compile("class=\"tick end\" x=\"([0-9.]+)\" y=\"[0-9.]+\">([0-9,]+)<");

    @TempDir
    private Path folder;

    private Report read() {
        try (HistoryReader reader = new HistoryReader(NodeFolders.of(folder), 1, () -> START + 3_600_000)) {
            return reader.read(new ReportQuery(null, START, START + 30_000, 1, false, null));
        }
    }

    private static String sample(long end, int millis, int messages) {
        return "{\"time\":\"%s\",\"millis\":%d,\"messagesRelayed\":%d,\"connections\":5}\n"
                .formatted(
                        Instant.ofEpochMilli(end).toString().replaceFirst("(:\\d\\d)Z$", "$1.000Z"), millis, messages);
    }

    @Test
    void samplesLongerThanASecondLeaveNoHolesAndDoNotCountTwice() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 1; i <= 14; i++) {
            lines.append(sample(START + i * 1_400L, 1_400, 140));
        }
        Files.writeString(folder.resolve("bandwidth.jsonl"), lines);
        Report report = read();
        SeriesTable table = SeriesTable.of(report);
        assertThat(table.seconds()).isEqualTo(1);
        assertThat(table.rows()).isEqualTo(20);
        for (int row = 0; row < table.rows(); row++) {
            assertThat(table.start(row)).isEqualTo(START + row * 1_000L);
            assertThat(table.mean(row, SampleColumn.MESSAGES_RELAYED)).isEqualTo(100);
        }
        assertThat(report.amount(SampleColumn.MESSAGES_RELAYED)).isEqualTo(14 * 140);
    }

    @Test
    void theBusiestSecondIsNotAShortSample() throws IOException {
        Files.writeString(folder.resolve("bandwidth.jsonl"), sample(START + 755, 755, 100));
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 110; i++) {
            lines.append(
                    "{\"time\":\"%s\",\"event\":\"Message Relay\",\"details\":\"Message size: 5 bytes\",\"seq\":%d,\"session\":1,\"pair\":1,\"bytes\":5}\n"
                            .formatted(Instant.ofEpochMilli(START + 1 + i * 7), i + 1));
        }
        Files.writeString(folder.resolve("chat-logs.jsonl"), lines);
        assertThat(KeyNumbers.busiest(read())).isEqualTo(Peak.of(110));
    }

    /** After the server stood still: 392 messages in 382 ms, where no second had more than 676. */
    @Test
    void theTerminalHasThePeakOfThePage() throws IOException {
        StringBuilder samples = new StringBuilder(sample(START + 1_000, 1_000, 676))
                .append(sample(START + 4_069, 3_069, 84))
                .append(sample(START + 4_451, 382, 392));
        for (int i = 5; i < 29; i++) {
            samples.append(sample(START + i * 1_000L, i == 5 ? 549 : 1_000, i == 5 ? 40 : 100));
        }
        Files.writeString(folder.resolve("bandwidth.jsonl"), samples);
        StringBuilder lines = new StringBuilder();
        int seq = 0;
        for (int second = 0; second < 29; second++) {
            int messages = second == 0 ? 676 : second == 4 ? 476 : 100;
            for (int i = 0; i < messages; i++) {
                lines.append(
                        "{\"time\":\"%s\",\"event\":\"Message Relay\",\"details\":\"Message size: 5 bytes\",\"seq\":%d,\"session\":1,\"pair\":1,\"bytes\":5}\n"
                                .formatted(
                                        Instant.ofEpochMilli(START + second * 1_000L + 1 + i)
                                                .toString()
                                                .replaceFirst("(:\\d\\d)Z$", "$1.000Z"),
                                        ++seq));
            }
        }
        Files.writeString(folder.resolve("chat-logs.jsonl"), lines);
        Report report = read();
        assertThat(KeyNumbers.busiest(report)).isEqualTo(Peak.of(676));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(50, 24, false, false, true);
        new ReportText(report, terminal, new PrintStream(out, true, StandardCharsets.UTF_8)).writeSummary("");
        assertThat(out.toString(StandardCharsets.UTF_8)).containsPattern("Messages/s .* peak 676/s");
        SeriesTable wide = SeriesTable.of(report, 10);
        assertThat(wide.seconds()).isGreaterThan(1);
        for (int row = 0; row < wide.rows(); row++) {
            assertThat(wide.max(row, SampleColumn.MESSAGES_RELAYED)).isLessThanOrEqualTo(676);
            assertThat(wide.mean(row, SampleColumn.MESSAGES_RELAYED))
                    .isLessThanOrEqualTo(wide.max(row, SampleColumn.MESSAGES_RELAYED));
        }
    }

    @Test
    void oneLineIsNotLines() throws IOException {
        Files.writeString(folder.resolve("chat-logs.jsonl"), """
                {"time":"yesterday","event":"Matched","details":""}
                nothing
                """);
        String page =
                new String(new RenderedReport(readAll()).as(RenderedReport.Form.PAGE, false), StandardCharsets.UTF_8);
        assertThat(page)
                .contains("1 line has no time that could be read: it counts, but is in no graph.")
                .contains("1 damaged line was skipped.");
    }

    private Report readAll() {
        try (HistoryReader reader = new HistoryReader(NodeFolders.of(folder), 1, () -> START + 3_600_000)) {
            return reader.read(ReportQuery.ALL);
        }
    }

    @Test
    void aLargeNumberFitsBesideItsAxis() throws IOException {
        Histogram histogram = new Histogram();
        histogram.restore(100, 1_000_001);
        histogram.restore(1e8, 100, 100);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        HtmlWriter html = new HtmlWriter(bytes);
        new SvgHistogram(html, Distribution.values()[0], histogram).write();
        html.flush();
        assertThat(LABEL.matcher(bytes.toString(StandardCharsets.UTF_8)).results())
                .isNotEmpty()
                .allSatisfy(each -> assertThat(Double.parseDouble(each.group(1)))
                        .as(each.group(2))
                        .isGreaterThan(each.group(2).length() * 7));
    }
}
