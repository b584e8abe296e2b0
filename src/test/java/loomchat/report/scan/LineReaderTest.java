package loomchat.report.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import loomchat.report.series.ChatCount;
import loomchat.report.series.ChatTotals;
import loomchat.report.series.Distribution;
import loomchat.report.series.LogTimes;
import loomchat.report.series.RunEvents;
import loomchat.report.series.SampleColumn;
import loomchat.report.series.SampleTotals;
import loomchat.testing.LogLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lines read in place against the same lines read through JSON-P, on whole, cut and mutated input. Long, because all
 * share the lines.
 */
class LineReaderTest {
    private static final long NOW = Instant.parse("2026-11-24T01:50:42.123Z").toEpochMilli();

    @TempDir
    Path folder;

    @Test
    void whatTheServerWritesIsReadInPlace() {
        for (String line : chatLines()) {
            boolean rare = line.contains("Server St")
                    || line.contains("Log ")
                    || line.contains("Load Test")
                    || line.contains("Call ");
            assertThat(fast(line)).as(line).isEqualTo(!rare);
        }
        for (String line : List.of(sampleLine(), LogLines.sample(NOW, 1000, 30_000, 3_000, 85.3))) {
            SampleLineReader reader = samples();
            assertThat(reader.readCanonical(padded(line), 0, line.length())).isEqualTo(line.length());
            assertThat(reader.totals.series().mean(0, SampleColumn.CALLS.ordinal()))
                    .isEqualTo(line.contains("calls") ? 120 : 0);
        }
    }

    @Test
    void bothWaysSayTheSameOfMutatedLines() {
        long seed = new Random().nextLong();
        System.out.println("LineReaderTest seed " + seed);
        Random random = new Random(seed);
        List<String> lines = chatLines();
        int accepted = 0;
        for (int i = 0; i < 30_000; i++) {
            byte[] line = mutated(lines.get(random.nextInt(lines.size())), random);
            accepted += assertSame(line) ? 1 : 0;
        }
        // Most mutations hit a byte that has to be what it is; enough must be left for the comparison to mean
        // something.
        assertThat(accepted).isGreaterThan(500);
    }

    @Test
    void bothWaysSayTheSameOfMutatedSamples() {
        long seed = new Random().nextLong();
        System.out.println("LineReaderTest samples seed " + seed);
        Random random = new Random(seed);
        int accepted = 0;
        for (int i = 0; i < 30_000; i++) {
            byte[] line = mutated(sampleLine(), random);
            SampleLineReader fastReader = samples();
            byte[] buffer = java.util.Arrays.copyOf(line, line.length + ByteWords.SLACK);
            if (fastReader.readCanonical(buffer, 0, line.length) < 0) {
                continue;
            }
            accepted++;
            SampleLineReader slowReader = samples();
            assertThat(slowReader.readJson(line, 0, line.length - 1))
                    .as(text(line))
                    .isTrue();
            SampleTotals fast = fastReader.totals;
            SampleTotals slow = slowReader.totals;
            assertThat(slow.first()).as(text(line)).isEqualTo(fast.first());
            for (SampleColumn each : SampleColumn.values()) {
                int column = each.ordinal();
                assertThat(slow.amount(each)).as(text(line)).isEqualTo(fast.amount(each));
                assertThat(slow.series().has(0, column))
                        .as(text(line))
                        .isEqualTo(fast.series().has(0, column));
                assertThat(slow.series().max(0, column))
                        .as(text(line))
                        .isEqualTo(fast.series().max(0, column));
                assertThat(slow.series().weight(0, column))
                        .as(text(line))
                        .isEqualTo(fast.series().weight(0, column));
            }
        }
        assertThat(accepted).isGreaterThan(1_000);
    }

    @Test
    void aLineIsNeverReadBehindTheEndOfWhatIsThere() {
        for (String line : chatLines()) {
            byte[] twice = padded(line + line);
            for (int limit = 0; limit < line.length(); limit++) {
                assertThat(chat().readCanonical(twice, 0, limit))
                        .as(line + limit)
                        .isEqualTo(-1);
            }
        }
    }

