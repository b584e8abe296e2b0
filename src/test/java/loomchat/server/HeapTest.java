package loomchat.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import loomchat.testing.InProcessServer;
import loomchat.testing.RawClient;
import loomchat.testing.ServerProcess;
import loomchat.testing.StrictLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server with little heap outlives strangers who want more of it than there is. */
class HeapTest {
    private static final int MIB = 1 << 20;

    @TempDir
    Path dir;

    private Path errors() {
        return dir.resolve("errors");
    }

    private Path logs() {
        return dir.resolve("logs");
    }

    private ServerProcess start() throws IOException {
        return new ServerProcess(
                List.of(),
                System.getProperty("java.class.path"),
                ProcessBuilder.Redirect.to(errors().toFile()),
                "96m",
                logs(),
                Map.of("SEND_TIMEOUT", "20s"));
    }

    /** How often a connection has ended for {@code reason}. */
    private long ended(String reason) {
        return new StrictLogReader(logs())
                .events().stream()
                        .filter(each -> each.getString("event").equals("Disconnected"))
                        .filter(each -> each.getString("reason").equals(reason))
                        .count();
    }

    private static void talk(RawClient one, RawClient other, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            one.sendText("said " + i);
            assertThat(other.readText()).isEqualTo(InProcessServer.chat("said " + i));
            other.sendText("answered " + i);
            assertThat(one.readText()).isEqualTo(InProcessServer.chat("answered " + i));
        }
    }

    @Test
    @Timeout(120)
    void twoHundredHalvesOfAMebibyteLeaveAServerThatRelays() throws Exception {
        byte[] frame = RawClient.frame(RawClient.TEXT, new byte[MIB]);
        byte[] half = Arrays.copyOf(frame, MIB / 2);
        try (ServerProcess server = start();
                RawClient one = RawClient.open(server.port(), "/");
                RawClient other = RawClient.open(server.port(), "/")) {
            InProcessServer.expectPair(one, other);
            for (int round = 1; round <= 2; round++) {
                List<RawClient> crowd = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    RawClient client = RawClient.open(server.port(), "/");
                    crowd.add(client);
                    try {
                        client.send(half);
                    } catch (IOException e) {
                        // Refused already.
                    }
                    talk(one, other, 1);
                }
                assertNoErrors();
                // An eighth of the heap holds no more than twenty of them.
                long refused = round * 175L;
                long all = round * 200L;
                await().atMost(Duration.ofSeconds(20)).until(() -> ended("too-big") >= refused);
                talk(one, other, 50);
                crowd.forEach(RawClient::close);
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> ended("too-big") + ended("eof") + ended("reset") >= all);
                // The memory is there again, for a message in pieces of which each byte becomes six.
                one.send(half);
                one.send(Arrays.copyOfRange(frame, half.length, frame.length));
                assertThat(other.readText()).hasSizeGreaterThan(6 * MIB);
                assertThat(ended("too-big")).as("not everybody").isLessThan(all);
            }
            talk(one, other, 10);
            assertThat(server.terminate(20)).isZero();
        }
        assertNoErrors();
    }

    /** Each byte of these messages becomes six for the partner, who reads none of them. */
    @Test
    @Timeout(120)
    void partnersThatDoNotReadLeaveAServerThatRelays() throws Exception {
        byte[] text = new byte[700_000];
        Arrays.fill(text, (byte) 1);
        byte[] frame = RawClient.frame(RawClient.TEXT, text);
        List<RawClient> crowd = new ArrayList<>();
        try (ServerProcess server = start();
                RawClient one = RawClient.open(server.port(), "/");
                RawClient other = RawClient.open(server.port(), "/")) {
            InProcessServer.expectPair(one, other);
            for (int i = 0; i < 40; i++) {
                RawClient deaf = RawClient.connect("127.0.0.1", server.port(), 16 * 1024);
                deaf.shakeHands("/");
                RawClient sender = RawClient.open(server.port(), "/");
                crowd.add(deaf);
                crowd.add(sender);
                assertThat(sender.readText()).isEqualTo(InProcessServer.MATCHED);
                for (int j = 0; j < 3; j++) {
                    sendWhatFits(sender, frame);
                }
                talk(one, other, 1);
            }
            assertNoErrors();
            await().atMost(Duration.ofSeconds(20)).until(() -> ended("too-big") + ended("slow") >= 30);
            talk(one, other, 50);
            crowd.forEach(RawClient::close);
            assertThat(server.terminate(20)).isZero();
        }
        for (JsonObject each : new StrictLogReader(logs()).events()) {
            if (each.getString("event").equals("Disconnected") && each.getInt("session") <= 2) {
                assertThat(each.getString("reason")).isEqualTo("shutdown");
            }
        }
        assertNoErrors();
    }

    /** What the server does not take within the client's own buffers is not sent: nobody waits for it. */
    private static void sendWhatFits(RawClient client, byte[] frame) {
        try {
            client.sendWhatFits(frame);
        } catch (IOException e) {
            // Refused already.
        }
    }

    private void assertNoErrors() throws IOException {
        assertThat(Files.readString(errors())).doesNotContain("OutOfMemoryError");
    }
}
