package loomchat.report.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import loomchat.report.history.HistoryReader;
import loomchat.report.history.NodeFolders;
import loomchat.report.history.Report;
import loomchat.report.history.ReportQuery;
import loomchat.testing.LogLines;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The rate of a load test is the same wherever in its seconds the samples end, but for the one in which it begins:
 * nothing else is of the time around it.
 */
class LoadTestRateTest {
    private static final int RATE = 300;
    private static final int SECONDS = 20;
    /** The sample in which the load begins says too little of the time after it: at most this share of the whole. */
    private static final double LEAST_KNOWN = 0.4 / SECONDS;

    @TempDir
    private Path root;

    /** One sample a second, each with what was relayed since the one before; after the load nothing is. */
    private Path server(String name, long from, int phase, boolean idle) throws Exception {
        Path folder = Files.createDirectory(root.resolve(name));
        StringBuilder samples = new StringBuilder();
        long first = Math.floorDiv(from, 1000L) * 1000 - 30_000 + phase;
        for (long end = first; end < first + 60_000; end += 1000) {
            double loaded = Math.max(0, Math.min(end, from + SECONDS * 1000) - Math.max(end - 1000, from)) / 1000.0;
            samples.append("{\"time\":\"%s\",\"millis\":1000,\"messagesRelayed\":%d,\"connections\":%d}%n"
                    .formatted(LogLines.iso(end), idle ? 0 : Math.round(RATE * loaded), RATE));
        }
        Files.writeString(
                folder.resolve("chat-logs-20261120T110000000Z.jsonl"),
                LogLines.started(first - 1000, 1)
                        + """
                        {"time":"%s","event":"Load Test Started","details":"x","seq":2,"id":"i","scenario":"s","clients":1,"durationMillis":%d}
                        {"time":"%s","event":"Load Test Ended","details":"x","seq":3,"id":"i","scenario":"s","result":"passed","seconds":%d}
                        """.formatted(
                                        LogLines.iso(from),
                                        SECONDS * 1000,
                                        LogLines.iso(from + SECONDS * 1000 + 2_400),
                                        SECONDS));
        Files.writeString(folder.resolve("bandwidth-20261120T110000000Z.jsonl"), samples);
        return folder;
    }

    private double rate(Path... folders) {
        try (HistoryReader reader =
                new HistoryReader(NodeFolders.of(List.of(folders)), 1, () -> LoadTestHistory.FIRST + 86_400_000)) {
            LoadTests known = LoadTests.of(reader.read(ReportQuery.ALL));
            ComparedRange range = LoadTestPage.range(known, known.find("i").orElseThrow());
            Report report = reader.read(range.query());
            return Comparison.Side.of(range, report).value(Metric.MESSAGES);
        }
    }

    @ParameterizedTest
    @CsvSource({"305, 341", "305, 304", "305, 306", "305, 940", "0, 500", "0, 0", "999, 998", "999, 1", "500, 0"})
    void isThatOfTheTimeUnderLoad(int start, int phase) throws Exception {
        long from = LoadTestHistory.FIRST + start;
        assertThat(rate(server("a", from, phase, false))).isCloseTo(RATE, within(LEAST_KNOWN * RATE));
    }

    @ParameterizedTest
    @CsvSource({"305, 341, 940", "305, 940, 341", "0, 500, 1", "999, 998, 1", "500, 0, 250", "840, 300, 900"})
    void ofSeveralServersAsWell(int start, int phase, int other) throws Exception {
        long from = LoadTestHistory.FIRST + start;
        Path first = server("a", from, phase, false);
        assertThat(rate(first, server("b", from, other, true))).isCloseTo(RATE, within(LEAST_KNOWN * RATE));
        assertThat(rate(first, server("c", from, other, false))).isCloseTo(2 * RATE, within(LEAST_KNOWN * 2 * RATE));
    }
}