    @Test
    void aFileCutAtEveryByteOfItsLastLineCountsWholeLinesAndOneTornTail() throws IOException {
        String whole = LogLines.message(NOW, 1, 1, 1, 500) + LogLines.connected(NOW, 2, 2);
        String last = LogLines.message(NOW, 3, 1, 1, 700);
        for (int cut = 0; cut <= last.length(); cut++) {
            Path file = Files.writeString(folder.resolve("cut"), whole + last.substring(0, cut));
            ChatTotals totals = scan(file, 2);
            boolean lastIsWhole = cut >= last.length() - 1;
            assertThat(totals.count(ChatCount.MESSAGES)).as("cut " + cut).isEqualTo(lastIsWhole ? 2 : 1);
            assertThat(totals.lines()).as("cut " + cut).isEqualTo(lastIsWhole ? 3 : 2);
            assertThat(totals.torn()).as("cut " + cut).isEqualTo(lastIsWhole || cut == 0 ? 0 : 1);
            assertThat(totals.skipped()).as("cut " + cut).isZero();
        }
    }

    @Test
    void linesAcrossPartsCountOnceWhereverTheyLie() throws IOException {
        long seed = new Random().nextLong();
        System.out.println("LineReaderTest parts seed " + seed);
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        long messages = 0;
        long skipped = 0;
        for (int i = 0; text.length() < 5 * FileChunk.BYTES; i++) {
            switch (random.nextInt(2000)) {
                case 0 -> {
                    text.append("x".repeat(random.nextInt(FileChunk.BYTES / 4))).append('\n');
                    skipped++;
                }
                case 1 -> {
                    // Valid, but longer than what is read ahead.
                    text.append(LogLines.message(NOW, i, 1, 1, 5)
                            .replace("}", ",\"long\":\"" + "y".repeat(random.nextInt(9000)) + "\"}"));
                    messages++;
                }
                default -> {
                    text.append(LogLines.message(NOW, i, 1, 1, random.nextInt(1000)));
                    messages++;
                }
            }
        }
        text.append("z".repeat(3 * FileChunk.LONGEST_LINE)).append('\n').append(LogLines.message(NOW, 1, 1, 1, 1));
        Path file = Files.writeString(folder.resolve("parts"), text);
        for (int workers = 1; workers <= 3; workers++) {
            ChatTotals totals = scan(file, workers);
            assertThat(totals.count(ChatCount.MESSAGES)).isEqualTo(messages + 1);
            assertThat(totals.skipped()).isEqualTo(skipped + 1);
        }
    }

    @Test
    void zerosAndHalfCharactersAtTheEndAreATornTail() throws IOException {
        for (byte[] tail : new byte[][] {new byte[4096], {'{', '"', (byte) 0xE2, (byte) 0x82}, new byte[100_000]}) {
            Path file = Files.writeString(folder.resolve("tail"), LogLines.message(NOW, 1, 1, 1, 500));
            Files.write(file, tail, java.nio.file.StandardOpenOption.APPEND);
            ChatTotals totals = scan(file, 2);
            assertThat(totals.count(ChatCount.MESSAGES)).isEqualTo(1);
            assertThat(totals.torn()).isEqualTo(1);
        }
    }

    @Test
    void timesOfOlderServersAreRead() {
        long local = java.time.LocalDateTime.of(2025, 7, 29, 22, 20, 50)
                .atZone(java.time.ZoneId.systemDefault())
                .toInstant()
                .toEpochMilli();
        for (String text : new String[] {
            "7/29/2025, 10:20:50 PM",
            "7/29/2025, 10:20:50\u202fPM",
            "29/07/2025, 22:20:50",
            "29.7.2025, 22:20:50",
            "2025-07-29 22:20:50"
        }) {
            assertThat(LogTimes.parse(text)).as(text).isEqualTo(local);
        }
        assertThat(LogTimes.parse("7/29/2025, 12:00:00 AM")).isEqualTo(local - (22 * 3600 + 20 * 60 + 50) * 1000L);
        assertThat(LogTimes.parse("2025-07-29T22:20:50+02:00"))
                .isEqualTo(Instant.parse("2025-07-29T20:20:50Z").toEpochMilli());
        for (String text : new String[] {
            "", "yesterday", "13/13/2025, 1:00:00 PM", "2026-02-29T00:00:00.000Z", "7/29/2025, 13:00:00 PM"
        }) {
            assertThat(LogTimes.parse(text)).as(text).isEqualTo(LogTimes.UNKNOWN);
        }
    }

