package loomchat.identity.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who has blocked whom outlives a restart, and is forgotten with the identity. */
class BlockStoreTest {
    @TempDir
    Path dir;

    private final AtomicLong clock = new AtomicLong(1_800_000_000_000L);

    private BlockStore open() throws IOException {
        return new BlockStore(dir.resolve("blocks.jsonl"), Duration.ofDays(30), clock::get);
    }

    @Test
    void aBlockOutlivesARestart() throws Exception {
        try (BlockStore blocks = open()) {
            blocks.add(-1, -2);
            blocks.add(-1, -3);
            blocks.add(Long.MIN_VALUE, -1);
        }
        try (BlockStore blocks = open()) {
            assertThat(blocks.blockedBy(-1)).containsExactlyInAnyOrder(-2L, -3L);
            assertThat(blocks.blockedBy(Long.MIN_VALUE)).containsExactly(-1L);
            assertThat(blocks.blockedBy(-2)).isEmpty();
        }
    }

    @Test
    void ofVeryManyTheFirstIsForgotten() throws Exception {
        try (BlockStore blocks = open()) {
            for (int i = 1; i <= 1001; i++) {
                blocks.add(-1, -i);
            }
            assertThat(blocks.blockedBy(-1)).hasSize(1000).doesNotContain(-1L).contains(-2L, -1001L);
        }
    }

    @Test
    void anIdentityThatDoesNotComeBackIsForgotten() throws Exception {
        try (BlockStore blocks = open()) {
            blocks.add(-1, -2);
            blocks.add(-3, -2);
            clock.addAndGet(Duration.ofDays(20).toMillis());
            blocks.blockedBy(-3);
            clock.addAndGet(Duration.ofDays(11).toMillis());
            blocks.forgetOld();
            assertThat(blocks.blockedBy(-1)).isEmpty();
            assertThat(blocks.blockedBy(-3)).containsExactly(-2L);
        }
    }

    @Test
    void aDamagedLineIsSkipped() throws Exception {
        Files.writeString(
                dir.resolve("blocks.jsonl"),
                "{\"identity\":-1,\"blocked\":-2,\"seen\":1800000000000}\n{\"identity\":-1,\"blo");
        try (BlockStore blocks = open()) {
            assertThat(blocks.blockedBy(-1)).containsExactly(-2L);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> Files.readString(dir.resolve("blocks.jsonl"))
                                    .lines()
                                    .count()
                            == 1);
        }
    }
}
