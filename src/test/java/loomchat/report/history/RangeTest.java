package loomchat.report.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import loomchat.report.render.ReportCsv;
import loomchat.report.render.ReportJson;
import loomchat.report.series.ChatCount;
import loomchat.report.series.ChatTotals;
import loomchat.report.series.CountSeries;
import loomchat.report.series.Distribution;
import loomchat.report.series.EventSeries;
import loomchat.report.series.Histogram;
import loomchat.report.series.LogTimes;
import loomchat.report.series.SampleColumn;
import loomchat.testing.GeneratedHistory;
import loomchat.testing.IndependentCount;
import loomchat.testing.LogLines;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Ranges that cut through sealed segments, against an independent count and against every line read again. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RangeTest {
    private static final long START = Instant.parse("2026-03-01T10:00:00Z").toEpochMilli();
    private static final long[] BUCKETS = {0, 0, 1, 5, 60, 300};

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private Path folder;
    private GeneratedHistory history;
    private IndependentCount.Lines lines;

    /** Segments of several blocks; some lines without a time in the first one. */
    @BeforeAll
    void generate(@TempDir Path temporary) throws IOException {
        folder = temporary;
        System.out.println("RangeTest seed " + seed);
        history = new GeneratedHistory(seed, folder, START, false);
        history.run(24_000, 20, true).seal();
        history.run(16_000, 400, false).run(9_000, 3, true).seal();
        history.run(500, 300, false).finish();
        Path first = segments("chat-logs-").getFirst();
        String untimed = LogLines.message(START, 7, 1, 1, 5).replace(LogLines.iso(START), "at noon or so");
        Files.writeString(first, untimed.repeat(3), StandardOpenOption.APPEND);
        lines = IndependentCount.linesOf(folder);
        read(ReportQuery.ALL);
    }

    @Test
    void anyRangeIsExact() throws IOException {
        for (int i = 0; i < 16; i++) {
            ReportQuery query = randomQuery(i);
            String which = "seed " + seed + ", range " + i + " " + query;
            Report report = read(query);
            Report rescan = read(rescan(query));
            assertThat(json(report)).as(which).isEqualTo(json(rescan));
            assertThat(report.scan().lines()).as(which).isPositive();
            assertEqual(report, IndependentCount.of(lines, query.from(), query.to()), which);
        }
    }

    @Test
    void aCutSegmentIsReadAtTheEndsOfTheRangeAlone() throws IOException {
        Path segment = segments("chat-logs-").get(1);
        long first = LogTimes.parse(Files.readString(segment).substring(9, 33));
        Report report = read(new ReportQuery(null, first + 123, Long.MAX_VALUE, 0, false, null));
        Report all = read(ReportQuery.ALL);
        long everyLineOfTheSegment = Files.size(segment);
        assertThat(report.scan().bytes()).isEqualTo(all.scan().bytes());
        assertThat(report.scan().rollups()).isEqualTo(all.scan().rollups());
        assertThat(report.scan().bytes() - report.scan().rolledUpBytes())
                .isGreaterThan(all.scan().bytes() - all.scan().rolledUpBytes())
                .isLessThan(everyLineOfTheSegment / 2);
        // Buckets that are finer than those of the rollup: only the lines of the range are read.
        Report seconds = read(new ReportQuery(null, first + 123, first + 60_000, 1, false, null));
        assertThat(seconds.axis().bucketSeconds()).isEqualTo(1);
        assertThat(seconds.scan().bytes() - seconds.scan().rolledUpBytes())
                .isLessThan(all.scan().bytes() / 2);
    }

    @Test
    void whereLinesAreGoneCountsAreExactOnBucketsAndPercentilesAreNear() throws IOException {
        Map<Path, Path> away = new TreeMap<>();
        ReportQuery all = new ReportQuery("all", LogTimes.UNKNOWN, Long.MAX_VALUE, 3600, false, null);
        long end = read(all).chat().last();
        for (int i = 0; i < 6; i++) {
            // The first range has whole segments in it, also the one with lines that have no time.
            long from =
                    START / 60_000 * 60_000 + (i == 0 ? 0 : random.nextInt((int) ((end - START) / 120_000)) * 60_000L);
            int minutes = (int) ((end - from) / 60_000);
            long to = from + (1 + (i == 0 ? minutes : random.nextInt(minutes))) * 60_000L;
            String which = "seed " + seed + ", from " + LogTimes.iso(from) + " to " + LogTimes.iso(to);
            ReportQuery query = new ReportQuery(null, from, to, 60, false, null);
            Report exact = read(query);
            for (Path each : Stream.concat(segments("chat-logs-").stream(), segments("bandwidth-").stream())
                    .toList()) {
                away.put(each, Files.move(each, each.resolveSibling(each.getFileName() + ".away")));
            }
            try {
                Report known = read(query);
                for (ChatCount each : ChatCount.IN_SERIES) {
                    assertThat(known.chat().count(each))
                            .as(which + each)
                            .isEqualTo(exact.chat().count(each));
                }
                // At each end up to half a block of 1 MiB may be wrong; a line of a message has 140 bytes or more.
                long most = (1 << 20) / 140;
                assertThat(known.chat().histogram(Distribution.MESSAGE_BYTES).count())
                        .as(which)
                        .isCloseTo(
                                exact.chat()
                                        .histogram(Distribution.MESSAGE_BYTES)
                                        .count(),
                                within(most));
            } finally {
                for (Map.Entry<Path, Path> each : away.entrySet()) {
                    Files.move(each.getValue(), each.getKey());
                }
                away.clear();
            }
        }
    }

    @Test
    void anEventIsCountedByBucketFromRollupsAndLines() throws IOException {
        IndependentCount whole = IndependentCount.of(lines, 0, Long.MAX_VALUE);
        for (String event : List.of(
                "Disconnected", "Disconnected:eof", "Chat Ended", "Message Relay", "Server Started", "Call Ended")) {
            for (long bucket : new long[] {0, 60, 3600}) {
                ReportQuery query =
                        new ReportQuery("all", LogTimes.UNKNOWN, Long.MAX_VALUE, bucket, false, null).counting(event);
                Report report = read(query);
                assertThat(report.scan().rollups()).isPositive();
                assertThat(report.event().series().total(0))
                        .as(event)
                        .isPositive()
                        .isEqualTo(whole.events.get(event));
                assertThat(json(report))
                        .contains("\"event\":{\"name\":\"" + event + "\",\"count\":" + whole.events.get(event) + "}")
                        .isEqualTo(json(read(rescan(query))));
            }
            Report cut = read(randomQuery(1).counting(event));
            long counted = IndependentCount.of(
                            lines, cut.query().from(), cut.query().to())
                    .events
                    .getOrDefault(event, 0L);
            assertThat(cut.event().series().total(0))
                    .as(event + " seed " + seed)
                    .isEqualTo(counted);
        }
        String csv = csv(read(ReportQuery.ALL.counting("Disconnected:eof")));
        assertThat(csv.lines().findFirst().orElseThrow()).endsWith(",event");
        assertThat(csv.lines()
                        .skip(1)
                        .mapToLong(row -> Long.parseLong(row.substring(row.lastIndexOf(',') + 1)))
                        .sum())
                .isEqualTo(whole.events.get("Disconnected:eof"));
        assertThat(json(read(ReportQuery.ALL))).doesNotContain("\"event\":");
    }

    @Test
    void anUnknownEventIsRefusedWithTheAllowedNames() {
        assertThatThrownBy(() -> ReportQuery.ALL.counting("Message<script>"))
                .isInstanceOf(InvalidQuery.class)
                .hasMessageStartingWith("event=Message<script> is not allowed: one of Server Started, New Connection, ")
                .hasMessageContaining("Reported:REASON with abuse, spam, sexual, minor, other");
        assertThatThrownBy(() -> ReportQuery.ALL.counting("Disconnected:boredom"))
                .isInstanceOf(InvalidQuery.class);
        assertThat(ReportQuery.ALL.counting("").event()).isNull();
    }

    @Test
    void everyDocumentedEventCanBeAskedFor() throws IOException {
        String documented = Files.readString(Path.of("docs/log-format.md"));
        List<String> names = documented
                .substring(documented.indexOf("| event |"), documented.indexOf("Reasons are fixed sets"))
                .lines()
                .filter(each -> each.startsWith("| `"))
                .map(each -> each.substring(3, each.indexOf('`', 3)))
                .toList();
        assertThat(names).contains("Server Started", "Reported", "Server Stopped");
        assertThat(names).allMatch(EventSeries::isKnown);
    }

    /** Half of them on a whole second or minute, some within a block, some open at one end. */
    private ReportQuery randomQuery(int number) {
        long span = history.now() - START;
        long unit = number % 3 == 0 ? 60_000 : number % 3 == 1 ? 1 : 1000;
        long from = (START + (long) (span * random.nextDouble())) / unit * unit;
        long most = number % 4 == 3 ? 90_000 : history.now() - from;
        long to = Math.max(from + 1, (from + (long) (most * random.nextDouble())) / unit * unit);
        long bucket = BUCKETS[random.nextInt(BUCKETS.length)];
        long enough = Math.max(bucket, (to - from) / 9_000_000);
        long width = bucket == 0
                ? 0
                : Stream.of(1L, 5L, 60L, 300L)
                        .filter(each -> each >= enough)
                        .findFirst()
                        .orElseThrow();
        return new ReportQuery(
                null, from, number % 8 == 7 ? Long.MAX_VALUE : to, number % 8 == 7 ? 0 : width, false, null);
    }

    private static ReportQuery rescan(ReportQuery query) {
        return new ReportQuery(
                query.range(), query.from(), query.to(), query.bucketSeconds(), true, query.nodes(), query.event());
    }

    private static void assertEqual(Report report, IndependentCount expected, String which) {
        ChatTotals chat = report.chat();
        assertThat(report.problems()).as(which).isEmpty();
        assertThat(chat.count(ChatCount.CONNECTIONS)).as(which).isEqualTo(expected.connections);
        assertThat(chat.count(ChatCount.MESSAGES)).as(which).isEqualTo(expected.messages);
        assertThat(chat.count(ChatCount.BYTES)).as(which).isEqualTo(expected.bytes);
        assertThat(chat.count(ChatCount.CHATS)).as(which).isEqualTo(expected.chats);
        assertThat(chat.reasons().all()).as(which).isEqualTo(expected.reasons);
        assertThat(chat.callReasons().all()).as(which).isEqualTo(expected.callReasons);
        assertThat(report.samples().samples()).as(which).isEqualTo(expected.samples);
        assertThat(report.amount(SampleColumn.BYTES_IN)).as(which).isCloseTo(expected.bytesIn, within(0.01));
        assertPercentiles(chat.histogram(Distribution.MESSAGE_BYTES), expected.messageBytes, which);
        assertPercentiles(chat.histogram(Distribution.CHAT_MILLIS), expected.chatMillis, which);
        assertPercentiles(chat.histogram(Distribution.CHAT_MESSAGES), expected.chatMessages, which);
        assertPercentiles(chat.histogram(Distribution.WAIT_MILLIS), expected.waitMillis, which);
        CountSeries series = chat.series();
        long inSeries = 0;
        for (int row = 0; row < series.rows(); row++) {
            inSeries += series.sum(row, ChatCount.MESSAGES.ordinal());
        }
        assertThat(inSeries).as(which).isEqualTo(expected.messages);
    }

    private static void assertPercentiles(Histogram histogram, List<Long> values, String which) {
        assertThat(histogram.count()).as(which).isEqualTo(values.size());
        for (double percent : values.isEmpty() ? new double[0] : new double[] {50, 90, 99}) {
            long exact = IndependentCount.percentile(values, percent);
            assertThat((double) histogram.percentile(percent)).as(which).isCloseTo(exact, within(exact * 0.008 + 0.5));
        }
    }

    /** Without what tells how it was read. */
    private static String json(Report report) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ReportJson.write(report, out);
        return out.toString(StandardCharsets.UTF_8).replaceAll("\"scan\":\\{[^}]*}", "");
    }

    private static String csv(Report report) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ReportCsv.write(report, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private Report read(ReportQuery query) {
        try (HistoryReader reader = new HistoryReader(NodeFolders.of(folder), 2, history::now)) {
            return reader.read(query);
        }
    }

    private List<Path> segments(String start) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(each -> each.getFileName().toString().startsWith(start))
                    .filter(each -> each.toString().endsWith(".jsonl"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aSpanHasALengthAndDoesNotBeginBeforeTimeDoes() {
        long now = java.time.Instant.parse("2026-11-24T10:00:00Z").toEpochMilli();
        assertThatThrownBy(() -> ReportQuery.parse("0m", null, null, null, false, null, now))
                .isInstanceOf(InvalidQuery.class);
        assertThat(ReportQuery.parse("999999y", null, null, null, false, null, now)
                        .from())
                .isZero();
    }
}
