package loomchat.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import loomchat.testing.StrictLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogArchiverTest {
    @TempDir
    Path dir;

    @Test
    void allLogsOfAStoppedServerGoToOneFolder() throws Exception {
        List<String> ours = List.of(
                "bandwidth.jsonl",
                "chat-logs-20261124T015042123Z.jsonl",
                "chat-logs-20261124T015042123Z.rollup.json",
                "chat-logs.jsonl",
                "chat-logs.torn-20261124T015042123Z.bin");
        for (String name : ours) {
            Files.writeString(dir.resolve(name), name);
        }
        Files.createFile(dir.resolve("notes.txt"));
        Files.createFile(dir.resolve(".gitkeep"));

        String said = LogArchiver.archive(dir);

        Path archive = only("archive-");
        assertThat(said).isEqualTo("Archived 5 files in " + archive);
        for (String name : ours) {
            assertThat(archive.resolve(name)).hasContent(name);
            assertThat(dir.resolve(name)).doesNotExist();
        }
        assertThat(dir.resolve("notes.txt")).exists();
        assertThat(dir.resolve(".gitkeep")).exists();
        assertThat(LogArchiver.archive(dir)).isEqualTo("Nothing to archive in " + dir);
        EventLog.open(LogOptions.in(dir)).close();
    }

    @Test
    void twoArchivesDoNotMix() throws Exception {
        for (int i = 0; i < 2; i++) {
            Files.writeString(dir.resolve("chat-logs.jsonl"), "x");
            LogArchiver.archive(dir);
        }
        assertThat(new StrictLogReader(dir).all().stream().filter(Files::isDirectory))
                .hasSize(2);
    }

    @Test
    void theLogsOfARunningServerStayWhereTheyAre() throws Exception {
        try (EventLog log = EventLog.open(LogOptions.in(dir))) {
            assertThatThrownBy(() -> LogArchiver.archive(dir))
                    .isInstanceOf(LogUnavailable.class)
                    .hasMessageContaining("is in use by the server with process id");
            assertThat(log.health().healthy()).isTrue();
        }
        assertThat(dir.resolve("chat-logs.jsonl")).exists();
    }

    @Test
    void aFolderThatDoesNotExistIsNoError() throws Exception {
        assertThat(LogArchiver.archive(dir.resolve("none"))).startsWith("Nothing to archive: there is no folder");
        assertThat(dir.resolve("none")).doesNotExist();
    }

    private Path only(String prefix) {
        List<Path> found = new StrictLogReader(dir)
                .all().stream()
                        .filter(each -> each.getFileName().toString().startsWith(prefix))
                        .toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }
}
