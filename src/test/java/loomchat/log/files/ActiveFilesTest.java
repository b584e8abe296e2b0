package loomchat.log.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the files are looked at, on a clock of the test's own. */
class ActiveFilesTest {
    private static final String EVENTS = "chat-logs.jsonl";
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    @TempDir
    Path folder;

    private final List<String> replaced = new ArrayList<>();

    @Test
    void aFileThatIsGoneIsNoticedAtTheNextCheckFourTimesASecond() throws IOException {
        LogSync sync = new LogSync(folder, 0, file -> {});
        try (FolderLock lock = FolderLock.take(folder)) {
            ActiveFiles files = new ActiveFiles(
                    folder, 1 << 20, false, Disk.REAL, sync, lock, (file, what) -> replaced.add(file + " " + what));
            files.open();
            long checked = System.nanoTime() + 1_000_000_000_000L;
            files.append(NOTHING, 0, NOTHING, 0, checked);
            Files.delete(folder.resolve(EVENTS));
            files.append(NOTHING, 0, NOTHING, 0, checked + 249_000_000);
            assertThat(replaced).isEmpty();
            files.append(NOTHING, 0, NOTHING, 0, checked + 250_000_000);
            assertThat(replaced).containsExactly(EVENTS + " deleted");
            files.close();
        }
    }
}
