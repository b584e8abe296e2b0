package loomchat.log.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import loomchat.log.Event;
import loomchat.log.EventLog;
import loomchat.log.LogArchiver;
import loomchat.log.LogOptions;
import loomchat.log.LogUnavailable;
import loomchat.testing.StrictLogReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The record is its owner's alone, and goes nowhere else. */
@Timeout(30)
class OwnerOnlyFilesTest {
    @TempDir
    Path top;

    @BeforeEach
    void modesAreKnown() {
        assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void whatIsMadeIsForItsOwnerAlone() throws Exception {
        Path dir = top.resolve("new").resolve("logs");
        try (EventLog log = EventLog.open(new LogOptions(dir, 1000, 64 << 10, 0, 256))) {
            for (int i = 0; i < 2_000; i++) {
                log.record(new Event.MessageRelay(1, i, 1, 500));
            }
        }
        assertThat(LogFileNames.oldestFirst(dir)).isNotEmpty();
        Files.writeString(dir.resolve("chat-logs.jsonl"), "{\"half");
        EventLog.open(LogOptions.in(dir)).close();
        assertThat(new StrictLogReader(dir).sideFiles()).hasSize(1);
        for (Path each : new StrictLogReader(dir).all()) {
            assertThat(mode(each)).as(each.toString()).isEqualTo("rw-------");
        }
        assertThat(List.of(mode(dir), mode(dir.getParent()))).containsOnly("rwx------");
        LogArchiver.archive(dir);
        Path archive = new StrictLogReader(dir)
                .all().stream().filter(Files::isDirectory).findFirst().orElseThrow();
        assertThat(mode(archive)).isEqualTo("rwx------");
    }

    @Test
    void whatExistsKeepsItsMode() throws Exception {
        Path file = top.resolve("chat-logs.jsonl");
        Files.writeString(file, "{\"time\":\"t\"}\n\0\0\0\n{}\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        Files.setPosixFilePermissions(top, PosixFilePermissions.fromString("rwxr-x---"));
        try (EventLog log = EventLog.open(LogOptions.in(top))) {
            assertThat(log.tornBytes()).as("written anew").isPositive();
        }
        assertThat(mode(file)).isEqualTo("rw-r-----");
        assertThat(mode(top)).isEqualTo("rwxr-x---");
    }

    @Test
    void aServerDoesNotStartWithALogThatIsALinkOrAPipe() throws Exception {
        Path outside = Files.createDirectory(top.resolve("outside"));
        Path dir = Files.createDirectory(top.resolve("logs"));
        for (String name : List.of("chat-logs.jsonl", "bandwidth.jsonl", "loomchat.lock")) {
            Path target = Files.writeString(outside.resolve(name), "not ours");
            Path file = dir.resolve(name);
            Files.deleteIfExists(file);
            Files.createSymbolicLink(file, target);
            assertRefused(dir, name + " is a symbolic link");
            assertThat(target).hasContent("not ours");
            Files.delete(file);
            makePipe(file);
            assertRefused(dir, name + " is not a regular file");
            Files.delete(file);
        }
    }

    private static void assertRefused(Path dir, String why) {
        assertThatThrownBy(() -> EventLog.open(LogOptions.in(dir)))
                .isInstanceOf(LogUnavailable.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("\n");
    }

    private static void makePipe(Path file) throws Exception {
        Process mkfifo = new ProcessBuilder("mkfifo", file.toString()).start();
        assertThat(mkfifo.waitFor(10, TimeUnit.SECONDS) && mkfifo.exitValue() == 0)
                .isTrue();
    }

    @Test
    void whatLooksLikeASealedFileIsLeftAlone() throws Exception {
        Path outside = Files.writeString(top.resolve("outside"), "{\"half");
        Path dir = Files.createDirectory(top.resolve("logs"));
        Path link = Files.createSymbolicLink(dir.resolve("chat-logs-20261124T015042123Z.jsonl"), outside);
        Path pipe = dir.resolve("bandwidth-20261124T015042123Z.jsonl");
        makePipe(pipe);
        EventLog.open(new LogOptions(dir, 1000, 64 << 10, 1, 256)).close();
        assertThat(outside).hasContent("{\"half");
        assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS))
                .as("not removed")
                .isTrue();
        assertThat(pipe).exists();
    }

    @Test
    void aLogThatIsReplacedByALinkIsNotWrittenThrough() throws Exception {
        Path outside = Files.writeString(top.resolve("outside"), "{\"half");
        Path dir = top.resolve("logs");
        Path file = dir.resolve("chat-logs.jsonl");
        EventLog log = EventLog.open(LogOptions.in(dir));
        Files.move(file, dir.resolve("moved"));
        Files.createSymbolicLink(file, outside);
        org.awaitility.Awaitility.await().until(() -> !log.health().healthy());
        assertThat(log.health().cause()).isEqualTo("chat-logs.jsonl is a symbolic link");
        log.record(new Event.NewConnection(1, 1, "plain", null));
        Files.delete(file);
        org.awaitility.Awaitility.await().until(() -> log.health().healthy());
        assertThat(log.close(null)).isZero();
        assertThat(outside).hasContent("{\"half");
        assertThat(new StrictLogReader(dir).events()).isNotEmpty();
    }
}
