package loomchat.livelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import loomchat.testing.LogLines;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class LiveLogTest {
    private static final long NOW = Instant.parse("2026-11-24T01:50:42.123Z").toEpochMilli();
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private Path file;
    private long seq;

    @BeforeEach
    void setUp() {
        file = folder.resolve("chat-logs.jsonl");
    }

    @Test
    void theLastHundredEntriesAreShownAlsoAcrossASealedSegment() throws IOException {
        write(messages(150));
        Files.move(file, folder.resolve("chat-logs-20261124T015042123Z.jsonl"));
        write(messages(30));
        try (LiveLog log = new LiveLog(folder)) {
            List<LogEntry> entries = log.history(LogFilter.ALL);
            assertThat(entries).hasSize(LiveLog.HISTORY);
            assertThat(entries).extracting(LogEntry::seq).isSorted().last().isEqualTo(180L);
            assertThat(log.history(new LogFilter("Disconnected", 0))).isEmpty();
            assertThat(log.history(new LogFilter("Message Relay", 7))).hasSizeBetween(1, 100);
        }
    }

    @Test
    void whatIsAppendedArrivesAlsoInPieces() throws Exception {
        write(messages(3));
        try (LiveLog log = new LiveLog(folder);
                LiveLogReader reader = log.read(LogFilter.ALL)) {
            String line = LogLines.message(NOW, 4, 1, 1, 44);
            write(line.substring(0, 60));
            write(line.substring(60) + LogLines.disconnected(NOW, 5, 1, "<b>eof</b>"));
            List<LogEntry> entries = take(reader, 2);
            assertThat(entries).extracting(LogEntry::seq).containsExactly(4L, 5L);
            assertThat(entries.getLast().details()).contains("<b>eof</b>");
        }
    }

    @Test
    void theFileMayBeSealedReplacedCutOffAndDeleted() throws Exception {
        write(messages(3));
        try (LiveLog log = new LiveLog(folder);
                LiveLogReader reader = log.read(LogFilter.ALL)) {
            write(LogLines.message(NOW, 10, 1, 1, 1));
            Files.move(file, folder.resolve("chat-logs-20261124T015042123Z.jsonl"));
            write(LogLines.message(NOW, 11, 1, 1, 1) + LogLines.message(NOW, 12, 1, 1, 1));
            assertThat(take(reader, 3)).extracting(LogEntry::seq).containsExactly(10L, 11L, 12L);
            // It is shorter now than what was read of it.
            Files.write(file, new byte[0]);
            write(LogLines.stopped(NOW, 13, 1));
            assertThat(take(reader, 1)).extracting(LogEntry::seq).contains(13L);
            Files.delete(file);
            write(LogLines.started(NOW, 1));
            assertThat(take(reader, 1)).extracting(LogEntry::event).contains("Server Started");
        }
    }

    @Test
    void aFilterGivesOneSessionsEventsAndMatchesOfBothPartners() throws Exception {
        write(messages(1));
        try (LiveLog log = new LiveLog(folder);
                LiveLogReader reader = log.read(new LogFilter(null, 12))) {
            write(LogLines.connected(NOW, 2, 12)
                    + LogLines.connected(NOW, 3, 13)
                    + LogLines.connected(NOW, 4, 120)
                    + LogLines.matched(NOW, 5, 13, 7, 12, 850)
                    + LogLines.message(NOW, 6, 13, 12, 500)
                    + LogLines.disconnected(NOW, 7, 12, "eof"));
            assertThat(take(reader, 3)).extracting(LogEntry::seq).containsExactly(2L, 5L, 7L);
        }
    }

    @Test
    void callsAreFoundByTheirEventAndByBothPartners() throws Exception {
        String calls = LogLines.callStarted(NOW, 2, 13, 7, 1, "audio")
                + LogLines.callEnded(NOW, 3, 7, "ended", 61_000, 412, false, 9)
                + LogLines.callStarted(NOW, 4, 14, 8, 1, "audio")
                + LogLines.callStarted(NOW, 5, 12, 9, 1, "video")
                + LogLines.callEnded(NOW, 6, 9, "next", 61_000, 0, false, 9);
        assertThat(shown(LogFilter.parse("Call Ended", null), calls)).containsExactly(3L, 6L);
        assertThat(shown(LogFilter.parse("Call Started", "12"), calls)).containsExactly(2L, 5L);
    }

    private List<Long> shown(LogFilter filter, String lines) throws Exception {
        write(messages(1));
        try (LiveLog log = new LiveLog(folder);
                LiveLogReader reader = log.read(filter)) {
            write(lines);
            return take(reader, 2).stream().map(LogEntry::seq).toList();
        }
    }

    @Test
    void aStormIsBoundedAndWhatIsLeftOutIsCounted() throws Exception {
        write(messages(1));
        try (LiveLog log = new LiveLog(folder);
                LiveLogReader reader = log.read(LogFilter.ALL)) {
            write(messages(20_000));
            long shown = 0;
            long leftOut = 0;
            while (shown + leftOut < 20_000) {
                LiveLogBatch batch = reader.take(PATIENCE);
                shown += batch.entries().size();
                leftOut += batch.leftOut();
            }
            assertThat(shown + leftOut).isEqualTo(20_000);
            assertThat(shown).isLessThan(2_000);
        }
    }

    @Test
    void closingEndsAllReaders() throws Exception {
        LiveLog log = new LiveLog(folder);
        try (LiveLogReader reader = log.read(LogFilter.ALL)) {
            log.close();
            assertThat(reader.take(PATIENCE)).isNull();
            assertThat(log.read(LogFilter.ALL)).isNull();
        }
    }

    @Test
    void whatIsNotARegularFileIsNeverOpened() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();
        try (LogTail tail = new LogTail(file)) {
            assertThatThrownBy(tail::open).hasMessage("it is no regular file");
        }
    }

    private List<LogEntry> take(LiveLogReader reader, int count) throws InterruptedException {
        List<LogEntry> entries = new ArrayList<>();
        while (entries.size() < count) {
            LiveLogBatch batch = reader.take(PATIENCE);
            assertThat(batch.entries()).as("entries so far: " + entries).isNotEmpty();
            entries.addAll(batch.entries());
        }
        return entries;
    }

    private String messages(int count) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append(LogLines.message(NOW + i, ++seq, i % 10, 1, 100 + i));
        }
        return lines.toString();
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
