package loomchat.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import loomchat.log.files.FolderLock;
import loomchat.testing.StrictLogReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Somebody meddles with the files of a running server. */
@Timeout(60)
class NeighbourTest {
    @TempDir
    Path top;

    private Path dir;
    private Path file;
    private EventLog log;
    private long session;

    @BeforeEach
    void open() throws LogUnavailable {
        dir = top.resolve("logs");
        file = dir.resolve("chat-logs.jsonl");
        log = EventLog.open(LogOptions.in(dir));
        record(10);
        await().until(() -> Files.size(file) > 0 && log.health().queued() == 0);
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void aDeletedFileIsBegunAnew() throws Exception {
        Files.delete(file);
        assertSaid("deleted");
        record(10);
        log.close();
        assertThat(StrictLogReader.parse(file)).hasSize(11);
    }

    @Test
    void aFileThatWasMovedAwayIsBegunAnew() throws Exception {
        Files.move(file, dir.resolve("old.txt"));
        record(10);
        assertSaid("moved away");
        log.close();
        assertThat(StrictLogReader.parse(dir.resolve("old.txt")).size()
                        + StrictLogReader.parse(file).size())
                .isEqualTo(21);
    }

    @Test
    void aFileThatWasReplacedIsAppendedTo() throws Exception {
        Path other =
                Files.writeString(dir.resolve("other"), "{\"time\":\"t\",\"event\":\"e\",\"details\":\"d\"}\n{\"ti");
        Files.move(other, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertSaid("replaced by another file");
        log.close();
        assertThat(StrictLogReader.parse(file)).hasSize(2);
        assertThat(new StrictLogReader(dir).sideFiles()).hasSize(1);
    }

    @Test
    void aFileThatWasEmptiedGoesOn() throws Exception {
        truncate(0);
        record(1);
        assertSaid("truncated");
        log.close();
        assertThat(StrictLogReader.parse(file)).hasSize(2);
    }

    @Test
    void aFileThatWasTruncatedWhileNothingHappensIsNoticedToo() throws Exception {
        truncate(0);
        assertSaid("truncated");
        log.close();
        assertThat(StrictLogReader.parse(file)).hasSize(1);
    }

    @Test
    void aFileCutInTheMiddleOfALineLosesThatLineOnly() throws Exception {
        truncate(Files.size(file) - 5);
        record(1);
        assertSaid("truncated");
        log.close();
        assertThat(StrictLogReader.parse(file)).hasSize(9 + 2);
        assertThat(new StrictLogReader(dir).sideFiles()).hasSize(1);
    }

    @Test
    void whatAnotherProcessAppendedDoesNotDamageOurLines() throws Exception {
        Files.writeString(file, "{\"half", StandardOpenOption.APPEND);
        record(1);
        assertSaid("appended to by another process");
        log.close();
        assertThat(StrictLogReader.parse(file)).hasSize(12);
    }

    @Test
    void aFolderThatWasRemovedIsMadeAnewAndClaimed() throws Exception {
        Files.move(dir, top.resolve("gone"));
        record(1);
        assertSaid("moved away");
        assertThat(dir.resolve(FolderLock.NAME))
                .hasContent(Long.toString(ProcessHandle.current().pid()));
        log.close();
        assertThat(StrictLogReader.parse(top.resolve("gone/chat-logs.jsonl")).size()
                        + StrictLogReader.parse(file).size())
                .isGreaterThanOrEqualTo(12);
    }

    private void truncate(long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }

    private void record(int count) {
        for (int i = 0; i < count; i++) {
            log.record(new Event.NewConnection(System.currentTimeMillis(), session++, "plain", null));
        }
    }

    /** As soon as the machine has time for it; that the files are looked at in time, ActiveFilesTest shows. */
    private void assertSaid(String what) {
        await().until(() -> Files.exists(file)
                && events().stream()
                        .anyMatch(each -> each.getString("event").equals("Log File Replaced")
                                && each.getString("file").equals("chat-logs.jsonl")
                                && each.getString("what").equals(what)));
    }

    private List<JsonObject> events() {
        try {
            return StrictLogReader.parse(file);
        } catch (AssertionError | RuntimeException e) {
            return List.of();
        }
    }
}