    /** Whether the line was read in place; if so, the other way must say the same. */
    private static boolean assertSame(byte[] line) {
        ChatLineReader fast = chat();
        if (fast.readCanonical(java.util.Arrays.copyOf(line, line.length + ByteWords.SLACK), 0, line.length) < 0) {
            return false;
        }
        ChatLineReader slow = chat();
        assertThat(slow.readJson(line, 0, line.length - 1)).as(text(line)).isTrue();
        assertThat(summary(slow.totals)).as(text(line)).isEqualTo(summary(fast.totals));
        return true;
    }

    private static String summary(ChatTotals totals) {
        RunEvents runEvents = totals.endChunk().runEvents();
        StringBuilder summary = new StringBuilder();
        for (ChatCount each : ChatCount.values()) {
            summary.append(each).append(' ').append(totals.count(each)).append(' ');
        }
        for (Distribution each : Distribution.values()) {
            summary.append(each)
                    .append(' ')
                    .append(totals.histogram(each).max())
                    .append(' ');
        }
        return summary + " " + totals.first() + " " + totals.reasons().all() + " "
                + totals.series().rows() + " " + runEvents.all();
    }

    private static List<String> chatLines() {
        List<String> lines = new ArrayList<>();
        lines.add(LogLines.started(NOW, 1));
        lines.add(LogLines.connected(NOW, 2, 12));
        lines.add(LogLines.matched(NOW, 3, 13, 7, 12, 850));
        lines.add(LogLines.message(NOW, 42, 12, 7, 500));
        lines.add(LogLines.message(NOW, 123_456_789_012L, 12_345_678, 87_654_321, 1_048_576));
        lines.add(LogLines.chatEnded(NOW, 43, 12, 7, "protocol-error", 61_000, 40));
        // As older versions wrote it.
        lines.add(LogLines.chatEnded(NOW, 43, 12, 7, "eof", 61_000, 40).replaceFirst(",\"partner\":\\d+", ""));
        lines.add(LogLines.disconnected(NOW, 44, 12, "eof"));
        lines.add(LogLines.callStarted(NOW, 48, 13, 7, 1, "audio+video"));
        lines.add(LogLines.callEnded(NOW, 49, 7, "next", 61_000, 412, true, 1_000_000));
        lines.add(LogLines.recovered(NOW, 45, 5_200));
        lines.add(LogLines.loadTest(NOW, 46, true, "a"));
        lines.add(LogLines.stopped(NOW, 47, 12_345));
        return lines;
    }

    private static String sampleLine() {
        return LogLines.sample(NOW, 1000, 30_000, 3_000, 85.3, 120);
    }

    private static byte[] mutated(String line, Random random) {
        StringBuilder text = new StringBuilder(line);
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(text.length() - 1);
            switch (random.nextInt(5)) {
                case 0 -> text.setCharAt(at, (char) (1 + random.nextInt(255)));
                case 1 -> text.deleteCharAt(at);
                case 2 -> text.insert(at, (char) ('0' + random.nextInt(10)));
                case 3 -> {
                    // A digit for a digit: mostly still a line.
                    if (Character.isDigit(text.charAt(at))) {
                        text.setCharAt(at, (char) ('0' + random.nextInt(10)));
                    }
                }
                default -> text.insert(at, text.substring(at, Math.min(text.length() - 1, at + random.nextInt(20))));
            }
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static boolean fast(String line) {
        return chat().readCanonical(padded(line), 0, line.length()) == line.length();
    }

    private static byte[] padded(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return java.util.Arrays.copyOf(bytes, bytes.length + ByteWords.SLACK);
    }

    private static String text(byte[] line) {
        return new String(line, StandardCharsets.ISO_8859_1);
    }

    private static ChatTotals scan(Path file, int workers) throws IOException {
        try (LogScanner scanner = new LogScanner(workers);
                FileChannel channel = FileChannel.open(file)) {
            List<LineReader<ChatTotals>> readers =
                    scanner.readers(() -> new ChatLineReader(new ChatTotals(LogTimes.UNKNOWN, Long.MAX_VALUE, 60)));
            scanner.scan(LogBytes.of(channel), channel.size(), true, readers);
            return LogScanner.sum(readers);
        }
    }

    private static ChatLineReader chat() {
        return new ChatLineReader(new ChatTotals(0, Long.MAX_VALUE, 1));
    }

    private static SampleLineReader samples() {
        return new SampleLineReader(new SampleTotals(0, Long.MAX_VALUE, 1));
    }
}
