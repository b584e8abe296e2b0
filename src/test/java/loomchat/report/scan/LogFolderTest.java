package loomchat.report.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import loomchat.log.files.FolderLock;
import loomchat.report.scan.LogFolder.Kind;
import loomchat.report.scan.LogFolder.Segment;
import loomchat.report.scan.LogFolder.Snapshot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is in a folder at one moment, while a server writes to it. */
class LogFolderTest {
    private static final int SEALED = 5_000;
    private static final int KEPT = 6;

    @TempDir
    Path dir;

    /** A process that closes a file loses its locks on it: another server could take the folder. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void toAskWhoseTheFolderIsDoesNotReleaseIt() throws Exception {
        try (FolderLock _ = FolderLock.take(dir)) {
            String lock = ":" + Files.getAttribute(dir.resolve(FolderLock.NAME), "unix:ino") + " ";
            assertThat(Files.readString(Path.of("/proc/locks"))).contains(lock);
            assertThat(new LogFolder(dir).isClaimed()).isTrue();
            assertThat(new LogFolder(dir).isForsaken()).isFalse();
            assertThat(Files.readString(Path.of("/proc/locks"))).contains(lock);
        }
        assertThat(new LogFolder(dir).isClaimed()).isFalse();
    }

    /** The active file gets another name at any time, and another one takes its place. */
    @Test
    @Timeout(60)
    void noFileIsLeftOutAndNoneIsThereTwice() throws Exception {
        AtomicInteger written = new AtomicInteger();
        Path active = dir.resolve("chat-logs.jsonl");
        Files.writeString(active, "0\n");
        Thread writer = Thread.ofPlatform().start(() -> {
            try {
                for (int i = 1; i <= SEALED; i++) {
                    Files.move(active, sealed(i));
                    // The file with this line will be sealed as the next number.
                    Files.writeString(active, i + "\n");
                    written.set(i);
                    Files.deleteIfExists(sealed(i - KEPT));
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        LogFolder folder = new LogFolder(dir);
        int checked = 0;
        while (writer.isAlive()) {
            int before = written.get();
            try (Snapshot snapshot = folder.snapshot(Kind.CHAT)) {
                String line = snapshot.active() == null ? "" : line(snapshot);
                // What was sealed before that may have been removed by now.
                if (!line.isEmpty() && !line.equals("0") && written.get() - before < KEPT - 2) {
                    int number = Integer.parseInt(line);
                    assertThat(snapshot.segments())
                            .as("beside the file that is sealed as " + (number + 1))
                            .contains(new Segment(sealed(number), true))
                            .doesNotContain(new Segment(sealed(number + 1), true));
                    checked++;
                }
            }
        }
        assertThat(checked).isPositive();
    }

    private Path sealed(int number) {
        return dir.resolve("chat-logs-%09d.jsonl".formatted(number));
    }

    private static String line(Snapshot snapshot) throws IOException {
        byte[] line = new byte[20];
        int length = LogFolder.read(snapshot.active(), 0, line, 0, line.length);
        return new String(line, 0, length, StandardCharsets.US_ASCII).strip();
    }
}
