package loomchat.livelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import loomchat.log.Event;
import loomchat.log.retention.SegmentCompressor;
import loomchat.testing.LogLines;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The live log on real files. Long, because each of its bounds and filters is tried. */
@Timeout(30)
class LiveLogTest {
    private static final long NOW = Instant.parse("2026-11-24T01:50:42.123Z").toEpochMilli();
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final LogFilter EACH = new LogFilter(null, 0, 0, true);

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
            List<LogEntry> entries = log.history(EACH).entries();
            assertThat(entries).hasSize(LogHistory.MOST_ENTRIES);
            assertThat(entries).extracting(LogEntry::seq).isSorted().last().isEqualTo(180L);
            assertThat(log.history(new LogFilter("Disconnected", 0, 0, false)).entries())
                    .isEmpty();
            assertThat(log.history(new LogFilter("Message Relay", 7, 0, true)).entries())
                    .hasSizeBetween(1, 100);
        }
    }

    @Test
    void aCompressedSegmentIsHistoryToo() throws Exception {
        write(messages(150));
        Path sealed = folder.resolve("chat-logs-20261124T015042123Z.jsonl");
        Files.move(file, sealed);
        SegmentCompressor compressor = new SegmentCompressor(folder);
        try {
            compressor.wake();
            Awaitility.await().atMost(PATIENCE).until(() -> !Files.exists(sealed));
        } finally {
            compressor.stop(PATIENCE.toMillis());
        }
        write(messages(30));
        try (LiveLog log = new LiveLog(folder);
                LiveLogReader reader = log.read(EACH)) {
            List<LogEntry> entries = take(reader, 100);
            assertThat(entries).extracting(LogEntry::seq).isSorted().last().isEqualTo(180L);
            assertThat(log.history(EACH).entries()).isEqualTo(entries);
        }
    }

    @Test
    void whatIsAppendedArrivesAlsoInPieces() throws Exception {
        write(messages(3));
        try (LiveLog log = new LiveLog(folder);
                LiveLogReader reader = follow(log, EACH)) {
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
                LiveLogReader reader = follow(log, EACH)) {
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
                LiveLogReader reader = follow(log, new LogFilter(null, 12, 0, false))) {
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
        assertThat(shown(LogFilter.parse(Map.of("event", "Call Ended")), calls)).containsExactly(3L, 6L);
        assertThat(shown(LogFilter.parse(Map.of("event", "Call Started", "session", "12")), calls))
                .containsExactly(2L, 5L);
    }

    private List<Long> shown(LogFilter filter, String lines) throws Exception {
        write(messages(1));
        try (LiveLog log = new LiveLog(folder);
                LiveLogReader reader = follow(log, filter)) {
            write(lines);
            return take(reader, 2).stream().map(LogEntry::seq).toList();
        }
    }

    @Test
    void aStormIsBoundedAndWhatIsLeftOutIsCounted() throws Exception {
        write(messages(1));
        try (LiveLog log = new LiveLog(folder);
                LiveLogReader reader = follow(log, EACH)) {
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
    void relaysAreAddedUpBySecondAndEachLineCountsOnce() throws Exception {
        // The first lines of a second are in the history, the others come while it is followed.
        write(LogLines.message(NOW - 1_000, 1, 5, 1, 100)
                + LogLines.message(NOW, 2, 5, 1, 100)
                + LogLines.message(NOW, 3, 6, 2, 200));
        try (LiveLog log = new LiveLog(folder);
                LiveLogReader reader = log.read(LogFilter.ALL)) {
            assertThat(take(reader, 2))
                    .extracting(LogEntry::time, LogEntry::details)
                    .containsExactly(
                            tuple("2026-11-24T01:50:41Z", "1 message relayed, 100 B"),
                            tuple("2026-11-24T01:50:42Z", "2 messages relayed, 300 B"));
            write(LogLines.message(NOW + 1, 4, 5, 1, 1_000)
                    + LogLines.disconnected(NOW + 2, 5, 9, "eof")
                    // A moment back, over the edge of a second: it counts for the second that is open.
                    + LogLines.message(NOW - 500, 6, 5, 1, 50)
                    + LogLines.message(NOW + 1_000, 7, 5, 1, 3));
            assertThat(take(reader, 3))
                    .extracting(LogEntry::time, LogEntry::details, LogEntry::messages)
                    .containsExactly(
                            tuple(LogLines.iso(NOW + 2), "Session 9: eof", 0L),
                            tuple("2026-11-24T01:50:42Z", "4 messages relayed, 1.4 kB", 4L),
                            tuple("2026-11-24T01:50:43Z", "1 message relayed, 3 B", 1L));
        }
    }

    @Test
    void aBusySecondIsOneEntryWhateverTheNumberOfItsMessages() throws Exception {
        write(LogLines.started(NOW, 1));
        try (LiveLog log = new LiveLog(folder);
                LiveLogReader reader = follow(log, LogFilter.ALL)) {
            write(messages(20_000));
            Map<String, Long> seconds = new TreeMap<>();
            int entries = 0;
            while (seconds.values().stream().mapToLong(Long::longValue).sum() < 20_000) {
                LiveLogBatch batch = reader.take(PATIENCE);
                assertThat(batch.entries()).as("seconds so far: " + seconds).isNotEmpty();
                entries += batch.entries().size();
                assertThat(batch.leftOut()).isZero();
                batch.entries().forEach(each -> seconds.put(each.time(), each.messages()));
            }
            assertThat(entries).isLessThan(200);
        }
        try (LiveLog log = new LiveLog(folder)) {
            assertThat(log.history(LogFilter.ALL).entries()).hasSizeBetween(20, 23);
        }
    }

    @Test
    void oneChatIsFollowedByItsNumber() throws Exception {
        String lines = LogLines.matched(NOW, 2, 13, 7, 12, 850)
                + LogLines.message(NOW, 3, 13, 7, 500)
                + LogLines.message(NOW, 4, 13, 77, 500)
                + LogLines.chatEnded(NOW, 5, 13, 7, "next", 9_000, 1)
                + LogLines.chatEnded(NOW, 6, 14, 8, "next", 9_000, 1);
        LogFilter chat = LogFilter.parse(Map.of("chat", "7", "relays", "each"));
        assertThat(shown(chat, lines)).containsExactly(2L, 3L, 5L);
        try (LiveLog log = new LiveLog(folder)) {
            assertThat(log.history(LogFilter.parse(Map.of("chat", "7"))).entries())
                    .extracting(LogEntry::event, LogEntry::messages)
                    .containsExactly(tuple("Matched", 0L), tuple("Message Relay", 1L), tuple("Chat Ended", 0L));
        }
    }

    @Test
    void aReturnIsFoundByBothSessionsOfTheVisitorAndABlockIsAComplaint() throws Exception {
        String lines = ("{\"time\":\"%s\",\"event\":\"Chat Resumed\",\"details\":\"Session 20 for session 12\","
                                + "\"seq\":2,\"session\":20,\"pair\":7,\"from\":12,\"awayMillis\":900}\n")
                        .formatted(LogLines.iso(NOW))
                + LogLines.chatEnded(NOW, 3, 12, 7, "block", 9_000, 1)
                + LogLines.chatEnded(NOW, 4, 12, 8, "next", 9_000, 1);
        write(lines);
        try (LiveLog log = new LiveLog(folder)) {
            assertThat(log.history(new LogFilter(null, 12, 0, false)).entries())
                    .extracting(LogEntry::kind)
                    .containsExactly(LogKind.RESUME, LogKind.COMPLAINT, LogKind.CHAT_END);
            assertThat(log.history(new LogFilter(null, 20, 0, false)).entries())
                    .extracting(LogEntry::kind)
                    .containsExactly(LogKind.RESUME);
        }
    }

    /** Who looks into a complaint has to see that the other one left. */
    @Test
    void theEndOfAChatIsFoundByTheSessionThatWasLeftToo() throws Exception {
        write(LogLines.chatEnded(NOW, 1, 13, 7, "next", 9_000, 1)
                + LogLines.chatEnded(NOW, 2, 15, 8, "next", 9_000, 1));
        try (LiveLog log = new LiveLog(folder)) {
            assertThat(log.history(new LogFilter(null, 12, 0, false)).entries())
                    .extracting(LogEntry::details)
                    .containsExactly("Session 13 left: next");
        }
    }

    @Test
    void aReportNamesTheIdentityThatABanNeeds() throws Exception {
        write(
                ("{\"time\":\"%s\",\"event\":\"Reported\",\"details\":\"Session 13 for abuse, by session 12\",\"seq\":1,\"session\":12,"
                                + "\"pair\":7,\"partner\":13,\"reason\":\"abuse\",\"partnerIdentity\":\"AbC\"}\n")
                        .formatted(LogLines.iso(NOW)));
        try (LiveLog log = new LiveLog(folder)) {
            assertThat(log.history(new LogFilter("Reported", 13, 7, false)).entries())
                    .extracting(LogEntry::details)
                    .containsExactly("Session 13 for abuse, by session 12; identity of session 13: AbC");
        }
    }

    /** Read in blocks: a line that two blocks share is one line, and none is read twice. */
    @Test
    void theHistoryLooksFarBackForWhatIsRare() throws Exception {
        String many = messages(12_000);
        assertThat(many.length()).isGreaterThan(6 * 256 * 1024);
        write(LogLines.disconnected(NOW, 1, 3, "first") + many + LogLines.disconnected(NOW, 2, 3, "last"));
        try (LiveLog log = new LiveLog(folder)) {
            assertThat(log.history(new LogFilter("Disconnected", 0, 0, false)).entries())
                    .extracting(LogEntry::seq)
                    .containsExactly(1L, 2L);
            List<LogEntry> sums =
                    log.history(new LogFilter("Message Relay", 0, 0, false)).entries();
            assertThat(sums.stream().mapToLong(LogEntry::messages).sum()).isEqualTo(12_000);
        }
    }

    /** Small segments: what was logged is found, however many files ago. */
    @Test
    void allSegmentsAreSearchedAndItSaysHowFar() throws Exception {
        LogFilter stops = new LogFilter("Server Stopped", 0, 0, false);
        write(LogLines.disconnected(NOW, ++seq, 3, "first"));
        for (int i = 0; i < 3; i++) {
            write(messages(200));
            Files.move(file, folder.resolve("chat-logs-20261124T01504%d123Z.jsonl".formatted(i)));
        }
        write(messages(30));
        try (LiveLog log = new LiveLog(folder)) {
            LogExcerpt found = log.history(new LogFilter("Disconnected", 0, 0, false));
            assertThat(found.entries()).hasSize(1);
            assertThat(found.older()).isEmpty();
            assertThat(log.history(stops).nothing("")).isEqualTo("No such event was logged yet.");
            assertThat(log.history(EACH).older()).isEqualTo("The newest 100; older events are in the log's files");
            // More than is searched.
            String many = messages(25_000);
            for (int i = 0; i < 3; i++) {
                write(many);
                Files.move(file, folder.resolve("chat-logs-20261124T02504%d123Z.jsonl".formatted(i)));
            }
            LogExcerpt missed = log.history(new LogFilter("Disconnected", 0, 0, false));
            assertThat(missed.entries()).isEmpty();
            assertThat(missed.nothing(""))
                    .startsWith("Not among the newest 8 MB, since ")
                    .endsWith(" UTC; older events are in the log's files.");
            assertThat(missed.nothing("one:3000"))
                    .startsWith("Not in the log of one:3000, among the newest 8 MB, since ")
                    .endsWith("; older events are in the log's files. The others of its crowd have their own.");
            assertThat(Instant.parse(missed.since())).isAfter(Instant.ofEpochMilli(NOW));
            try (LiveLogReader reader = log.read(stops)) {
                assertThat(reader.take(PATIENCE).excerpt()).isEqualTo(log.history(stops));
            }
        }
    }

    @Test
    void aGroupIsChosenAsAWholeAndComplaintsAreFoundAmongMany() throws Exception {
        write(messages(2_000)
                + LogLines.disconnected(NOW, ++seq, 3, "last")
                + complaint("Reported")
                + messages(2_000)
                + complaint("Banned")
                + complaint("Unbanned"));
        LogFilter complaints = LogFilter.parse(Map.of("event", "Reports and bans"));
        assertThat(complaints.address()).isEqualTo("/logs?event=Reports+and+bans");
        try (LiveLog log = new LiveLog(folder)) {
            assertThat(log.history(complaints).entries())
                    .extracting(LogEntry::event)
                    .containsExactly("Reported", "Banned", "Unbanned");
            assertThat(log.history(LogFilter.parse(Map.of("event", "Chats"))).entries())
                    .allMatch(LogEntry::isSum)
                    .hasSizeGreaterThan(1);
        }
    }

    private String complaint(String event) {
        return "{\"time\":\"%s\",\"event\":\"%s\",\"details\":\"x\",\"seq\":%d}\n"
                .formatted(Instant.ofEpochMilli(NOW + 100), event, ++seq);
    }

    /** The numbers of chats begin again: two of one number are told apart by the start between them. */
    @Test
    void aStartIsShownBetweenTheChatsOfTwoRuns() throws Exception {
        String start = "{\"time\":\"%s\",\"event\":\"Server Started\",\"details\":\"x\",\"seq\":1}\n"
                .formatted(Instant.ofEpochMilli(NOW));
        write(start + messages(3) + start + messages(3) + start);
        try (LiveLog log = new LiveLog(folder)) {
            assertThat(log.history(LogFilter.parse(Map.of("chat", "1", "relays", "each")))
                            .entries())
                    .extracting(LogEntry::event)
                    .containsExactly(
                            "Message Relay",
                            "Message Relay",
                            "Message Relay",
                            "Server Started",
                            "Message Relay",
                            "Message Relay",
                            "Message Relay");
        }
    }

    /** A new kind of event cannot be forgotten here. */
    @Test
    void everyEventOfTheLogCanBeAskedForAndHasAKind() {
        List<String> names = Arrays.stream(Event.class.getPermittedSubclasses())
                .map(each -> each.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", " "))
                .toList();
        assertThat(LogFilter.events()).containsExactlyInAnyOrderElementsOf(names);
        assertThat(names)
                .filteredOn(each -> LogKind.of(each, "") == LogKind.TROUBLE)
                .containsExactlyInAnyOrder("Log Recovered", "Log File Replaced");
    }

    @Test
    void anAddressSaysTheFilterAndAWrongOneIsRefusedWithWhatIsAllowed() {
        LogFilter filter = LogFilter.parse(Map.of("event", "Chat Ended", "session", "12", "chat", "7"));
        assertThat(filter.address()).isEqualTo("/logs?event=Chat+Ended&session=12&chat=7");
        assertThat(EACH.address()).isEqualTo("/logs?relays=each");
        assertThat(LogFilter.parse(Map.of("event", "", "chat", ""))).isEqualTo(LogFilter.ALL);
        for (Map.Entry<String, String> wrong : Map.of(
                        "event", "No Event", "session", "-1", "chat", "1 OR 1", "relays", "all", "pair", "1")
                .entrySet()) {
            assertThatThrownBy(() -> LogFilter.parse(Map.ofEntries(wrong)))
                    .as(wrong.toString())
                    .hasMessageStartingWith(wrong.getKey());
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

    /** A reader that has had the history. */
    private static LiveLogReader follow(LiveLog log, LogFilter filter) throws InterruptedException {
        LiveLogReader reader = log.read(filter);
        reader.take(Duration.ZERO);
        return reader;
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
