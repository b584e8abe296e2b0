package loomchat.report.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a server counts as running. */
class LiveServerTest {
    private static final long NOW = Instant.parse("2026-11-24T10:00:00Z").toEpochMilli();

    @TempDir
    private Path folder;

    private boolean isLive(long pid, long secondsAgo) throws IOException {
        Files.writeString(folder.resolve("loomchat.lock"), pid + "\n");
        Files.writeString(
                folder.resolve("bandwidth.jsonl"),
                "{\"time\":\"%s.000Z\",\"millis\":1000,\"messagesRelayed\":1,\"connections\":5}\n"
                        .formatted(Instant.ofEpochMilli(NOW - secondsAgo * 1000)
                                .toString()
                                .replace("Z", "")));
        try (HistoryReader reader = new HistoryReader(NodeFolders.of(folder), 1, () -> NOW)) {
            return reader.read(ReportQuery.parse(null, null, null, null, false, null, NOW))
                    .now()
                    .live();
        }
    }

    @Test
    void aServerWhoseProcessIsGoneIsSoonNotLive() throws Exception {
        Process killed = new ProcessBuilder("true").start();
        killed.waitFor();
        long own = ProcessHandle.current().pid();
        assertThat(isLive(own, 4)).isTrue();
        assertThat(isLive(killed.pid(), 4)).isFalse();
        // One in a container has a process of a number that is not known here, and writes each second.
        assertThat(isLive(killed.pid(), 1)).isTrue();
        assertThat(isLive(own, 6)).isFalse();
    }
}
