package loomchat.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassicTest {
    @TempDir
    Path results;

    @Test
    void everyMessageOfAnHonestServerIsDeliveredOnceAndInOrder() throws Exception {
        try (RelayFixture server = RelayFixture.honest()) {
            Playing played = Playing.stress(
                    results,
                    "classic",
                    "URL=" + server.url(),
                    "CLIENTS=40",
                    "DURATION=3s",
                    "INTERVAL=20ms",
                    "MESSAGE_BYTES=500");
            assertThat(played.out()).contains("PASSED");
        }
    }
}
