package loomchat.identity.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal of lines such as {@code a=1}: whatever happens to its file, what was written is read again. */
class JournalTest {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);

    @TempDir
    Path dir;

    private final Map<String, String> state = new ConcurrentHashMap<>();
    private Journal journal;

    private Path file() {
        return dir.resolve("state.jsonl");
    }

    private Map<String, String> open() throws IOException {
        Map<String, String> read = new ConcurrentHashMap<>();
        journal = Journal.open(
                file(),
                line -> {
                    if (!line.matches("[a-z]+\\d*=\\d+")) {
                        throw new IllegalArgumentException(line);
                    }
                    read.put(line.split("=")[0], line.split("=")[1]);
                    state.put(line.split("=")[0], line.split("=")[1]);
                },
                () -> state.entrySet().stream().map(each -> each.getKey() + "=" + each.getValue()));
        return read;
    }

    private void put(String key, String value) {
        state.put(key, value);
        assertThat(journal.awaitWritten(journal.append(key + "=" + value), PATIENCE))
                .isTrue();
    }

    @AfterEach
    void close() {
        journal.close();
    }

    @Test
    void theLastLineAboutAPartCounts() throws Exception {
        open();
        put("a", "1");
        put("b", "1");
        put("a", "2");
        journal.close();
        assertThat(open()).isEqualTo(Map.of("a", "2", "b", "1"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void aFileCutAtAnyByteOfItsLastLineLosesThatLineAtMost() throws Exception {
        open();
        put("first", "1");
        put("second", "22");
        journal.close();
        byte[] all = Files.readAllBytes(file());
        int end = "first=1\n".length();
        for (int cut = end; cut <= all.length; cut++) {
            Files.write(file(), java.util.Arrays.copyOf(all, cut));
            state.clear();
            Map<String, String> read = open();
            assertThat(read).containsEntry("first", "1");
            put("third", "3");
            journal.close();
            state.clear();
            assertThat(open()).containsEntry("first", "1").containsEntry("third", "3");
            journal.close();
        }
    }

    @Test
    void damagedLinesAreSkippedAndGoneAfterwards() throws Exception {
        Files.writeString(file(), "a=1\n\u0000\u0000?\nb=2\n");
        assertThat(open()).isEqualTo(Map.of("a", "1", "b", "2"));
        put("c", "3");
        journal.close();
        // A change during the rewrite may be in the state already, and follows once more.
        assertThat(Files.readString(file()).lines().distinct()).containsExactlyInAnyOrder("a=1", "b=2", "c=3");
        open();
    }

    @Test
    void aFileThatHasGrownIsRewrittenFromTheState() throws Exception {
        open();
        long last = 0;
        for (int i = 0; i < 300_000; i++) {
            state.put("a" + i % 10, Integer.toString(i));
            last = journal.append("a" + i % 10 + "=" + i);
            if (i % 10_000 == 0) {
                assertThat(journal.awaitWritten(last, PATIENCE)).isTrue();
            }
        }
        assertThat(journal.awaitWritten(last, PATIENCE)).isTrue();
        journal.close();
        assertThat(Files.size(file())).isLessThan(3 << 20);
        Map<String, String> expected = Map.copyOf(state);
        assertThat(open()).isEqualTo(expected);
    }

    @Test
    void whatADiskRefusesIsWrittenWhenItTakesIt() throws Exception {
        open();
        put("a", "1");
        // The next rewrite needs this name; a folder with a file in it cannot be replaced.
        Path next = dir.resolve("state.jsonl.next");
        Files.createDirectories(next.resolve("full"));
        state.put("b", "2");
        journal.append("x".repeat(5000));
        assertThat(journal.awaitWritten(journal.append("b=2"), TimeUnit.MILLISECONDS.toNanos(300)))
                .as("written while the disk refuses")
                .isFalse();
        Files.delete(next.resolve("full"));
        Files.delete(next);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> Files.readString(file()).lines().toList().contains("b=2"));
        journal.close();
        assertThat(open()).isEqualTo(Map.of("a", "1", "b", "2"));
    }

    @Test
    void aLinkUnderItsNameIsNotFollowed() throws Exception {
        Path other = Files.writeString(dir.resolve("other"), "a=1\n");
        Files.createSymbolicLink(file(), other);
        org.assertj.core.api.Assertions.assertThatIOException().isThrownBy(this::open);
        Files.delete(file());
        open();
    }
}
